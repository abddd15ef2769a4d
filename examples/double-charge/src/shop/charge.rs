//! The operation that the story is about: taking a customer's money, once.

use super::schema::{accounts, charges};
use crate::database::AnyConnection;
use diesel::prelude::*;
use idem_diesel::idempotent;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The shop's own account.
pub(crate) const SHOP: i64 = 0;

/// The name under which [`charge`] keeps its records.
pub(crate) const OPERATION: &str = "double-charge.charge";

/// What is to be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ChargeRequest {
    pub(crate) customer: i64,
    pub(crate) cents: i64,
}

/// What the customer is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    /// The charge's id in the shop's books.
    pub(crate) charge: String,
    pub(crate) cents: i64,
}

/// Why nothing was charged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChargeError {
    #[error("not enough money in the account")]
    NotEnoughMoney,
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
    #[error(transparent)]
    Idempotency(#[from] idem_diesel::Error),
}

/// Takes the customer's money, once per key: a call with a key that was used before takes nothing
/// and gives the receipt of the first.
#[idempotent(operation = "double-charge.charge", ttl = "24h")]
pub(crate) fn charge(
    conn: &mut AnyConnection,
    request: &ChargeRequest,
    #[skip] halfway: &dyn Fn(&ChargeRequest),
) -> Result<Receipt, ChargeError> {
    take_money(conn, request, halfway)
}

/// The same body in a plain transaction: takes the money as often as it is called.
pub(crate) fn charge_without_key(
    conn: &mut AnyConnection,
    request: &ChargeRequest,
    halfway: &dyn Fn(&ChargeRequest),
) -> Result<Receipt, ChargeError> {
    conn.transaction(|conn| take_money(conn, request, halfway))
}

/// Moves the money and writes it down. `halfway` is called before the charge is committed: that is
/// where the story kills the server.
fn take_money(
    conn: &mut AnyConnection,
    request: &ChargeRequest,
    halfway: &dyn Fn(&ChargeRequest),
) -> Result<Receipt, ChargeError> {
    let ChargeRequest { customer, cents } = *request;

    let paid = diesel::update(accounts::table.find(customer))
        .filter(accounts::cents.ge(cents))
        .set(accounts::cents.eq(accounts::cents - cents))
        .execute(conn)?;
    if paid == 0 {
        return Err(ChargeError::NotEnoughMoney);
    }
    diesel::update(accounts::table.find(SHOP))
        .set(accounts::cents.eq(accounts::cents + cents))
        .execute(conn)?;

    halfway(request);

    let id = Uuid::now_v7().to_string();
    diesel::insert_into(charges::table)
        .values((
            charges::id.eq(&id),
            charges::customer.eq(customer),
            charges::cents.eq(cents),
        ))
        .execute(conn)?;
    Ok(Receipt { charge: id, cents })
}
