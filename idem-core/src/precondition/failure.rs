//! Why a conditional request was refused.

use super::InvalidETagList;
use crate::Problem;

/// Why a conditional request was refused. Nothing was written for it, and sending it again
/// unchanged is no use.
///
/// ```
/// use idem_core::{IfMatch, Precondition};
///
/// let error = IfMatch::required(["7"]).unwrap_err();
/// assert!(matches!(error, Precondition::Malformed { header: "If-Match", .. }));
/// assert_eq!(error.status(), 400);
/// assert_eq!(error.problem().kind, "urn:idem:invalid-precondition");
/// assert_eq!(Precondition::Required.status(), 428);
/// assert_eq!(Precondition::Failed.status(), 412);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Precondition {
    /// The request came without an `If-Match`. Read the resource, and send the `ETag` that came with it.
    #[error("this request needs an If-Match header with the ETag of what it changes")]
    Required,
    /// The resource isn't in the state that the client asked for. Read it again, and decide anew.
    #[error("the resource isn't in the state that this request is for")]
    Failed,
    /// The header can't be read. Mend it and send again.
    #[error("{header} is malformed: {reason}")]
    Malformed {
        /// Which header: `If-Match` or `If-None-Match`.
        header: &'static str,
        /// What is wrong with it.
        #[source]
        reason: InvalidETagList,
    },
}

impl Precondition {
    /// The HTTP status for this refusal: 428 of
    /// [RFC 6585, section 3](https://www.rfc-editor.org/rfc/rfc6585#section-3), 412 of
    /// [RFC 9110, section 15.5.13](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.13), or 400.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Required => 428,
            Self::Failed => 412,
            Self::Malformed { .. } => 400,
        }
    }

    /// The refusal as an HTTP problem document.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let (kind, title) = match self {
            Self::Required => ("urn:idem:precondition-required", "Precondition required"),
            Self::Failed => ("urn:idem:precondition-failed", "Precondition failed"),
            Self::Malformed { .. } => ("urn:idem:invalid-precondition", "Precondition malformed"),
        };
        Problem::new(kind, title, self.status(), self.to_string())
    }
}
