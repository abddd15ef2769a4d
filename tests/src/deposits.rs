//! The call that many tests make, and what is left of it.

use std::sync::Arc;

use idem_diesel::{IdempotencyKey, Idempotent, Outcome, RecordId, Status};
use tokio::runtime::Handle;

use crate::{Bank as _, CallError, Calls as _, Driver, Gate, TestDb};

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

/// Opens its gate in the end, also when a panic is the end.
struct OpenInTheEnd(Arc<Gate>);

impl Drop for OpenInTheEnd {
    fn drop(&mut self) {
        self.0.open();
    }
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

    /// Runs `other` on a new connection while a deposit of 50 under `key` is running elsewhere;
    /// lets that end when `other` has.
    ///
    /// # Panics
    ///
    /// If that deposit isn't the one that runs.
    pub async fn while_another_runs<R>(
        &self,
        key: &IdempotencyKey,
        other: impl AsyncFnOnce(&mut D) -> R,
    ) -> R {
        let (running, over) = (Arc::new(Gate::new()), Arc::new(Gate::new()));
        let (mut rival, mut conn) = (self.plain().await, self.connect().await);
        let (runs, may_end, key) = (Arc::clone(&running), Arc::clone(&over), key.clone());
        let runtime = Handle::current();
        let rival = std::thread::spawn(move || {
            let body = async |conn: &mut D::Plain| -> Result<_, CallError> {
                conn.deposit(1, 50).await?;
                runs.open();
                may_end.wait().await;
                Ok(50)
            };
            runtime.block_on(rival.call(deposit_call(&key, 50), body))
        });
        let over = OpenInTheEnd(over);
        running.wait().await;
        let answer = other(&mut conn).await;
        drop(over);
        let ended = rival.join().expect("the other one ends");
        assert_eq!(ended.expect("an answer"), Outcome::Fresh(50));
        answer
    }
}
