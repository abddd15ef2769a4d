//! A shop's day over a flaky link: see `shop --help`.
//!
//! What to read first are the operations, in `shop/`: `prices.rs` (a version that two clerks have
//! seen), `stock.rs` (a version that nobody need see), `checkout.rs` (a key for what touches much),
//! `orders.rs` (inserts and transitions), `catalogue.rs` (deleting and restoring). `plain.rs` is the
//! same without protection. `link.rs` loses things, `people/` asks again, `audit/` checks.

mod audit;
mod cli;
mod database;
mod day;
mod failure;
mod link;
mod message;
mod money;
mod people;
mod report;
mod shop;

use clap::Parser as _;
use cli::Options;
use database::Location;
use failure::Failure;
use std::process::ExitCode;
use tempfile::TempDir;

/// An invariant is broken.
const BROKEN: u8 = 1;
/// The day couldn't be played: a bad value, no database.
const NOT_PLAYED: u8 = 2;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(BROKEN),
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(NOT_PLAYED)
        }
    }
}

/// Plays the day, prints what happened, and says whether every invariant holds.
fn run(options: &Options) -> Result<bool, Failure> {
    let (location, folder) = locate(options)?;
    let place = match folder {
        Some(_) => "SQLite, in a temporary file".to_owned(),
        None => location.to_string(),
    };
    drop(location.connect()?); // before anything is told, so that a failure stands alone
    report::tell(&report::introduction(options, &place));
    let day = day::play(options, location)?;
    report::tell(&report::what_happened(&day));
    report::tell(&report::invariants(&day.findings));
    Ok(day.findings.iter().all(|finding| finding.wrong == 0))
}

/// Where to play, and a folder to be removed at the end.
fn locate(options: &Options) -> Result<(Location, Option<TempDir>), Failure> {
    if let Some(url) = &options.database_url {
        return Ok((Location::parse(url)?, None));
    }
    let folder = TempDir::with_prefix("shop-").map_err(Failure::Folder)?;
    let file = folder.path().join("shop.sqlite");
    Ok((Location::Sqlite(file.display().to_string()), Some(folder)))
}
