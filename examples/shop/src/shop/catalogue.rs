//! What is for sale: products come, go, and come back.

use super::error::ShopError;
use super::log;
use super::models::{NewProduct, Product};
use crate::database::AnyConnection;
use crate::message::{Article, Offer, Person, Refusal};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use idem_diesel::{
    By, IdempotencyKey, Inserted, Restored, SoftDelete as _, SoftDeleted, WriteError, idempotent,
    insert_once,
};

/// All live products, with their `ETag`s.
pub(crate) fn offers(conn: &mut AnyConnection) -> QueryResult<Vec<Offer>> {
    let live: Vec<Product> = Product::kept()
        .order(super::tables::products::id)
        .select(Product::as_select())
        .load(conn)?;
    Ok(live.iter().map(Product::offer).collect())
}

/// Takes a product out of the catalogue. Whether this request did it: the first to delete it stays the
/// one who did.
///
/// Deleting twice *in a row* is harmless without a key. But a copy that was held up on its way, and
/// comes when the product is back, would delete it again: hence the key.
#[idempotent(operation = "shop.delete", tenant = by, retry = 10)]
pub(crate) fn delete(
    conn: &mut AnyConnection,
    key: &IdempotencyKey,
    by: Person,
    product: i64,
    reason: &str,
) -> Result<bool, ShopError> {
    let attribution = By(by.to_string()).because(reason);
    let answer = find(conn, product)?.soft_delete_as(conn, attribution)?;
    if answer == SoftDeleted::Deleted {
        let product = find(conn, product)?; // with its new version
        log::product(conn, key, by, "deleted", &product)?;
    }
    Ok(answer == SoftDeleted::Deleted)
}

/// Puts a product back into the catalogue, unless a live one has taken its SKU. Whether this request did it.
#[idempotent(
    operation = "shop.restore",
    tenant = by,
    retry = 10,
    record_errors = ShopError::is_refusal
)]
pub(crate) fn restore(
    conn: &mut AnyConnection,
    key: &IdempotencyKey,
    by: Person,
    product: i64,
) -> Result<bool, ShopError> {
    match find(conn, product)?.restore(conn) {
        Ok(Restored::NotDeleted) => Ok(false),
        Ok(Restored::Restored) => {
            let product = find(conn, product)?;
            log::product(conn, key, by, "restored", &product)?;
            Ok(true)
        }
        // The database's own rule, which no check beforehand can replace.
        Err(WriteError::RestoreConflict { .. }) => Err(Refusal::SkuTaken.into()),
        Err(error) => Err(error.into()),
    }
}

/// Makes a product, under the number that the clerk has chosen. No key is needed, as with
/// [`place`](super::orders::place). Only the refusal isn't remembered: a copy that comes when the SKU is
/// free again would make the product after all. Whoever minds gives this a key too, and `record_errors`.
pub(crate) fn introduce(
    conn: &mut AnyConnection,
    key: &IdempotencyKey,
    by: Person,
    article: &Article,
) -> Result<(), ShopError> {
    conn.transaction(|conn| {
        let made = insert_once(conn, &NewProduct::from(article))
            .verify(|stored: &Product| stored.sku == article.sku);
        match made {
            Ok(Inserted::Existing(_)) => Ok(()),
            Ok(Inserted::Created(product)) => Ok(log::product(conn, key, by, "made", &product)?),
            // Another unique key than the primary one: never taken for "it is there already".
            Err(WriteError::Database(DieselError::DatabaseError(
                DatabaseErrorKind::UniqueViolation,
                _,
            ))) => Err(Refusal::SkuTaken.into()),
            Err(error) => Err(error.into()),
        }
    })
}

/// A product, live or deleted.
fn find(conn: &mut AnyConnection, product: i64) -> Result<Product, ShopError> {
    let found = Product::with_deleted()
        .find(product)
        .select(Product::as_select())
        .first(conn)
        .optional()?;
    Ok(found.ok_or(WriteError::<Product>::NotFound)?)
}
