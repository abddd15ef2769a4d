//! Why a stock wasn't changed.

use super::level::{Level, Pieces};
use crate::http::ApiError;
use axum::http::StatusCode;
use idem_diesel::WriteError;
use serde::{Deserialize, Serialize};

/// Why a stock wasn't changed.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
pub(super) enum StockError {
    /// There are fewer pieces than are to go.
    #[error("There aren't so many pieces of {0}.")]
    OutOfStock(String),
    /// There is no room for so many.
    #[error("There can't be more than {max} pieces of {0}.", max = Pieces::MAX)]
    Overfull(String),
    #[serde(skip)]
    #[error(transparent)]
    Write(#[from] WriteError<Level>),
    #[serde(skip)]
    #[error(transparent)]
    Idempotency(#[from] idem_diesel::Error),
    #[serde(skip)]
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
}

impl StockError {
    /// Whether each copy of the request or message is to be refused likewise: who was told "out of
    /// stock" has bought elsewhere.
    pub(super) const fn is_final(&self) -> bool {
        matches!(self, Self::OutOfStock(_) | Self::Overfull(_))
    }
}

impl From<StockError> for ApiError {
    fn from(error: StockError) -> Self {
        let detail = error.to_string();
        let (kind, title) = match error {
            StockError::OutOfStock(_) => ("urn:payments-api:out-of-stock", "Out of stock"),
            StockError::Overfull(_) => ("urn:payments-api:overfull", "No room"),
            StockError::Write(error) => return error.into(),
            StockError::Idempotency(error) => return error.into(),
            StockError::Database(error) => return error.into(),
        };
        Self::refused(kind, title, StatusCode::CONFLICT, detail)
    }
}
