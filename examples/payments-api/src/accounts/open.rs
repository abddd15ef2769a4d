//! Opening an account, once for a key.

use super::account::{Account, OpeningCents, Owner};
use crate::database::tables::accounts;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use idem_diesel::{Error, idempotent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An account to be opened.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"owner": "Ada", "opening_cents": 10_000}))]
pub(super) struct NewAccount {
    owner: Owner,
    opening_cents: OpeningCents,
}

/// Opens an account, or gives the one that was opened with this key.
#[idempotent(operation = "accounts.open", ttl = "24h", in_flight = wait("5s"))]
pub(super) async fn open(conn: &mut AsyncPgConnection, new: &NewAccount) -> Result<Account, Error> {
    let account = diesel::insert_into(accounts::table)
        .values((
            accounts::owner.eq(new.owner.as_str()),
            accounts::opening_cents.eq(new.opening_cents.get()),
            accounts::balance_cents.eq(new.opening_cents.get()),
        ))
        .returning(Account::as_returning())
        .get_result(conn)
        .await?;
    Ok(account)
}
