//! What every request goes through, whatever it is about.

mod deadline;
mod document;
mod error;
mod extract;
mod health;
mod observe;
mod panic;
mod parameters;
mod router;
#[cfg(test)]
mod tests;

pub(crate) use document::{EveryRequest, Keyed, ProblemDocument, WithBody, WithIfMatch};
pub(crate) use error::ApiError;
pub(crate) use extract::{JsonBody, PathValue};
pub(crate) use parameters::{IfMatchHeader, IfNoneMatchHeader, KeyHeader};
pub(crate) use router::{App, router};
