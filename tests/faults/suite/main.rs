//! No crash makes a second effect or another answer: each fault at each statement boundary of each
//! kind of call, on every database, blocking and async.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod call;
mod cases;
mod checks;
mod crash;
mod matrix;
mod wrong;
