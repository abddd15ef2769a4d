//! Versions that are UUIDs.

use diesel::prelude::*;
use idem_diesel::Versioned;
use uuid::Uuid;

use super::model;
use crate::versions::sql::dialect;

diesel::table! {
    tokens (id) {
        id -> Binary,
        pieces -> BigInt,
        version -> Text,
    }
}

/// With a version in a text, and a key of bytes.
#[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = version, strategy = uuid)]
pub struct Token {
    id: Vec<u8>,
    pieces: i64,
    version: String,
}

model!(Token in tokens, pieces, Vec<u8>: vec![0; 16], |database| {
    dialect(database, [
        "CREATE TABLE tokens (id :bytes PRIMARY KEY, pieces BIGINT NOT NULL, version :text NOT NULL)",
        "INSERT INTO tokens (id, pieces, version) VALUES (:zeros16, 100, '018f6a3c-0000-7000-8000-00000000000a'), \
         (:zeros15, 100, '018f6a3c-0000-7000-8000-00000000000b')",
    ])
});

diesel::table! {
    blobs (id) {
        id -> Text,
        pieces -> BigInt,
        version -> Binary,
    }
}

/// With a version in bytes, and a UUID's text for a key.
#[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = version, strategy = uuid)]
pub struct Blob {
    id: String,
    pieces: i64,
    version: Vec<u8>,
}

model!(Blob in blobs, pieces, &'static str: "018f6a3c-0000-7000-8000-00000000000a", |database| {
    dialect(database, [
        "CREATE TABLE blobs (id :text PRIMARY KEY, pieces BIGINT NOT NULL, version :bytes NOT NULL)",
        "INSERT INTO blobs (id, pieces, version) VALUES ('018f6a3c-0000-7000-8000-00000000000a', 100, :zeros16), \
         ('018f6a3c-0000-7000-8000-00000000000b', 100, :zeros16)",
    ])
});

diesel::table! {
    natives (id) {
        id -> Uuid,
        pieces -> BigInt,
        version -> Uuid,
    }
}

/// With a version and a key of the database's own type. On PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable, Versioned)]
#[versioned(column = version, strategy = uuid)]
pub struct Native {
    id: Uuid,
    pieces: i64,
    version: Uuid,
}

model!(Native in natives, pieces, Uuid: Uuid::from_u128(1), |database| {
    dialect(database, [
        "CREATE TABLE natives (id UUID PRIMARY KEY, pieces BIGINT NOT NULL, version UUID NOT NULL)",
        "INSERT INTO natives (id, pieces, version) VALUES ('00000000-0000-0000-0000-000000000001', 100, gen_random_uuid()), \
         ('00000000-0000-0000-0000-000000000002', 100, gen_random_uuid())",
    ])
});
