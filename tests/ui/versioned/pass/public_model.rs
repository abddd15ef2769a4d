//! A library's model: nothing needs to be excused.

#![deny(
    missing_docs,
    unused,
    rust_2018_idioms,
    unreachable_pub,
    missing_debug_implementations
)]
#![deny(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::missing_docs_in_private_items
)]

use chrono::NaiveDateTime;
use diesel::prelude::*;
use idem_diesel::{SoftDelete, Stateful, Versioned};
use idem_ui::schema::products;

/// A product.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Identifiable,
    Queryable,
    Selectable,
    Versioned,
    SoftDelete,
    Stateful,
)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite))]
#[soft_delete(by = deleted_by, reason = delete_reason)]
#[non_exhaustive]
pub struct Product {
    /// Which.
    pub id: i32,
    /// What it costs.
    pub price: i32,
    /// Which state of it.
    pub lock_version: i32,
    /// Since when it isn't sold.
    pub deleted_at: Option<NaiveDateTime>,
    /// Whether it is sold.
    pub state: String,
}
