//! The HTTP edge over the real stores.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

mod conformance;
mod document;
mod recipe;
mod storm;
