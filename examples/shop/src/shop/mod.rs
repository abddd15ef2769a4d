//! The shop: takes requests, and answers them.

mod catalogue;
mod checkout;
mod error;
mod log;
mod models;
mod opening;
mod orders;
mod plain;
mod prices;
mod stock;
mod tables;

use crate::database::{AnyConnection, Pool};
use crate::failure::Failure;
use crate::message::{Answer, Article, Ask, Request};
use error::ShopError;

/// How the shop writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writes {
    /// So that everything may be repeated.
    Safe,
    /// As one writes who doesn't think of it: see `plain.rs`.
    Plain,
}

/// The shop, which any number of threads may ask.
pub(crate) struct Shop {
    pool: Pool,
    writes: Writes,
}

impl Shop {
    /// Makes the tables anew, and puts the first products on the shelves.
    pub(crate) fn open(pool: Pool, writes: Writes, articles: &[Article]) -> Result<Self, Failure> {
        let mut conn = pool.take()?;
        opening::make_tables(&mut conn)?;
        idem_diesel::setup(&mut conn)?;
        opening::stock_up(&mut conn, articles).map_err(|error| Failure::Unexpected {
            who: "the owner".to_owned(),
            reason: error.to_string(),
        })?;
        pool.give_back(conn);
        Ok(Self { pool, writes })
    }

    pub(crate) fn answer(&self, request: &Request) -> Answer {
        let mut conn = match self.pool.take() {
            Ok(conn) => conn,
            Err(failure) => return Answer::TryAgain(failure.to_string()),
        };
        let answer = match self.writes {
            Writes::Safe => safely(&mut conn, request),
            Writes::Plain => plain::answer(&mut conn, request),
        };
        let answer = answer.unwrap_or_else(ShopError::answer);
        if !matches!(answer, Answer::TryAgain(_)) {
            self.pool.give_back(conn);
        }
        answer
    }

    /// A connection for the audit.
    pub(crate) fn connection(&self) -> Result<AnyConnection, Failure> {
        self.pool.take()
    }
}

fn safely(conn: &mut AnyConnection, request: &Request) -> Result<Answer, ShopError> {
    let Request { key, by, ask } = request;
    let by = *by;
    let by_you = match ask {
        Ask::Catalogue => return Ok(Answer::Catalogue(catalogue::offers(conn)?)),
        Ask::ToShip => return Ok(Answer::ToShip(orders::to_ship(conn)?)),
        Ask::Order { order, cart } => orders::place(conn, key, by, order, cart).map(|()| true),
        Ask::Pay { order } => checkout::pay(conn, key, by, order).map(|_| true),
        Ask::Cancel { order } => orders::cancel(conn, key, by, order).map(|()| true),
        Ask::Ship { order } => orders::ship(conn, key, by, order).map(|()| true),
        Ask::SetPrice {
            product,
            if_match,
            cents,
        } => prices::set_price(conn, key, by, *product, if_match, *cents).map(|_| true),
        // Replays say what the first call said: whether *it* had deleted, or restored.
        Ask::Delete { product, reason } => {
            catalogue::delete(conn, key, by, *product, reason).map(|done| done.into_inner())
        }
        Ask::Restore { product } => {
            catalogue::restore(conn, key, by, *product).map(|done| done.into_inner())
        }
        Ask::Introduce(article) => catalogue::introduce(conn, key, by, article).map(|()| true),
    }?;
    Ok(Answer::Done { by_you })
}
