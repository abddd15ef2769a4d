//! Paying, once for a key.

use super::error::PayError;
use super::payment::{NewPayment, Payment};
use crate::accounts::{Account, FULL};
use crate::database::tables::{accounts, payments};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use idem_diesel::{Versioned as _, idempotent};

/// Moves the money, or gives the payment that was made with this key.
///
/// Both balances, the payment and the key's record are one transaction: they are all there, or none is.
/// `wait("5s")`: a copy that comes while the first one runs gets its answer, or 409 if that takes longer.
/// `record_errors`: see [`PayError::is_final`]. `retry`: after a deadlock, it runs again.
#[idempotent(
    operation = "payments.pay",
    ttl = "24h",
    in_flight = wait("5s"),
    record_errors = PayError::is_final,
    retry = 3
)]
pub(super) async fn pay(
    conn: &mut AsyncPgConnection,
    new: &NewPayment,
) -> Result<Payment, PayError> {
    let (from, to, cents) = (new.from.get(), new.to.get(), new.cents.get());
    let accounts = lock(conn, [from, to]).await?;
    let account = |id| {
        let found = accounts.iter().find(|account| account.id == id);
        found.ok_or(PayError::UnknownAccount(id))
    };
    let (payer, payee) = (account(from)?, account(to)?);
    if payer.balance_cents < cents {
        return Err(PayError::InsufficientFunds(from));
    }
    if payee.balance_cents > FULL - cents {
        return Err(PayError::AccountFull(to));
    }
    for (account, cents) in [(payer, -cents), (payee, cents)] {
        let change = accounts::balance_cents.eq(account.balance_cents + cents);
        let _ = account.update_versioned_async(conn, change).await?;
    }
    let payment = diesel::insert_into(payments::table)
        .values((
            payments::from_account.eq(from),
            payments::to_account.eq(to),
            payments::cents.eq(cents),
            payments::reference.eq(new
                .reference
                .as_ref()
                .map(super::payment::Reference::as_str)),
        ))
        .returning(Payment::as_returning())
        .get_result(conn)
        .await?;
    Ok(payment)
}

/// In the order of their numbers, always: two who lock the same rows in the same order can't deadlock.
async fn lock(conn: &mut AsyncPgConnection, ids: [i64; 2]) -> QueryResult<Vec<Account>> {
    accounts::table
        .filter(accounts::id.eq_any(ids))
        .order(accounts::id)
        .select(Account::as_select())
        .for_no_key_update()
        .load(conn)
        .await
}
