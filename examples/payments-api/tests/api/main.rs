//! Runs the service as it is, in a database of its own each time, and asks it over HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]
#![expect(unreachable_pub, reason = "nothing here is anybody else's")]

mod accounts;
mod audit;
mod database;
mod fuzz;
mod lifetime;
mod payments;
mod readme;
mod refusals;
mod server;
mod stock;
