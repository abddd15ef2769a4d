//! Why no payment was made.

use crate::accounts::Account;
use crate::http::ApiError;
use axum::http::StatusCode;
use idem_diesel::WriteError;
use serde::{Deserialize, Serialize};

/// Why no payment was made.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
pub(super) enum PayError {
    /// There is no such account; there may be one tomorrow.
    #[error("There is no account {0}.")]
    UnknownAccount(i64),
    /// There is less on the account than is to be paid.
    #[error("Account {0} hasn't enough money for this payment.")]
    InsufficientFunds(i64),
    /// The account can take no more.
    #[error("Account {0} can't take so much money.")]
    AccountFull(i64),
    #[serde(skip)]
    #[error(transparent)]
    Write(#[from] WriteError<Account>),
    #[serde(skip)]
    #[error(transparent)]
    Idempotency(#[from] idem_diesel::Error),
    #[serde(skip)]
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
}

impl PayError {
    /// Whether each copy of the request is to be refused likewise, also when it would be possible by
    /// then: who was told that there isn't enough money has turned away, and pays otherwise. To
    /// try again is a new request, with a new key.
    ///
    /// An account that isn't there is no decision, only a mistake: mended, the same key will do.
    pub(super) const fn is_final(&self) -> bool {
        matches!(self, Self::InsufficientFunds(_) | Self::AccountFull(_))
    }
}

impl From<PayError> for ApiError {
    fn from(error: PayError) -> Self {
        let detail = error.to_string();
        let (kind, title, status) = match error {
            PayError::UnknownAccount(_) => (
                "urn:payments-api:unknown-account",
                "Unknown account",
                StatusCode::UNPROCESSABLE_ENTITY,
            ),
            PayError::InsufficientFunds(_) => (
                "urn:payments-api:insufficient-funds",
                "Insufficient funds",
                StatusCode::PAYMENT_REQUIRED,
            ),
            PayError::AccountFull(_) => (
                "urn:payments-api:account-full",
                "Account full",
                StatusCode::CONFLICT,
            ),
            PayError::Write(error) => return error.into(),
            PayError::Idempotency(error) => return error.into(),
            PayError::Database(error) => return error.into(),
        };
        Self::refused(kind, title, status, detail)
    }
}
