//! Versioned writes in functions under `#[idempotent]`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use idem_diesel::{Error, Expected, IdempotencyKey, Outcome, Rejection, WriteError};
use idem_tests::versions::{Stock, Versions};
use idem_tests::{Bank as _, Driver, Gate, TestDb, for_each_driver};

/// How a sale ends when it fails.
#[derive(Debug, thiserror::Error)]
enum SaleError {
    #[error("the stock was not written")]
    Write(#[from] WriteError<Stock>),
    #[error(transparent)]
    Idem(#[from] Error),
}

/// The same, passing for what is inside it.
#[derive(Debug, thiserror::Error)]
enum Transparent {
    #[error(transparent)]
    Write(#[from] WriteError<Stock>),
    #[error(transparent)]
    Idem(#[from] Error),
}

/// What is done with a stock, once for a key. Each gives what is left.
trait Sales: Versions<Stock> {
    /// Takes some from a copy's row.
    async fn sell(
        &mut self,
        key: &IdempotencyKey,
        copy: &Stock,
        pieces: i64,
    ) -> Result<Outcome<i64>, SaleError>;

    /// Takes some from the row, if it has this version; ends in the write's own error.
    async fn sell_from(
        &mut self,
        key: &IdempotencyKey,
        version: i32,
        pieces: i64,
    ) -> Result<Outcome<i64>, WriteError<Stock>>;

    /// Reads the row, notes the run on account 3, lets something happen, and takes one, all at
    /// REPEATABLE READ.
    async fn sell_retried(
        &mut self,
        key: &IdempotencyKey,
        between: &Hook<'_>,
    ) -> Result<Outcome<i64>, SaleError>;

    /// The same with another type of error.
    async fn sell_transparently(
        &mut self,
        key: &IdempotencyKey,
        between: &Hook<'_>,
    ) -> Result<Outcome<i64>, Transparent>;
}

/// Something that happens in the middle.
type Hook<'a> = dyn Fn() + Send + Sync + 'a;

macro_rules! sales {
    ($module:ident, $connection:ident, [$update:ident $expecting:ident], $dsl:path, [$($async:tt)?], [$($await:tt)*]) => {
        mod $module {
            use super::*;
            use $dsl as Dsl;
            use diesel::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
            use idem_diesel::{Versioned as _, idempotent};
            use idem_tests::accounts;
            use idem_tests::connections::$connection;
            use idem_tests::versions::stock;

            #[idempotent(operation = "sell", fingerprint(pieces))]
            $($async)? fn sell(conn: &mut $connection, copy: &Stock, pieces: i64) -> Result<i64, SaleError> {
                let written = copy.$update(conn, stock::pieces.eq(copy.pieces - pieces)) $($await)* ?;
                Ok(written.into_inner().pieces)
            }

            #[idempotent(operation = "sell")]
            $($async)? fn sell_from(conn: &mut $connection, version: i32, pieces: i64) -> Result<i64, WriteError<Stock>> {
                let change = stock::pieces.eq(stock::pieces - pieces);
                let written = Stock::$expecting(conn, 1, Expected::Exactly(version), change) $($await)* ?;
                Ok(written.into_inner().pieces)
            }

            #[idempotent(operation = "sell", retry = 3, isolation = repeatable_read)]
            $($async)? fn sell_retried(conn: &mut $connection, #[skip] between: &Hook<'_>) -> Result<i64, SaleError> {
                let row = stock::table.find(1_i64).select(Stock::as_select());
                let copy: Stock = Dsl::first(row, conn) $($await)* .map_err(WriteError::from)?;
                let note = diesel::update(accounts::table.find(3_i64)).set(accounts::balance.eq(accounts::balance + 1));
                Dsl::execute(note, conn) $($await)* .map_err(WriteError::from)?;
                between();
                let written = copy.$update(conn, stock::pieces.eq(copy.pieces - 1)) $($await)* ?;
                Ok(written.into_inner().pieces)
            }

            #[idempotent(operation = "sell", retry = 3, isolation = repeatable_read)]
            $($async)? fn sell_transparently(conn: &mut $connection, #[skip] between: &Hook<'_>) -> Result<i64, Transparent> {
                let row = stock::table.find(1_i64).select(Stock::as_select());
                let copy: Stock = Dsl::first(row, conn) $($await)* .map_err(WriteError::from)?;
                let note = diesel::update(accounts::table.find(3_i64)).set(accounts::balance.eq(accounts::balance + 1));
                Dsl::execute(note, conn) $($await)* .map_err(WriteError::from)?;
                between();
                let written = copy.$update(conn, stock::pieces.eq(copy.pieces - 1)) $($await)* ?;
                Ok(written.into_inner().pieces)
            }

            impl Sales for $connection {
                async fn sell(&mut self, key: &IdempotencyKey, copy: &Stock, pieces: i64) -> Result<Outcome<i64>, SaleError> {
                    sell(self, key, copy, pieces) $($await)*
                }

                async fn sell_from(&mut self, key: &IdempotencyKey, version: i32, pieces: i64) -> Result<Outcome<i64>, WriteError<Stock>> {
                    sell_from(self, key, version, pieces) $($await)*
                }

                async fn sell_retried(&mut self, key: &IdempotencyKey, between: &Hook<'_>) -> Result<Outcome<i64>, SaleError> {
                    sell_retried(self, key, between) $($await)*
                }

                async fn sell_transparently(&mut self, key: &IdempotencyKey, between: &Hook<'_>) -> Result<Outcome<i64>, Transparent> {
                    sell_transparently(self, key, between) $($await)*
                }
            }
        }
    };
}

macro_rules! sync_sales {
    ($($module:ident $connection:ident)*) => {$(
        sales!($module, $connection, [update_versioned update_expecting], diesel::RunQueryDsl, [], []);
    )*};
}

macro_rules! async_sales {
    ($($module:ident $connection:ident)*) => {$(
        sales!($module, $connection, [update_versioned_async update_expecting_async], diesel_async::RunQueryDsl, [async], [.await]);
    )*};
}

sync_sales!(postgres_sync PgConnection mysql_sync MysqlConnection sqlite_sync SqliteConnection);
async_sales!(postgres_async AsyncPgConnection mysql_async AsyncMysqlConnection sqlite_async AsyncSqliteConnection);

for_each_driver! {
    async fn a_versioned_update_retried_with_its_key_replays_and_reports_no_stale_version<D: Sales>(db: &TestDb<D>) {
        db.add_for_transactions::<Stock>().await;
        let (mut conn, key) = (db.connect().await, IdempotencyKey::generate());
        let copy = db.stock().await.unwrap();
        assert_eq!(conn.sell(&key, &copy, 10).await.unwrap(), Outcome::Fresh(90));
        for _ in 0..2 {
            assert_eq!(conn.sell(&key, &copy, 10).await.unwrap(), Outcome::Replayed(90));
        }
        db.execute("UPDATE stock SET pieces = 50, lock_version = lock_version + 1 WHERE id = 1").await;
        assert_eq!(conn.sell(&key, &copy, 10).await.unwrap(), Outcome::Replayed(90));
        assert_eq!(db.stock().await, Some(Stock { id: 1, pieces: 50, lock_version: 2 }));
        // Another request with the same stale copy is another matter.
        let late = conn.sell(&IdempotencyKey::generate(), &copy, 10).await;
        assert!(matches!(late, Err(SaleError::Write(WriteError::Conflict { .. }))), "{late:?}");
    }

    async fn a_function_may_end_in_the_writes_own_error<D: Sales>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let (mut conn, key) = (db.connect().await, IdempotencyKey::generate());
        assert_eq!(conn.sell_from(&key, 0, 10).await.unwrap(), Outcome::Fresh(90));
        assert_eq!(conn.sell_from(&key, 0, 10).await.unwrap(), Outcome::Replayed(90));
        let reused = conn.sell_from(&key, 1, 10).await.unwrap_err();
        assert!(matches!(&reused, WriteError::Refused(Rejection::KeyReused { .. })), "{reused:?}");
        assert_eq!((reused.status(), reused.problem().status), (422, 422));
    }

    async fn a_conflict_leaves_no_record_and_the_key_serves_again<D: Sales>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let (mut conn, key) = (db.connect().await, IdempotencyKey::generate());
        let copy: Stock = conn.copy().await;
        let fresh = conn.update(&copy, Some(50)).await.unwrap().into_inner();
        for _ in 0..2 {
            let late = conn.sell(&key, &copy, 10).await.unwrap_err();
            assert!(matches!(&late, SaleError::Write(error) if error.is_conflict()), "{late:?}");
        }
        assert_eq!(db.count_records("1 = 1").await, 0);
        assert_eq!(conn.sell(&key, &fresh, 10).await.unwrap(), Outcome::Fresh(40));
    }

    async fn of_racers_with_one_key_and_one_copy_one_writes_and_none_conflicts<D: Sales>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        for round in 0..5 {
            let (key, copy): (_, Stock) = (IdempotencyKey::generate(), db.stored().await.unwrap());
            let answers = db.concurrently(8, async |_, conn: &mut D| conn.sell(&key, &copy, 1).await.unwrap()).await;
            assert!(answers.iter().all(|left| **left == 99 - round), "{answers:?}");
            assert_eq!(answers.iter().filter(|answer| !answer.is_replayed()).count(), 1, "{answers:?}");
        }
        assert_eq!(db.stored().await, Some(Stock { id: 1, pieces: 95, lock_version: 5 }));
    }

    async fn a_write_that_the_callers_transaction_rolls_back_is_made_anew<D: Sales>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let (mut conn, key) = (db.connect().await, IdempotencyKey::generate());
        let copy: Stock = conn.copy().await;
        for _ in 0..2 {
            conn.begin().await.unwrap();
            assert_eq!(conn.sell(&key, &copy, 10).await.unwrap(), Outcome::Fresh(90));
            assert_eq!(conn.sell(&key, &copy, 10).await.unwrap(), Outcome::Replayed(90));
            conn.rollback().await.unwrap();
        }
        assert_eq!(conn.sell(&key, &copy, 10).await.unwrap(), Outcome::Fresh(90));
        assert_eq!(db.stored::<Stock>().await.unwrap().lock_version, 1);
    }
}

/// Runs this on a thread of its own.
fn aside(job: &(impl AsyncFn() + Sync)) {
    let runtime = tokio::runtime::Handle::current();
    let ended = std::thread::scope(|scope| scope.spawn(|| runtime.block_on(job())).join());
    ended.unwrap();
}

/// Fails unless both calls run their bodies twice, the first time ending in what `trouble` makes of the
/// write, and leave 99 and 98 pieces.
async fn assert_runs_again<D: Sales>(db: &TestDb<D>, trouble: impl AsyncFn() + Sync) {
    db.add_for_transactions::<Stock>().await;
    let (mut conn, runs) = (db.connect().await, AtomicUsize::new(0));
    let between = || {
        if runs.fetch_add(1, Ordering::SeqCst) % 2 == 0 {
            aside(&trouble);
        }
    };
    let sold = conn
        .sell_retried(&IdempotencyKey::generate(), &between)
        .await;
    assert_eq!(
        (sold.unwrap(), runs.load(Ordering::SeqCst)),
        (Outcome::Fresh(99), 2)
    );
    let sold = conn
        .sell_transparently(&IdempotencyKey::generate(), &between)
        .await;
    assert_eq!(
        (sold.unwrap(), runs.load(Ordering::SeqCst)),
        (Outcome::Fresh(98), 4)
    );
    assert_eq!(db.balance(3).await, 1002);
}

for_each_driver! {
    // Where a stale snapshot fails a write. On SQLite a call has the write lock before it reads.
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    async fn a_body_whose_versioned_write_met_a_newer_row_runs_again<D: Sales>(db: &TestDb<D>) {
        assert_runs_again(db, async || {
            db.execute("UPDATE stock SET lock_version = lock_version + 1 WHERE id = 1").await;
        }).await;
    }
}

/// Has another transaction lock the row, having written a lot, and wait for account 3.
async fn collide<D: Driver>(db: &TestDb<D>) {
    let (mut rival, locked) = (db.plain().await, Arc::new(Gate::new()));
    let has_locked = Arc::clone(&locked);
    std::thread::spawn(move || {
        pollster::block_on(async {
            rival.begin().await?;
            // The victim is the one who has written less.
            for _ in 0..50 {
                rival.deposit(2, 1).await?;
            }
            rival
                .execute("UPDATE stock SET pieces = pieces + 1 WHERE id = 1")
                .await?;
            has_locked.open();
            rival.deposit(3, 1).await?;
            rival.rollback().await
        })
    });
    locked.wait().await;
    db.until_blocked(1).await;
}

for_each_driver! {
    // Where it is known who the victim of a deadlock will be.
    on mysql_sync mysql_async;

    async fn a_body_whose_versioned_write_ended_in_a_deadlock_runs_again<D: Sales>(db: &TestDb<D>) {
        assert_runs_again(db, async || collide(db).await).await;
    }
}
