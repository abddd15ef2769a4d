//! The double-charge story, with and without idempotency: see `double-charge --help`.
//!
//! What to read first is `shop/charge.rs`, the operation. `simulation.rs` plays an act with the
//! customers (`client.rs`), the line that loses things (`link.rs`) and the process that is killed
//! (`server/`), as the seed has it (`plan.rs`); `audit.rs` reads from the database what happened.
//!
//! `double-charge serve` shows the same charge on a web page: `web/` is the shop and the line,
//! `page/` is what the browser gets, where the customer and his retries are (`customer.js`).

mod audit;
mod cli;
mod client;
mod database;
mod failure;
mod link;
mod money;
mod plan;
mod progress;
mod report;
mod server;
mod shop;
mod simulation;
mod story;
mod web;
mod wire;

use clap::Parser as _;
use cli::{Cli, Command};
use std::process::ExitCode;

/// The books are off after the run with idempotency.
const OFF: u8 = 1;
/// The story couldn't be played: a bad value, no database, no server.
const NOT_PLAYED: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let played = match cli.command {
        Some(Command::ServeInternal) => server::serve().map(|()| true),
        Some(Command::Serve(options)) => web::serve(&options).map(|()| true),
        None => story::play(&cli.options),
    };
    match played {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(OFF),
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(NOT_PLAYED)
        }
    }
}
