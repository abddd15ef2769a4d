//! Tables for models. They have more columns than any one model reads.
#![allow(missing_docs)] // `table!` writes the names

diesel::table! {
    products {
        id -> Integer,
        name -> Text,
        price -> Integer,
        lock_version -> Integer,
        big_version -> BigInt,
        old_version -> Nullable<Integer>,
        tag -> Text,
        edited_at -> Timestamp,
        edited_on -> Date,
        deleted_at -> Nullable<Timestamp>,
        deleted_on -> Nullable<Date>,
        deleted_by -> Nullable<Integer>,
        delete_reason -> Nullable<Text>,
        state -> Text,
    }
}

diesel::table! {
    orders {
        id -> Integer,
        lock_version -> Integer,
        state -> Text,
        shipped_by -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(orders, products);

/// The products, as SQLite has them.
pub const PRODUCTS: &str = "CREATE TABLE products (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'tea', price INTEGER NOT NULL DEFAULT 100,
    lock_version INTEGER NOT NULL DEFAULT 0, big_version BIGINT NOT NULL DEFAULT 0,
    old_version INTEGER, tag TEXT NOT NULL DEFAULT '', edited_at TIMESTAMP NOT NULL DEFAULT
    '2020-01-01 00:00:00.000', edited_on DATE NOT NULL DEFAULT '2020-01-01', deleted_at TIMESTAMP,
    deleted_on DATE, deleted_by INTEGER, delete_reason TEXT, state TEXT NOT NULL DEFAULT 'new')";

/// The orders, as SQLite has them.
pub const ORDERS: &str = "CREATE TABLE orders (
    id INTEGER PRIMARY KEY, lock_version INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'new', shipped_by TEXT)";
