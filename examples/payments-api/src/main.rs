//! Payments, accounts and stock over HTTP, each request safe to retry: see `payments-api --help`.
//!
//! What to read first are the operations: `payments/pay.rs` (a key, in one transaction with the money),
//! `stock/change.rs` and `stock/ways.rs` (one change, retried safely in three ways),
//! `accounts/rename.rs` (`If-Match`). Each has a `routes.rs` beside it, which is all that HTTP sees of it.
//! `http/` is what every request goes through, `database/` the pool, the migrations and the purge,
//! `service/` the program's life from the first log line to the last request.

mod accounts;
mod cli;
mod database;
mod failure;
mod http;
mod payments;
mod service;
mod stock;
mod values;

use clap::Parser as _;
use cli::Options;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    service::log::start();
    match service::run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
