//! The one place where stock changes.

use super::error::StockError;
use super::level::{Difference, Level, Pieces, Sku};
use crate::database::tables::{adjustments, stock};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use idem_diesel::{Expected, IfMatch, Versioned as _, WriteError};

/// What shall become of a stock.
#[derive(Clone, Copy)]
pub(super) enum Change<'a> {
    /// So many pieces more or fewer, whatever there is: a SKU that is new has had none.
    By(Difference),
    /// So many pieces, if the stock is still as it was seen.
    To(Pieces, &'a IfMatch),
}

/// Which way a change has come, as it is written down.
#[derive(Clone, Copy)]
pub(super) enum Way {
    Request,
    Message,
    Count,
}

/// Changes a stock, and writes down by how much. Has to be called in a transaction.
///
/// The row is locked first, so that what is written down is what was changed; the version is what
/// refuses those who have seen an older state.
pub(super) async fn change(
    conn: &mut AsyncPgConnection,
    sku: &Sku,
    change: Change<'_>,
    way: Way,
) -> Result<Level, StockError> {
    if let Change::By(_) = change {
        make_if_new(conn, sku).await?;
    }
    let before = lock(conn, sku).await?;
    let (pieces, expected) = match change {
        Change::By(difference) => (sum(&before, difference)?, Expected::Any),
        Change::To(pieces, seen) => (pieces.get(), seen.expected()),
    };
    let set = stock::pieces.eq(pieces);
    let after = Level::update_expecting_async(conn, sku.as_str(), expected, set)
        .await?
        .into_inner();
    diesel::insert_into(adjustments::table)
        .values((
            adjustments::sku.eq(sku.as_str()),
            adjustments::pieces.eq(after.pieces - before.pieces),
            adjustments::way.eq(way.name()),
        ))
        .execute(conn)
        .await?;
    Ok(after)
}

/// Neither below nothing nor beyond what fits.
fn sum(before: &Level, difference: Difference) -> Result<i32, StockError> {
    // Both are far from an integer's limits.
    match before.pieces.saturating_add(difference.get()) {
        ..0 => Err(StockError::OutOfStock(before.sku.clone())),
        pieces @ Pieces::MIN..=Pieces::MAX => Ok(pieces),
        _ => Err(StockError::Overfull(before.sku.clone())),
    }
}

async fn make_if_new(conn: &mut AsyncPgConnection, sku: &Sku) -> QueryResult<usize> {
    diesel::insert_into(stock::table)
        .values(stock::sku.eq(sku.as_str()))
        .on_conflict_do_nothing()
        .execute(conn)
        .await
}

async fn lock(conn: &mut AsyncPgConnection, sku: &Sku) -> Result<Level, StockError> {
    let level = stock::table
        .find(sku.as_str())
        .select(Level::as_select())
        .for_no_key_update()
        .first(conn)
        .await
        .optional()?;
    Ok(level.ok_or(WriteError::NotFound)?)
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Message => "message",
            Self::Count => "count",
        }
    }
}
