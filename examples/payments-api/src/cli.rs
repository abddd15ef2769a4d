//! The command line.

use clap::Parser;
use std::net::SocketAddr;
use std::time::Duration;

/// Payments, accounts and stock over HTTP, each request safe to retry.
///
/// Makes and migrates its tables at the start. Ends at SIGTERM or Ctrl-C, when the requests that are
/// running then have been answered. RUST_LOG says what is logged, as in RUST_LOG=payments_api=debug.
#[derive(Debug, Parser)]
#[command(name = "payments-api", version, max_term_width = 90)]
pub(crate) struct Options {
    /// The PostgreSQL database, whose owner the user is: postgres://user:password@host:port/database
    #[arg(long, value_name = "URL", env, hide_env_values = true)]
    pub(crate) database_url: String,

    /// Where to listen. With port 0 the system chooses one; the first line printed says which
    #[arg(long, value_name = "ADDRESS", env, default_value = "127.0.0.1:3000")]
    pub(crate) listen: SocketAddr,

    /// How many connections to the database there are at most: 1 to 1000
    #[arg(long, value_name = "NUMBER", env, default_value_t = 10,
          value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) connections: u16,

    /// How many seconds a request may take: 1 to 3600
    #[arg(long, value_name = "SECONDS", env, default_value = "30", value_parser = seconds)]
    pub(crate) request_timeout: Duration,

    /// How many seconds pass between two purges of expired idempotency records: 1 to 3600
    #[arg(long, value_name = "SECONDS", env, default_value = "60", value_parser = seconds)]
    pub(crate) purge_every: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds @ 1..=3600) => Ok(Duration::from_secs(seconds)),
        _ => Err("expected a whole number of seconds between 1 and 3600".to_owned()),
    }
}
