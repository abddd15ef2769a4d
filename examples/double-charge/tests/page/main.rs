//! Runs `double-charge serve`, and uses it as a client and as a person would.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

mod browser;
mod files;
mod http;
mod person;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod servers;
mod shop;
mod sight;
mod wire;
