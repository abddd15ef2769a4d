//! The shop's two tables.

use super::charge::SHOP;
use crate::database::AnyConnection;
use crate::money::Cents;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;

diesel::table! {
    /// Who has how much.
    #[sql_name = "double_charge_accounts"]
    accounts (id) {
        /// 0 for the shop, from 1 on for its customers.
        id -> BigInt,
        /// What is in it.
        cents -> BigInt,
    }
}

diesel::table! {
    /// What was charged.
    #[sql_name = "double_charge_charges"]
    charges (id) {
        /// A UUID.
        id -> Text,
        /// Who paid.
        customer -> BigInt,
        /// How much.
        cents -> BigInt,
    }
}

/// What every customer of the story starts with; the shop starts with nothing.
pub(crate) const OPENING: Cents = Cents(1_000_000_000);

/// Drops the shop's tables if they are there, and makes them anew with these many customers, who
/// start with this much each.
pub(crate) fn open_shop(
    conn: &mut AnyConnection,
    customers: usize,
    opening: Cents,
) -> QueryResult<()> {
    conn.batch_execute(
        "DROP TABLE IF EXISTS double_charge_charges; \
         DROP TABLE IF EXISTS double_charge_accounts; \
         CREATE TABLE double_charge_accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL); \
         CREATE TABLE double_charge_charges (id VARCHAR(36) PRIMARY KEY, \
             customer BIGINT NOT NULL, cents BIGINT NOT NULL)",
    )?;
    let customers: Vec<_> = (1..=customers)
        .map(|id| format!("({id}, {})", opening.0))
        .collect();
    conn.transaction(|conn| {
        let insert = "INSERT INTO double_charge_accounts (id, cents) VALUES";
        sql_query(format!("{insert} ({SHOP}, 0)")).execute(conn)?;
        for batch in customers.chunks(500) {
            sql_query(format!("{insert} {}", batch.join(", "))).execute(conn)?;
        }
        Ok(())
    })
}

/// Gives everybody their money back: no charges, and the customers with this much each again.
pub(crate) fn start_over(conn: &mut AnyConnection, opening: Cents) -> QueryResult<()> {
    conn.transaction(|conn| {
        diesel::delete(charges::table).execute(conn)?;
        diesel::update(accounts::table.find(SHOP))
            .set(accounts::cents.eq(0))
            .execute(conn)?;
        diesel::update(accounts::table.filter(accounts::id.ne(SHOP)))
            .set(accounts::cents.eq(opening.0))
            .execute(conn)?;
        Ok(())
    })
}
