//! Prices that several clerks edit at once.

use super::error::ShopError;
use super::log;
use super::models::Product;
use super::tables::products;
use crate::database::AnyConnection;
use crate::message::Person;
use diesel::prelude::*;
use idem_diesel::{IdempotencyKey, IfMatch, Versioned as _, idempotent};

/// Sets the price of a product that is still as the clerk has seen it, and gives its new `ETag`.
///
/// Two things protect this, each against something else. `If-Match` is against the *others*: whoever
/// has seen an older state gets a conflict with the current one, and decides again. The key is against
/// the clerk's *own* retry: its first copy has raised the version, so without the key the second one
/// would be told that somebody was faster.
#[idempotent(operation = "shop.set-price", tenant = by, retry = 10)]
pub(crate) fn set_price(
    conn: &mut AnyConnection,
    key: &IdempotencyKey,
    by: Person,
    product: i64,
    if_match: &str,
    cents: i64,
) -> Result<String, ShopError> {
    // 428 without the header, 400 for what is none; an ETag that was never given out fits no version.
    let expected = IfMatch::required([if_match])?.expected();
    let product =
        Product::update_expecting(conn, product, expected, products::cents.eq(cents))?.into_inner();
    log::product(conn, key, by, "priced", &product)?;
    Ok(product.etag().to_string())
}
