//! Another owner's name, by whoever has seen the account as it is.

use super::account::{Account, AccountId, Owner};
use crate::database::tables::accounts;
use diesel::prelude::*;
use diesel_async::AsyncPgConnection;
use idem_diesel::{IfMatch, Versioned as _, WriteError};

/// Renames the account if it is still in the state that was seen.
///
/// No key is needed: a request that comes twice can't rename twice, as its first copy has raised the
/// version. What its second copy finds is a conflict with itself; where the account has the name by
/// then, that is a success, as
/// [RFC 9110, section 13.1.1](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1) allows.
pub(super) async fn rename(
    conn: &mut AsyncPgConnection,
    id: AccountId,
    seen: &IfMatch,
    owner: &Owner,
) -> Result<Account, WriteError<Account>> {
    let change = accounts::owner.eq(owner.as_str());
    match Account::update_expecting_async(conn, id.get(), seen.expected(), change).await {
        Ok(renamed) => Ok(renamed.into_inner()),
        Err(WriteError::Conflict { current, .. }) if current.owner == owner.as_str() => {
            Ok(*current)
        }
        Err(error) => Err(error),
    }
}
