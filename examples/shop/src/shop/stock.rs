//! Pieces on the shelf.

use super::error::ShopError;
use super::models::Product;
use super::tables::products;
use crate::database::AnyConnection;
use crate::message::Refusal;
use diesel::prelude::*;
use idem_diesel::{RetryPolicy, SoftDelete as _, Versioned as _, WriteError, retry_on_conflict};
use std::time::Duration;

/// Nobody decides anything here, so nobody need be asked: on a conflict, take from what there is now.
const UNTIL_TAKEN: RetryPolicy = RetryPolicy::attempts(50)
    .min_delay(Duration::from_millis(1))
    .max_delay(Duration::from_millis(20));

/// Takes pieces off the shelf, if there are as many, and gives the product as it is then.
pub(crate) fn take(
    conn: &mut AnyConnection,
    product: i64,
    pieces: i64,
) -> Result<Product, ShopError> {
    let taken = retry_on_conflict(
        conn,
        UNTIL_TAKEN,
        product,
        |conn, fresh: Product, _attempt| {
            if fresh.deleted_at.is_none() && fresh.stock < pieces {
                return Err(ShopError::from(Refusal::SoldOut(product)));
            }
            // The stock that was looked at is the stock that is replaced, or this is a conflict.
            let updated = fresh.update_versioned(conn, products::stock.eq(fresh.stock - pieces))?;
            Ok(updated.into_inner())
        },
    );
    match taken {
        // A refusal of ours is recorded, and replayed to late copies; the library's error isn't.
        Err(ShopError::Product(WriteError::Deleted { .. })) => {
            Err(Refusal::NotForSale(product).into())
        }
        taken => taken,
    }
}

/// Puts pieces back. To add is right whatever is there, so nothing is read first, and a deleted
/// product gets its pieces back too; `update_all` raises the version of each row that it writes.
pub(crate) fn put_back(
    conn: &mut AnyConnection,
    product: i64,
    pieces: i64,
) -> Result<Product, ShopError> {
    Product::update_all(
        conn,
        products::table.find(product),
        products::stock.eq(products::stock + pieces),
    )?;
    Ok(Product::with_deleted()
        .find(product)
        .select(Product::as_select())
        .first(conn)?)
}
