//! The log that the audit counts: one entry for each write of a product or an order, in the same
//! transaction, so that neither is there without the other.

use super::models::{Order, Product};
use super::tables::log;
use crate::database::AnyConnection;
use crate::message::Person;
use diesel::prelude::*;
use idem_diesel::IdempotencyKey;
use uuid::Uuid;

#[derive(Insertable)]
#[diesel(table_name = log)]
struct Entry<'a> {
    id: String,
    request: &'a str,
    who: String,
    what: &'a str,
    product: Option<i64>,
    order_id: Option<&'a str>,
    version: i64,
    cents: Option<i64>,
    stock: Option<i64>,
}

/// This product was written: it is so now.
pub(crate) fn product(
    conn: &mut AnyConnection,
    key: &IdempotencyKey,
    by: Person,
    what: &str,
    product: &Product,
) -> QueryResult<()> {
    write(
        conn,
        &Entry {
            id: Uuid::now_v7().to_string(),
            request: key.as_str(),
            who: by.to_string(),
            what,
            product: Some(product.id),
            order_id: None,
            version: product.lock_version,
            cents: Some(product.cents),
            stock: Some(product.stock),
        },
    )
}

/// This order was written: it is so now. What was done is the state it came to.
pub(crate) fn order(
    conn: &mut AnyConnection,
    key: &IdempotencyKey,
    by: Person,
    order: &Order,
) -> QueryResult<()> {
    write(
        conn,
        &Entry {
            id: Uuid::now_v7().to_string(),
            request: key.as_str(),
            who: by.to_string(),
            what: &order.state.to_string(),
            product: None,
            order_id: Some(&order.id),
            version: order.lock_version,
            cents: None,
            stock: None,
        },
    )
}

fn write(conn: &mut AnyConnection, entry: &Entry<'_>) -> QueryResult<()> {
    diesel::insert_into(log::table)
        .values(entry)
        .execute(conn)?;
    Ok(())
}
