//! A deadlock is tried again behind whatever type of error.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::result::Error as DieselError;
use idem_diesel::{
    Error, FromError, IdempotencyKey, Isolation, Outcome, Retry, RetryPolicy, RetryableErrors,
};
use idem_tests::{Driver, TestDb, deposit_call, for_each_driver};
use thiserror::Error as ThisError;

/// Errors with sources.
#[derive(Debug, ThisError)]
enum Sourced {
    #[error("no answer")]
    Idem(#[from] Error),
    #[error("no database")]
    Database(#[from] DieselError),
}

/// An error with such an error as its source.
#[derive(Debug, ThisError)]
#[error("on top of it all")]
struct Outer(#[source] Sourced);

impl From<Error> for Outer {
    fn from(error: Error) -> Self {
        Self(error.into())
    }
}

/// Errors that pass for what is inside them.
#[derive(Debug, ThisError)]
enum Transparent {
    #[error(transparent)]
    Idem(#[from] Error),
    #[error(transparent)]
    Database(#[from] DieselError),
}

/// Fails unless a body whose first attempt fails for a passing reason, as the error that `wrap` makes
/// of it, runs again.
async fn assert_retried<D: Driver, E: FromError + Debug, W: RetryableErrors<E>>(
    db: &TestDb<D>,
    which: impl FnOnce(
        idem_diesel::Idempotent<'_>,
    ) -> idem_diesel::Idempotent<'_, idem_diesel::DiscardErrors, Retry<W>>,
    wrap: impl Fn(DieselError) -> E,
) {
    let (key, runs) = (IdempotencyKey::generate(), AtomicUsize::new(0));
    let call = which(deposit_call(&key, 50).isolation(Isolation::RepeatableRead));
    let body = async |conn: &mut D| {
        if runs.fetch_add(1, Ordering::Relaxed) == 0 {
            return Err(wrap(db.transient_failure(conn).await));
        }
        Ok(7)
    };
    let answer = db.connect().await.call_retrying(call, body).await;
    assert_eq!(answer.unwrap(), Outcome::Fresh(7));
    assert_eq!(runs.into_inner(), 2);
}

const POLICY: RetryPolicy = RetryPolicy::attempts(3);

for_each_driver! {
    on postgres_sync postgres_async mysql_sync mysql_async;

    async fn idems_own_error_is_retried<D: Driver>(db: &TestDb<D>) {
        assert_retried(db, |call| call.retry(POLICY), Error::from).await;
    }

    async fn an_error_with_sources_is_retried<D: Driver>(db: &TestDb<D>) {
        assert_retried(db, |call| call.retry(POLICY), Sourced::from).await;
        assert_retried(db, |call| call.retry(POLICY), |error| Sourced::from(Error::from(error))).await;
        assert_retried(db, |call| call.retry(POLICY), |error| Outer(error.into())).await;
        assert_retried(db, |call| call.retry(POLICY), |error| Outer(Error::from(error).into())).await;
    }

    async fn a_transparent_error_is_retried<D: Driver>(db: &TestDb<D>) {
        assert_retried(db, |call| call.retry(POLICY), Transparent::from).await;
        assert_retried(db, |call| call.retry(POLICY), |error| Transparent::from(Error::from(error))).await;
    }

    async fn an_error_of_no_known_type_is_retried_if_its_owner_says_so<D: Driver>(db: &TestDb<D>) {
        let is_ours = |error: &anyhow::Error| error.chain().any(<dyn StdError>::is::<DieselError>);
        assert_retried(db, |call| call.retry_if(POLICY, is_ours), |error| {
            anyhow::Error::from(error).context("while depositing")
        }).await;
    }
}
