//! A payment, and what a request may say of one.

use crate::accounts::AccountId;
use crate::database::tables::payments;
use crate::http::ApiError;
use crate::values::{PRINTABLE, is_printable, number, text};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

number! {
    /// An amount of money, in cents.
    Cents(i64), 1..=100_000_000
}
number! {
    /// A payment's number.
    PaymentId(i64), 1..=9_007_199_254_740_991
}
text! {
    /// What it is for: 1 to 140 characters, none of them a control character.
    Reference, 1..=140, is_printable, PRINTABLE
}

/// Money to be moved from one account to another.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from": 1, "to": 2, "cents": 1_999, "reference": "order 4711"}))]
pub(super) struct NewPayment {
    pub(super) from: AccountId,
    pub(super) to: AccountId,
    pub(super) cents: Cents,
    #[serde(default)]
    pub(super) reference: Option<Reference>,
}

impl NewPayment {
    /// What no schema can say.
    pub(super) fn check(&self) -> Result<(), ApiError> {
        if self.from != self.to {
            return Ok(());
        }
        Err(ApiError::refused(
            "urn:payments-api:invalid",
            "Request invalid",
            StatusCode::UNPROCESSABLE_ENTITY,
            "An account can't pay itself.".to_owned(),
        ))
    }
}

/// A payment that was made.
#[derive(Debug, Queryable, Selectable, Serialize, Deserialize, ToSchema)]
pub(super) struct Payment {
    #[schema(minimum = 1, example = 1)]
    pub(super) id: i64,
    #[serde(rename = "from")]
    #[schema(minimum = 1, example = 1)]
    from_account: i64,
    #[serde(rename = "to")]
    #[schema(minimum = 1, example = 2)]
    to_account: i64,
    #[schema(minimum = 1, example = 1_999)]
    cents: i64,
    #[schema(example = "order 4711")]
    reference: Option<String>,
    made_at: DateTime<Utc>,
}
