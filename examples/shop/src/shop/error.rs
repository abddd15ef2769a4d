//! What can go wrong in the shop, and what the caller is told of it.

use super::models::{Line, Order, Product};
use crate::message::{Answer, Refusal};
use idem_diesel::{Conflicting, Precondition, WriteError};
use serde::{Deserialize, Serialize};

/// Why something wasn't done. Only refusals are stored (`record_errors`): the others pass.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
pub(crate) enum ShopError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[serde(skip)]
    #[error(transparent)]
    Product(#[from] WriteError<Product>),
    #[serde(skip)]
    #[error(transparent)]
    Order(#[from] WriteError<Order>),
    #[serde(skip)]
    #[error(transparent)]
    Line(#[from] WriteError<Line>),
    #[serde(skip)]
    #[error(transparent)]
    Precondition(#[from] Precondition),
    #[serde(skip)]
    #[error(transparent)]
    Idempotency(#[from] idem_diesel::Error),
    #[serde(skip)]
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
}

impl ShopError {
    /// Whether the shop has said no, and will say so to every copy of that request.
    pub(crate) const fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// What the caller is told.
    pub(crate) fn answer(self) -> Answer {
        use WriteError::{Conflict, Database, Deleted, InvalidState, NotFound, Retryable};
        let refusal = match self {
            Self::Refused(refusal) => refusal,
            Self::Product(Conflict { current, .. }) => Refusal::Changed(current.offer()),
            Self::Product(Deleted { current }) => Refusal::NotForSale(current.id),
            Self::Order(InvalidState { current, .. }) => {
                Refusal::OrderIs(current.state.to_string())
            }
            // The database was busy, or is gone: whether it was done is not known to the caller, and
            // sending the same request again finds out.
            Self::Product(Retryable(error) | Database(error))
            | Self::Order(Retryable(error) | Database(error))
            | Self::Line(Retryable(error) | Database(error))
            | Self::Database(error) => return Answer::TryAgain(error.to_string()),
            Self::Idempotency(error) if error.is_retryable() => {
                return Answer::TryAgain(error.to_string());
            }
            Self::Product(NotFound) => Refusal::Impossible("no such product".to_owned()),
            other => Refusal::Impossible(other.to_string()),
        };
        Answer::Refused(refusal)
    }
}

/// For `retry_on_conflict`: where a conflict is in it.
impl Conflicting for ShopError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Product(error) if error.is_conflict())
    }
}
