//! The command line.

use clap::Parser;

/// A shop's day over a link that loses requests and answers, and delivers some twice.
///
/// Shoppers fill carts, order, pay and cancel. Clerks edit the same prices at once, delete and
/// restore products, and ship what is paid. Everybody who hears nothing asks again. In the evening
/// the books are checked in the database.
#[derive(Debug, Parser)]
#[command(
    name = "shop",
    version,
    max_term_width = 90,
    after_help = "Exit code: 0 when every invariant holds, 1 when one is broken, 2 when the day couldn't be played."
)]
pub(crate) struct Options {
    /// How many people buy: 1 to 100
    #[arg(long, value_name = "NUMBER", default_value_t = 6,
          value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) shoppers: u16,

    /// How many people edit the catalogue and ship: 1 to 20
    #[arg(long, value_name = "NUMBER", default_value_t = 2,
          value_parser = clap::value_parser!(u16).range(1..=20))]
    pub(crate) clerks: u16,

    /// How many carts each shopper fills: 1 to 1000
    #[arg(long, value_name = "NUMBER", default_value_t = 6,
          value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) carts: u16,

    /// The share of calls of which the request or the answer gets lost: 0 to 0.95
    #[arg(long, value_name = "SHARE", default_value_t = 0.3, value_parser = share)]
    pub(crate) loss: f64,

    /// Decides what is wanted, and what gets lost
    #[arg(long, value_name = "NUMBER", default_value_t = 7)]
    pub(crate) seed: u64,

    /// Where to play: postgres://…, mysql://…, or a SQLite file. Its tables shop_* are dropped and
    /// made anew. [default: SQLite in a temporary file]
    #[arg(long, value_name = "URL")]
    pub(crate) database_url: Option<String>,

    /// Plain writes: no keys, no versions, no guards. To see what they are for
    #[arg(long = "unsafe")]
    pub(crate) plain: bool,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=0.95).contains(&share) => Ok(share),
        _ => Err("expected a share between 0 and 0.95, such as 0.3 for three calls in ten".into()),
    }
}
