//! How much there is of something, and what a request may say of it.

use crate::database::tables::stock;
use crate::values::{number, text};
use diesel::prelude::*;
use idem_diesel::{IdempotencyKey, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text! {
    /// What it is called: 1 to 32 capital letters, digits and hyphens.
    Sku, 1..=32, is_of_sku, r"^[A-Z0-9-]*$"
}
number! {
    /// How many pieces there are.
    Pieces(i32), 0..=1_000_000_000
}
number! {
    /// How many pieces have come, or, below zero, have gone.
    Difference(i32), -1_000_000..=1_000_000
}

const fn is_of_sku(character: char) -> bool {
    matches!(character, 'A'..='Z' | '0'..='9' | '-')
}

/// How much there is of something. Each change raises the version, which is the `ETag`.
#[derive(
    Debug, Clone, Identifiable, Queryable, Selectable, Versioned, Serialize, Deserialize, ToSchema,
)]
#[diesel(table_name = stock, primary_key(sku))]
pub(super) struct Level {
    #[schema(example = "TEAPOT-1")]
    pub(super) sku: String,
    #[schema(minimum = 0, maximum = 1_000_000_000, example = 12)]
    pub(super) pieces: i32,
    #[serde(rename = "version")]
    #[schema(minimum = 1, example = 1)]
    pub(super) lock_version: i64,
}

/// Pieces that have come or gone.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"pieces": 12}))]
pub(super) struct Adjustment {
    pub(super) pieces: Difference,
}

/// The same as a message, as a queue delivers it: at least once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"id": "delivery-4711", "sku": "TEAPOT-1", "pieces": 12}))]
pub(super) struct Message {
    /// Which message it is. Delivered again, it has the same id.
    #[schema(value_type = String, min_length = 1, max_length = 255, pattern = "^[!-~]*$")]
    pub(super) id: IdempotencyKey,
    pub(super) sku: Sku,
    pub(super) pieces: Difference,
}

/// What somebody has counted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"pieces": 11}))]
pub(super) struct Count {
    pub(super) pieces: Pieces,
}
