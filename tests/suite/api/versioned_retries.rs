//! Trying again from the row as it is.

use std::time::Duration;

use idem_diesel::{Conflicting, RetryPolicy, Version, WriteError};
use idem_tests::versions::{Page, Stock, Versions};
use idem_tests::{TestDb, for_each_driver};

const THREE: RetryPolicy = RetryPolicy::attempts(3)
    .min_delay(Duration::from_millis(1))
    .max_delay(Duration::from_millis(2));

/// How a user's job ends.
#[derive(Debug)]
enum JobError {
    SoldOut,
    Write(WriteError<Stock>),
}

impl From<WriteError<Stock>> for JobError {
    fn from(error: WriteError<Stock>) -> Self {
        Self::Write(error)
    }
}

impl Conflicting for JobError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Write(error) if error.is_conflict())
    }
}

for_each_driver! {
    async fn the_last_conflict_is_the_answer_when_the_attempts_are_over<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut attempts = Vec::new();
        let answer = db.connect().await.retry(THREE, async |conn: &mut D, fresh: Stock, attempt| {
            attempts.push((attempt, fresh.lock_version));
            db.execute("UPDATE stock SET lock_version = lock_version + 1 WHERE id = 1").await;
            Ok::<_, JobError>(conn.update(&fresh, Some(7)).await?.into_inner())
        }).await;
        let Err(JobError::Write(WriteError::Conflict { actual, current, .. })) = answer else { panic!("{answer:?}") };
        assert_eq!((attempts, actual, current.pieces), (vec![(1, 0), (2, 1), (3, 2)], Version::Integer(3), 100));
    }

    async fn one_conflict_is_got_over_and_the_jobs_value_comes_back<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let answer = db.connect().await.retry(THREE, async |conn: &mut D, fresh: Stock, attempt| {
            if attempt == 1 {
                db.execute("UPDATE stock SET pieces = 50, lock_version = lock_version + 1 WHERE id = 1").await;
            }
            let row = conn.update(&fresh, Some(fresh.pieces - 1)).await?.into_inner();
            Ok::<_, JobError>((attempt, row))
        }).await;
        let row = Stock { id: 1, pieces: 49, lock_version: 2 };
        assert_eq!(answer.unwrap(), (2, row.clone()));
        assert_eq!(db.stored().await, Some(row));
    }

    async fn an_error_of_the_jobs_own_is_passed_on_at_once<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let mut runs = 0;
        let answer: Result<(), _> = db.connect().await.retry(THREE, async |_: &mut D, _: Stock, _| {
            runs += 1;
            Err(JobError::SoldOut)
        }).await;
        assert!(matches!(answer, Err(JobError::SoldOut)) && runs == 1, "{answer:?} after {runs}");
    }

    async fn a_missing_row_is_not_found_and_the_job_does_not_run<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        db.execute("DELETE FROM stock WHERE id = 1").await;
        let answer: Result<(), JobError> = db.connect().await.retry(THREE, async |_: &mut D, row: Stock, _| panic!("{row:?}")).await;
        assert!(matches!(answer, Err(JobError::Write(WriteError::NotFound))), "{answer:?}");
    }

    async fn a_deleted_row_is_not_tried_again<D: Versions<Page>>(db: &TestDb<D>) {
        db.add::<Page>().await;
        db.execute("UPDATE pages SET deleted_at = '2020-01-01 00:00:00' WHERE id = 1").await;
        let mut runs = 0;
        let answer = db.connect().await.retry(THREE, async |conn: &mut D, fresh: Page, _| {
            runs += 1;
            conn.update(&fresh, Some(7)).await
        }).await;
        assert!(matches!(answer, Err(WriteError::Deleted { .. })) && runs == 1, "{answer:?} after {runs}");
    }
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    async fn a_transaction_that_has_to_begin_anew_is_told_so_at_once<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add_for_transactions::<Stock>().await;
        let mut conn = db.connect().await;
        conn.begin().await.unwrap();
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await.unwrap();
        let _: Stock = conn.copy().await;
        db.execute("UPDATE stock SET lock_version = lock_version + 1 WHERE id = 1").await;
        let mut runs = 0;
        let answer = conn.retry(THREE, async |conn: &mut D, fresh: Stock, _| {
            runs += 1;
            conn.update(&fresh, Some(7)).await
        }).await;
        assert!(matches!(answer, Err(WriteError::Retryable(_))) && runs <= 1, "{answer:?} after {runs}");
        conn.rollback().await.unwrap();
    }
}
