//! Orders: a cart becomes one, and it goes from state to state.

use super::checkout::pay_back;
use super::error::ShopError;
use super::log;
use super::models::{Line, NewLine, NewOrder, Order, OrderState};
use super::tables::{orders, parcels};
use crate::database::AnyConnection;
use crate::message::{CartLine, Person};
use diesel::prelude::*;
use idem_diesel::{
    IdempotencyKey, Inserted, Transitioned, insert_all_once, insert_once, transition,
};
use uuid::Uuid;

/// Makes a cart an order.
///
/// The shopper has chosen the id, so this needs no record: the row itself says that it is there, and a
/// repetition finds it, whatever has become of the order since. The key is only for the log.
pub(crate) fn place(
    conn: &mut AnyConnection,
    key: &IdempotencyKey,
    by: Person,
    id: &str,
    cart: &[CartLine],
) -> Result<(), ShopError> {
    let shopper = by.to_string();
    let new = NewOrder {
        id,
        shopper: &shopper,
        state: OrderState::Placed,
    };
    let lines: Vec<_> = cart
        .iter()
        .map(|line| NewLine {
            order_id: id,
            product: line.product,
            pieces: line.pieces,
        })
        .collect();
    conn.transaction(|conn| {
        // Compared is what the request says, never what may change later, such as the state.
        let placed = insert_once(conn, &new).verify(|stored: &Order| stored.shopper == shopper)?;
        let lines = insert_all_once(conn, &lines)
            .verify(|new, stored: &Line| new.pieces == stored.pieces)?;
        for line in lines {
            let _ = line?; // under the same id, other pieces: refused, and the order with it
        }
        if let Inserted::Created(order) = placed {
            log::order(conn, key, by, &order)?;
        }
        Ok(())
    })
}

/// Ships a paid order.
///
/// The key says whose doing it is: of two clerks with the same order in hand, one is told that it is
/// done, on every copy of his request, and the other that it is shipped already. What else belongs to
/// it, here the parcel, happens in the same transaction where the move was `Applied`, and only there.
pub(crate) fn ship(
    conn: &mut AnyConnection,
    key: &IdempotencyKey,
    by: Person,
    order: &str,
) -> Result<(), ShopError> {
    conn.transaction(|conn| {
        let moved = transition::<Order>(order)
            .from([OrderState::Paid])
            .to(OrderState::Shipped)
            .set(orders::packed_by.eq(by.to_string()))
            .key(key)
            .tenant(by)
            .execute(conn)?;
        if let Transitioned::Applied(order) = moved {
            log::order(conn, key, by, &order)?;
            diesel::insert_into(parcels::table)
                .values((
                    parcels::id.eq(Uuid::now_v7().to_string()),
                    parcels::order_id.eq(&order.id),
                ))
                .execute(conn)?;
        }
        Ok(())
    })
}

/// Cancels an order that isn't shipped, and gives back what was paid for it.
pub(crate) fn cancel(
    conn: &mut AnyConnection,
    key: &IdempotencyKey,
    by: Person,
    order: &str,
) -> Result<(), ShopError> {
    conn.transaction(|conn| {
        let moved = transition::<Order>(order)
            .from([OrderState::Placed, OrderState::Paid])
            .to(OrderState::Cancelled)
            .key(key)
            .tenant(by)
            .execute(conn)?;
        if let Transitioned::Applied(order) = moved {
            log::order(conn, key, by, &order)?;
            pay_back(conn, key, by, &order)?;
        }
        Ok(())
    })
}

/// The orders that are paid and not shipped.
pub(crate) fn to_ship(conn: &mut AnyConnection) -> QueryResult<Vec<String>> {
    orders::table
        .filter(orders::state.eq(OrderState::Paid))
        .order(orders::id)
        .select(orders::id)
        .load(conn)
}
