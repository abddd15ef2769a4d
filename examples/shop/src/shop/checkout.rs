//! Paying for an order: the one operation that touches everything.

use super::error::ShopError;
use super::models::Order;
use super::models::{Line, OrderState};
use super::tables::{order_lines, payments};
use super::{log, stock};
use crate::database::AnyConnection;
use crate::message::{Person, Refusal};
use diesel::prelude::*;
use idem_diesel::{IdempotencyKey, Transitioned, idempotent, transition};
use uuid::Uuid;

/// Takes the pieces off the shelves and the money for them, at the prices of this moment. Gives the sum.
///
/// All of it in one transaction with the key's record. `record_errors`: who was told "sold out" has
/// turned away, so a late copy of the request must not buy when pieces have come back meanwhile.
/// `retry`: two checkouts may deadlock over products; the one that gives way runs again.
#[idempotent(
    operation = "shop.pay",
    tenant = by,
    retry = 10,
    record_errors = ShopError::is_refusal
)]
pub(crate) fn pay(
    conn: &mut AnyConnection,
    key: &IdempotencyKey,
    by: Person,
    order: &str,
) -> Result<i64, ShopError> {
    // Comes first: it locks the order's row, so that a cancellation waits for the end of this.
    let moved = transition::<Order>(order)
        .from([OrderState::Placed])
        .to(OrderState::Paid)
        .execute(conn)?;
    let Transitioned::Applied(order) = moved else {
        // A copy of this request never comes here: it is a replay. So it was another request.
        return Err(Refusal::OrderIs(OrderState::Paid.to_string()).into());
    };
    log::order(conn, key, by, &order)?;

    let mut sum = 0;
    for line in lines(conn, &order)? {
        let product = stock::take(conn, line.product, line.pieces)?;
        log::product(conn, key, by, "sold", &product)?;
        diesel::update(&line)
            .set((
                order_lines::unit_cents.eq(product.cents),
                order_lines::product_version.eq(product.lock_version),
            ))
            .execute(conn)?;
        sum += product.cents * line.pieces;
    }
    book(conn, &order, sum)?;
    Ok(sum)
}

/// Gives back what was paid for an order, money and pieces; nothing for one that wasn't.
pub(super) fn pay_back(
    conn: &mut AnyConnection,
    key: &IdempotencyKey,
    by: Person,
    order: &Order,
) -> Result<(), ShopError> {
    let paid: Vec<i64> = payments::table
        .filter(payments::order_id.eq(&order.id))
        .select(payments::cents)
        .load(conn)?;
    if paid.is_empty() {
        return Ok(());
    }
    for line in lines(conn, order)? {
        let product = stock::put_back(conn, line.product, line.pieces)?;
        log::product(conn, key, by, "put back", &product)?;
    }
    book(conn, order, -paid.iter().sum::<i64>())?;
    Ok(())
}

/// In the order of the products, always: two who lock the same rows in the same order can't deadlock.
fn lines(conn: &mut AnyConnection, order: &Order) -> QueryResult<Vec<Line>> {
    order_lines::table
        .filter(order_lines::order_id.eq(&order.id))
        .order(order_lines::product)
        .select(Line::as_select())
        .load(conn)
}

fn book(conn: &mut AnyConnection, order: &Order, cents: i64) -> QueryResult<()> {
    diesel::insert_into(payments::table)
        .values((
            payments::id.eq(Uuid::now_v7().to_string()),
            payments::order_id.eq(&order.id),
            payments::cents.eq(cents),
        ))
        .execute(conn)?;
    Ok(())
}
