//! The command line.

use crate::money::Cents;
use clap::{Args, Parser, Subcommand};

/// Customers pay over a line that loses every other response: once without
/// idempotency, once with.
///
/// A real server process, real connections, real concurrency. Customers who hear
/// nothing ask again, some double-click, and the server is killed in the middle
/// of a charge and started again. At the end the books are checked in the database.
#[derive(Debug, Parser)]
#[command(
    name = "double-charge",
    version,
    max_term_width = 90,
    args_conflicts_with_subcommands = true,
    after_help = "Exit code: 0 when the run with idempotency is right to the cent, 1 when it is not, 2 when \
                  the story couldn't be played."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Plays it on a web page of this machine, where you are the customer.
    Serve(ServeOptions),
    /// The server process that the story starts, kills and starts again.
    #[command(hide = true)]
    ServeInternal,
}

/// What can be varied.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many customers pay, each once: 1 to 10000
    #[arg(long, value_name = "NUMBER", default_value_t = 40,
          value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(crate) customers: u16,

    /// The share of responses that get lost: 0 to 0.95 (and of requests a fifth of that)
    #[arg(long, value_name = "SHARE", default_value_t = 0.5, value_parser = share)]
    pub(crate) loss: f64,

    /// What everybody pays; otherwise the seed decides, between 5.00 and 100.00
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    pub(crate) amount: Option<Cents>,

    /// Decides what is bought, who double-clicks, and what gets lost
    #[arg(long, value_name = "NUMBER", default_value_t = 7)]
    pub(crate) seed: u64,

    /// Where to play: postgres://…, mysql://…, or a SQLite file. Its tables
    /// double_charge_accounts and double_charge_charges are dropped and made anew.
    /// [default: SQLite in a temporary file]
    #[arg(long, value_name = "URL")]
    pub(crate) database_url: Option<String>,

    /// Takes this much too much after the run with idempotency, to see that it is noticed
    #[arg(long, value_name = "AMOUNT", value_parser = amount, hide = true)]
    pub(crate) steal: Option<Cents>,
}

/// What can be varied about the web page.
#[derive(Debug, Args)]
pub(crate) struct ServeOptions {
    /// Where on this machine the page is: 0 for any free port [default: 8080, or else any]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) port: Option<u16>,

    /// The share of responses that get lost at first: 0 to 0.95 (and of requests a fifth of that)
    #[arg(long, value_name = "SHARE", default_value_t = 0.5, value_parser = share)]
    pub(crate) loss: f64,

    /// How long each way takes, in milliseconds, so that it can be watched: 0 to 5000
    #[arg(long, value_name = "NUMBER", default_value_t = 600,
          value_parser = clap::value_parser!(u64).range(0..=5000))]
    pub(crate) delay: u64,

    /// Where the shop's books are: postgres://…, mysql://…, or a SQLite file. Its tables
    /// double_charge_accounts and double_charge_charges are dropped and made anew.
    /// [default: SQLite in a temporary file]
    #[arg(long, value_name = "URL")]
    pub(crate) database_url: Option<String>,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=0.95).contains(&share) => Ok(share),
        _ => {
            Err("expected a share between 0 and 0.95, such as 0.5 for every other response".into())
        }
    }
}

fn amount(text: &str) -> Result<Cents, String> {
    let amount: Cents = text.parse().map_err(|error| format!("{error}"))?;
    if (Cents(1)..=Cents(1_000_000)).contains(&amount) {
        Ok(amount)
    } else {
        Err("expected an amount between 0.01 and 10000.00".into())
    }
}
