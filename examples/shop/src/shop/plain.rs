//! The same shop as one writes it who thinks that every request comes once, and nobody else is there:
//! reads, thinks, and writes. `shop --unsafe` runs this, to show what the rest is for.
//!
//! Nothing here is exotic. The version is even kept, as `version seen + 1`; it is only never compared
//! by the statement that writes. The unique index on live SKUs is still there, and still holds.

use super::error::ShopError;
use super::models::{Line, NewLine, NewOrder, NewProduct, Order, OrderState, Product};
use super::tables::{order_lines, orders, parcels, payments, products};
use super::{catalogue, log, orders as safe_orders};
use crate::database::AnyConnection;
use crate::message::{Answer, Article, Ask, CartLine, Refusal, Request};
use diesel::dsl::now;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use uuid::Uuid;

pub(super) fn answer(conn: &mut AnyConnection, request: &Request) -> Result<Answer, ShopError> {
    match &request.ask {
        Ask::Catalogue => return Ok(Answer::Catalogue(catalogue::offers(conn)?)),
        Ask::ToShip => return Ok(Answer::ToShip(safe_orders::to_ship(conn)?)),
        Ask::Order { order, cart } => place(conn, request, order, cart),
        Ask::Pay { order } => pay(conn, request, order),
        Ask::Cancel { order } => cancel(conn, request, order),
        Ask::Ship { order } => ship(conn, request, order),
        // The clerk's ETag is not even looked at.
        Ask::SetPrice { product, cents, .. } => set_price(conn, request, *product, *cents),
        Ask::Delete { product, reason } => delete(conn, request, *product, reason),
        Ask::Restore { product } => restore(conn, request, *product),
        Ask::Introduce(article) => introduce(conn, request, article),
    }?;
    Ok(Answer::Done { by_you: true })
}

/// Looks whether it is there, and then writes.
fn place(
    conn: &mut AnyConnection,
    request: &Request,
    order: &str,
    cart: &[CartLine],
) -> Result<(), ShopError> {
    let there = orders::table.find(order).count();
    if there.get_result::<i64>(conn)? > 0 {
        return Ok(());
    }
    let new = NewOrder {
        id: order,
        shopper: &request.by.to_string(),
        state: OrderState::Placed,
    };
    diesel::insert_into(orders::table)
        .values(&new)
        .execute(conn)?;
    for line in cart {
        let new = NewLine {
            order_id: order,
            product: line.product,
            pieces: line.pieces,
        };
        diesel::insert_into(order_lines::table)
            .values(&new)
            .execute(conn)?;
    }
    let placed = find_order(conn, order)?;
    Ok(log::order(conn, &request.key, request.by, &placed)?)
}

fn ship(conn: &mut AnyConnection, request: &Request, order: &str) -> Result<(), ShopError> {
    move_order(conn, request, order, OrderState::Shipped)?;
    diesel::insert_into(parcels::table)
        .values((
            parcels::id.eq(Uuid::now_v7().to_string()),
            parcels::order_id.eq(order),
        ))
        .execute(conn)?;
    Ok(())
}

fn set_price(
    conn: &mut AnyConnection,
    request: &Request,
    product: i64,
    cents: i64,
) -> Result<(), ShopError> {
    let mut seen = find(conn, product)?;
    seen.cents = cents;
    save(conn, request, "priced", seen).map(|_| ())
}

fn delete(
    conn: &mut AnyConnection,
    request: &Request,
    product: i64,
    reason: &str,
) -> Result<(), ShopError> {
    diesel::update(products::table.find(product))
        .set((
            products::deleted_at.eq(now.nullable()),
            products::deleted_by.eq(request.by.to_string()),
            products::delete_reason.eq(reason),
        ))
        .execute(conn)?;
    let seen = find(conn, product)?;
    save(conn, request, "deleted", seen).map(|_| ())
}

fn restore(conn: &mut AnyConnection, request: &Request, product: i64) -> Result<(), ShopError> {
    diesel::update(products::table.find(product))
        .set(products::deleted_at.eq(None::<chrono::NaiveDateTime>))
        .execute(conn)
        .map_err(sku_taken)?;
    let seen = find(conn, product)?;
    save(conn, request, "restored", seen).map(|_| ())
}

fn introduce(
    conn: &mut AnyConnection,
    request: &Request,
    article: &Article,
) -> Result<(), ShopError> {
    let there = products::table.find(article.id).count();
    if there.get_result::<i64>(conn)? > 0 {
        return Ok(());
    }
    diesel::insert_into(products::table)
        .values(&NewProduct::from(article))
        .execute(conn)
        .map_err(sku_taken)?;
    let made = find(conn, article.id)?;
    Ok(log::product(conn, &request.key, request.by, "made", &made)?)
}

fn pay(conn: &mut AnyConnection, request: &Request, order: &str) -> Result<(), ShopError> {
    let mut sum = 0;
    for line in lines(conn, order)? {
        let mut product = find(conn, line.product)?;
        if product.deleted_at.is_some() {
            return Err(Refusal::NotForSale(product.id).into());
        }
        if product.stock < line.pieces {
            return Err(Refusal::SoldOut(product.id).into());
        }
        product.stock -= line.pieces;
        let product = save(conn, request, "sold", product)?;
        diesel::update(&line)
            .set((
                order_lines::unit_cents.eq(product.cents),
                order_lines::product_version.eq(product.lock_version),
            ))
            .execute(conn)?;
        sum += product.cents * line.pieces;
    }
    book(conn, order, sum)?;
    move_order(conn, request, order, OrderState::Paid)
}

fn cancel(conn: &mut AnyConnection, request: &Request, order: &str) -> Result<(), ShopError> {
    let state = find_order(conn, order)?.state;
    if state == OrderState::Shipped {
        return Err(Refusal::OrderIs(state.to_string()).into());
    }
    let paid: Vec<i64> = payments::table
        .filter(payments::order_id.eq(order))
        .select(payments::cents)
        .load(conn)?;
    if !paid.is_empty() {
        for line in lines(conn, order)? {
            let mut product = find(conn, line.product)?;
            product.stock += line.pieces;
            save(conn, request, "put back", product)?;
        }
        book(conn, order, -paid.iter().sum::<i64>())?;
    }
    move_order(conn, request, order, OrderState::Cancelled)
}

/// Writes all that was read, changed or not: whoever has written in between, hasn't.
fn save(
    conn: &mut AnyConnection,
    request: &Request,
    what: &str,
    mut seen: Product,
) -> Result<Product, ShopError> {
    seen.lock_version += 1;
    diesel::update(products::table.find(seen.id))
        .set((
            products::cents.eq(seen.cents),
            products::stock.eq(seen.stock),
            products::lock_version.eq(seen.lock_version),
        ))
        .execute(conn)?;
    log::product(conn, &request.key, request.by, what, &seen)?;
    Ok(seen)
}

fn move_order(
    conn: &mut AnyConnection,
    request: &Request,
    order: &str,
    to: OrderState,
) -> Result<(), ShopError> {
    let mut seen = find_order(conn, order)?;
    (seen.state, seen.lock_version) = (to, seen.lock_version + 1);
    diesel::update(orders::table.find(order))
        .set((
            orders::state.eq(to),
            orders::lock_version.eq(seen.lock_version),
        ))
        .execute(conn)?;
    Ok(log::order(conn, &request.key, request.by, &seen)?)
}

fn book(conn: &mut AnyConnection, order: &str, cents: i64) -> QueryResult<()> {
    diesel::insert_into(payments::table)
        .values((
            payments::id.eq(Uuid::now_v7().to_string()),
            payments::order_id.eq(order),
            payments::cents.eq(cents),
        ))
        .execute(conn)?;
    Ok(())
}

fn find(conn: &mut AnyConnection, product: i64) -> QueryResult<Product> {
    let product = products::table.find(product);
    product.select(Product::as_select()).first(conn)
}

fn find_order(conn: &mut AnyConnection, order: &str) -> QueryResult<Order> {
    let order = orders::table.find(order);
    order.select(Order::as_select()).first(conn)
}

fn lines(conn: &mut AnyConnection, order: &str) -> QueryResult<Vec<Line>> {
    order_lines::table
        .filter(order_lines::order_id.eq(order))
        .select(Line::as_select())
        .load(conn)
}

fn sku_taken(error: DieselError) -> ShopError {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            Refusal::SkuTaken.into()
        }
        error => error.into(),
    }
}
