//! Conditional requests of [RFC 9110, section 13](https://www.rfc-editor.org/rfc/rfc9110#section-13),
//! without a web framework: which version of a row the client has, and what follows from it.
//!
//! Where a request has both headers, `If-Match` is checked first
//! ([section 13.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2)).

mod etag;
mod failure;
mod if_match;
mod if_none_match;
mod list;

pub use etag::{ETag, InvalidETag};
pub use failure::Precondition;
pub use if_match::IfMatch;
pub use if_none_match::IfNoneMatch;
pub use list::InvalidETagList;
