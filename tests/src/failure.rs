//! How a test's call ends when not with a value.

use idem_diesel::{Error, Rejection};

/// The error of the tests' bodies.
#[derive(Debug)]
pub enum CallError {
    /// idem refused the call, or the database failed.
    Idem(Error),
    /// The body itself said no.
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

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Idem(error)
    }
}

impl From<diesel::result::Error> for CallError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Idem(error.into())
    }
}
