//! The suite: what is promised, on every database, sync and async, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod api;
mod behaviours;
mod functions;
mod harness;
