//! Versions that are numbers.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use idem_diesel::{NullAsZero, SoftDelete, Versioned};

use super::model;
use crate::versions::sql::{dialect, numbered};

diesel::table! {
    /// Rows 1, 2 and 3, of 100 pieces each.
    stock (id) {
        /// Chosen by the test.
        id -> BigInt,
        /// Starts at 100.
        pieces -> BigInt,
        /// Starts at 0.
        lock_version -> Integer,
    }
}

/// The usual one.
#[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable, Versioned)]
#[diesel(table_name = stock)]
pub struct Stock {
    /// Its key.
    pub id: i64,
    /// How many there are.
    pub pieces: i64,
    /// Its version.
    pub lock_version: i32,
}

model!(Stock in stock, pieces, i64: 1, |database| {
    numbered(database, "stock", "INTEGER NOT NULL DEFAULT 0")
});

diesel::table! {
    smalls (id) {
        id -> BigInt,
        pieces -> BigInt,
        lock_version -> SmallInt,
    }
}

/// With a version of 16 bits.
#[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable, Versioned)]
pub struct Small {
    id: i64,
    pieces: i64,
    lock_version: i16,
}

model!(Small in smalls, pieces, i64: 1, |database| {
    numbered(database, "smalls", "SMALLINT NOT NULL DEFAULT 0")
});

diesel::table! {
    bigs (id) {
        id -> BigInt,
        pieces -> BigInt,
        lock_version -> BigInt,
    }
}

/// With a version of 64 bits.
#[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable, Versioned)]
pub struct Big {
    id: i64,
    pieces: i64,
    lock_version: i64,
}

model!(Big in bigs, pieces, i64: 1, |database| {
    numbered(database, "bigs", "BIGINT NOT NULL DEFAULT 0")
});

diesel::table! {
    legacies (id) {
        id -> BigInt,
        pieces -> BigInt,
        lock_version -> Nullable<Integer>,
    }
}

/// With a column for the version that was added later, so that old rows have NULL.
#[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable, Versioned)]
#[diesel(table_name = legacies)]
#[versioned(null = 0)]
pub struct Legacy {
    id: i64,
    pieces: i64,
    /// 0 for NULL.
    #[diesel(deserialize_as = NullAsZero<i32>)]
    pub lock_version: i32,
}

model!(Legacy in legacies, pieces, i64: 1, |database| {
    numbered(database, "legacies", "INTEGER")
});

diesel::table! {
    pages (id) {
        id -> BigInt,
        pieces -> BigInt,
        deleted_at -> Nullable<Timestamp>,
        lock_version -> Integer,
    }
}

/// One that can be soft-deleted.
#[derive(
    Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable, Versioned, SoftDelete,
)]
pub struct Page {
    id: i64,
    pieces: i64,
    deleted_at: Option<NaiveDateTime>,
    lock_version: i32,
}

model!(Page in pages, pieces, i64: 1, |database| {
    let mut ddl = numbered(database, "pages", "INTEGER NOT NULL DEFAULT 0");
    ddl.extend(dialect(database, ["ALTER TABLE pages ADD COLUMN deleted_at :time"]));
    ddl
});
