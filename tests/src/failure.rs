//! How a test's call ends when not with a value.

use idem_diesel::{Error, Rejection};

/// The error of the tests' bodies.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// idem refused the call, or the database failed.
    #[error("idem refused, or the database failed")]
    Idem(#[from] Error),
    /// The body itself said no.
    #[error("declined: {0}")]
    Declined(&'static str),
}

impl CallError {
    /// The refusal, if it is one.
    #[must_use]
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Idem(error) => error.rejection(),
            Self::Declined(_) => None,
        }
    }
}

impl From<diesel::result::Error> for CallError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Idem(error.into())
    }
}
