//! An account, and what a request may say of one.

use crate::database::tables::accounts;
use crate::values::{PRINTABLE, is_printable, number, text};
use diesel::prelude::*;
use idem_diesel::Versioned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

number! {
    /// An account's number.
    AccountId(i64), 1..=9_007_199_254_740_991
}
number! {
    /// The money with which an account is opened, in cents.
    OpeningCents(i64), 0..=1_000_000_000_000
}
text! {
    /// Whose account it is: 1 to 100 characters, none of them a control character.
    Owner, 1..=100, is_printable, PRINTABLE
}

/// The most that can be on an account, in cents: an account that is full takes no more.
pub(crate) const FULL: i64 = 1_000_000_000_000_000;

/// An account. Each payment and each change raises its version, which is its `ETag`.
#[derive(
    Debug, Clone, Identifiable, Queryable, Selectable, Versioned, Serialize, Deserialize, ToSchema,
)]
pub(crate) struct Account {
    #[schema(minimum = 1, example = 1)]
    pub(crate) id: i64,
    #[schema(example = "Ada")]
    pub(crate) owner: String,
    /// What is on it, in cents.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64, example = 10_000)]
    pub(crate) balance_cents: i64,
    #[serde(rename = "version")]
    #[schema(minimum = 1, example = 1)]
    pub(crate) lock_version: i64,
}
