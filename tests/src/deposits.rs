//! The call that many tests make, and what is left of it.

use idem_diesel::{IdempotencyKey, Idempotent, Outcome, RecordId, Status};

use crate::{CallError, Calls as _, Driver, TestDb};

/// The call of operation `deposit` that asks for `amount`.
pub fn deposit_call(key: &IdempotencyKey, amount: i64) -> Idempotent<'_> {
    Idempotent::new("deposit").key(key).fingerprint(&amount)
}

/// Deposits `amount` on account 1 under `key`; gives the new balance.
///
/// # Errors
///
/// As for [`Idempotent::run`].
pub async fn deposit_once<D: Driver>(
    conn: &mut D,
    key: &IdempotencyKey,
    amount: i64,
) -> Result<Outcome<i64>, CallError> {
    conn.call(deposit_call(key, amount), async |conn| {
        conn.deposit(1, amount).await?;
        Ok(conn.balance(1).await?)
    })
    .await
}

impl<D: Driver> TestDb<D> {
    /// What is committed: how many deposits there are in all, and what the record of operation
    /// `deposit` under this key says, if there is one.
    ///
    /// # Panics
    ///
    /// If the database can't be reached.
    pub async fn committed(&self, key: &IdempotencyKey) -> (i64, Option<Status>) {
        let id = RecordId {
            operation: "deposit",
            tenant: "",
            key,
        };
        let stored = self.plain().await.record(&id).await.expect("a look");
        let status = stored.map(|stored| stored.record.status);
        (self.ledger_count().await, status)
    }
}
