use std::time::Duration;

use idem_diesel::{RetryPolicy, WriteError};
use idem_tests::versions::{Model, Stock, Versions, Way};
use idem_tests::{Gate, TestDb, for_each_driver};

const RACERS: usize = 8;
const ROUNDS: usize = 5;

/// Lets racers that hold one copy write it at once in this way; fails unless one wins each round, and
/// the others learn what it has written. SQLite may also tell one to come again.
async fn assert_one_wins<D: Versions<Stock>>(db: &TestDb<D>, way: Way, in_transactions: bool) {
    db.add::<Stock>().await;
    for round in 0..ROUNDS {
        let copy: Stock = db.stored().await.unwrap();
        let answers = db
            .concurrently(RACERS, async |_, conn: &mut D| {
                if !in_transactions {
                    return way.take(conn, &copy).await;
                }
                conn.begin().await.unwrap();
                let answer = way.take(conn, &copy).await;
                match answer {
                    Ok(()) => conn.commit().await.unwrap(),
                    Err(_) => conn.rollback().await.unwrap(),
                }
                answer
            })
            .await;
        let winners = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(winners, 1, "{way:?} in round {round}: {answers:?}");
        let after = db.stored::<Stock>().await;
        for lost in answers.into_iter().filter_map(Result::err) {
            match lost {
                WriteError::Conflict { current, .. } => assert_eq!(Some(*current), after),
                WriteError::NotFound => assert_eq!((way.deletes(), &after), (true, &None)),
                other => panic!("{way:?} in round {round}: {other:?}"),
            }
        }
        let version = after.map(|row| row.lock_version);
        if way.deletes() {
            assert_eq!(version, None);
            return;
        }
        assert_eq!(version, Some(copy.lock_version + 1));
    }
}

/// Patient enough for every racer to have its turn.
const PATIENT: RetryPolicy = RetryPolicy::attempts(1000)
    .min_delay(Duration::from_millis(1))
    .max_delay(Duration::from_millis(5));

for_each_driver! {
    async fn of_racers_that_update_one_copy_one_wins<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_one_wins(db, Way::Update, false).await;
    }

    async fn of_racers_that_write_one_copy_one_wins<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_one_wins(db, Way::Write, false).await;
    }

    async fn of_racers_that_expect_one_version_one_wins<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_one_wins(db, Way::Expecting, false).await;
    }

    async fn of_racers_that_force_an_increment_one_wins<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_one_wins(db, Way::Increment, false).await;
    }

    async fn of_racers_that_delete_one_copy_one_wins<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_one_wins(db, Way::Delete, false).await;
    }

    async fn of_racers_that_delete_what_they_expect_one_wins<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_one_wins(db, Way::DeleteExpecting, false).await;
    }

    // The same key and the same version, but another row.
    async fn a_row_that_was_deleted_and_inserted_again_meanwhile_is_written<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        let begun = Gate::new();
        db.concurrently(2, async |number, conn: &mut D| {
            if number == 0 {
                conn.begin().await.unwrap();
                conn.execute("DELETE FROM stock WHERE id = 1").await.unwrap();
                conn.execute("INSERT INTO stock (id, pieces) VALUES (1, 50)").await.unwrap();
                begun.open();
                db.until_blocked(1).await;
                conn.commit().await.unwrap();
            } else {
                begun.wait().await;
                let copy = Stock { id: 1, pieces: 100, lock_version: 0 };
                // A database that has one writer may have the other one ask again.
                let mut answer = conn.update(&copy, Some(7)).await;
                while matches!(&answer, Err(WriteError::Retryable(_))) {
                    answer = conn.update(&copy, Some(7)).await;
                }
                assert!(answer.unwrap().is_changed());
            }
        }).await;
        assert_eq!(db.stored().await, Some(Stock { id: 1, pieces: 7, lock_version: 1 }));
    }

    async fn of_racers_in_transactions_one_wins<D: Versions<Stock>>(db: &TestDb<D>) {
        assert_one_wins(db, Way::Update, true).await;
    }

    async fn nothing_is_lost_between_racers_that_try_again_from_the_row_as_it_is<D: Versions<Stock>>(db: &TestDb<D>) {
        const TIMES: i64 = 10;
        db.add::<Stock>().await;
        let attempts = db.concurrently(RACERS, async |_, conn: &mut D| {
            let mut attempts = 0;
            for _ in 0..TIMES {
                attempts += conn.retry(PATIENT, async |conn: &mut D, fresh: Stock, attempt| {
                    conn.write(&fresh, Some(fresh.pieces - 1)).await?.into_inner();
                    Ok::<_, WriteError<Stock>>(attempt)
                }).await.unwrap();
            }
            attempts
        }).await;
        let writes = i64::try_from(RACERS).unwrap() * TIMES;
        let row: Stock = db.stored().await.unwrap();
        assert_eq!((row.pieces(), i64::from(row.lock_version)), (100 - writes, writes), "{attempts:?}");
    }
}
