//! Keys and names that aren't `id`.

use diesel::prelude::*;
use idem_diesel::Versioned;

use super::model;
use crate::servers::Database;
use crate::versions::sql::dialect;

diesel::table! {
    seats (flight, seat) {
        flight -> Text,
        seat -> Integer,
        pieces -> BigInt,
        lock_version -> BigInt,
    }
}

/// With a key of two columns, each of which other rows have too, and a first version below zero.
#[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable, Versioned)]
#[diesel(primary_key(flight, seat))]
pub struct Seat {
    flight: String,
    seat: i32,
    pieces: i64,
    lock_version: i64,
}

model!(Seat in seats, pieces, (&'static str, i32): ("IL 62", 1), |database| {
    dialect(database, [
        "CREATE TABLE seats (flight :text, seat INTEGER, pieces BIGINT NOT NULL, \
         lock_version BIGINT NOT NULL DEFAULT -2, PRIMARY KEY (flight, seat))",
        "INSERT INTO seats (flight, seat, pieces) VALUES ('IL 62', 1, 100), ('IL 62', 2, 100), ('TU 4', 1, 100)",
    ])
});

diesel::table! {
    #[sql_name = "order"]
    orders (number) {
        #[sql_name = "primary"]
        number -> Text,
        #[sql_name = "select"]
        pieces -> BigInt,
        #[sql_name = "lock \"version\" 100%"]
        revision -> Integer,
    }
}

/// With names that have to be quoted, other names in Rust, a text for a key, and 7 for a first version.
#[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable, Versioned)]
#[diesel(table_name = orders, primary_key(number))]
#[versioned(column = revision)]
pub struct Order {
    #[diesel(column_name = number)]
    name: String,
    #[diesel(column_name = pieces)]
    amount: i64,
    #[diesel(column_name = revision)]
    r#type: i32,
}

model!(Order in orders, amount, &'static str: "O'Neill\\1", |database| {
    let version = match database {
        Database::Postgres => "\"lock \"\"version\"\" 100%\"",
        Database::Mysql | Database::Sqlite => "`lock \"version\" 100%`",
    };
    let key = match database {
        Database::Mysql => "O''Neill\\\\1",
        Database::Postgres | Database::Sqlite => "O''Neill\\1",
    };
    let [create, fill] = [
        "CREATE TABLE \"order\" (\"primary\" :text PRIMARY KEY, \"select\" BIGINT NOT NULL, THE_VERSION INTEGER NOT NULL DEFAULT 7)",
        "INSERT INTO \"order\" (\"primary\", \"select\") VALUES ('THE_KEY', 100), ('another', 100)",
    ];
    let ddl = dialect(database, [create, fill]).into_iter();
    ddl.map(|sql| sql.replace("THE_VERSION", version).replace("THE_KEY", key)).collect()
});

diesel::table! {
    warehouse.bins (id) {
        id -> BigInt,
        pieces -> BigInt,
        lock_version -> Integer,
    }
}

/// In a schema that isn't searched. On PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable, Versioned)]
pub struct Bin {
    id: i64,
    pieces: i64,
    lock_version: i32,
}

model!(Bin in bins, pieces, i64: 1, |database| {
    dialect(database, [
        "CREATE SCHEMA warehouse",
        "CREATE TABLE warehouse.bins (id BIGINT PRIMARY KEY, pieces BIGINT NOT NULL, lock_version INTEGER NOT NULL DEFAULT 0)",
        "INSERT INTO warehouse.bins (id, pieces) VALUES (1, 100), (2, 100)",
    ])
});
