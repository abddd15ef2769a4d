use idem_diesel::{IdempotencyKey, Outcome, RecordId, Rejection, Status};
use idem_tests::servers::Database;
use idem_tests::{
    CallError, Driver, Gate, Row, TestDb, deposit_call, deposit_once, for_each_driver,
};

fn id(key: &IdempotencyKey) -> RecordId<'_> {
    RecordId {
        operation: "deposit",
        tenant: "",
        key,
    }
}

/// Whether this is a moment in UTC, such as `2026-01-31T23:59:59.123Z`, to the ms or finer.
fn is_a_moment(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|char| if char.is_ascii_digit() { '0' } else { char })
        .collect();
    let fraction = shape
        .strip_prefix("0000-00-00T00:00:00.")
        .and_then(|rest| rest.strip_suffix('Z'));
    fraction.is_some_and(|digits| digits.len() >= 3 && digits.bytes().all(|digit| digit == b'0'))
}

for_each_driver! {
    on postgres_sync postgres_async mysql_sync mysql_async sqlite_sync sqlite_async;

    async fn a_record_says_what_the_call_was_and_gave<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        assert_eq!(conn.record(&id(&key)).await.unwrap(), None);
        let _ = deposit_once(&mut conn, &key, 50).await.unwrap();
        let stored = conn.record(&id(&key)).await.unwrap().unwrap();
        assert_eq!((stored.record.status, stored.record.result.as_deref()), (Status::Completed, Some("1050")));
        assert_eq!((stored.record.result_version, stored.record.attempt, stored.record.is_expired()), (1, 1, false));
        assert_eq!((stored.record.lease, &stored.lease_until), (None, &None));
        let completed_at = stored.completed_at.as_deref().unwrap();
        for moment in [&stored.created_at, completed_at, &stored.expires_at] {
            assert!(is_a_moment(moment), "{moment}");
        }
        assert!(stored.created_at.as_str() <= completed_at && completed_at < stored.expires_at.as_str(), "{stored:?}");

        let other = RecordId { tenant: "other", ..id(&key) };
        assert_eq!(conn.record(&other).await.unwrap(), None);
        db.expire_records().await;
        assert!(conn.record(&id(&key)).await.unwrap().unwrap().record.is_expired());
    }

    async fn a_record_that_is_not_committed_is_not_seen_nor_forgotten<D: Driver>(db: &TestDb<D>) {
        let (key, running, looked) = (IdempotencyKey::generate(), Gate::new(), Gate::new());
        let gone = IdempotencyKey::generate();
        let _ = deposit_once(&mut db.connect().await, &gone, 50).await.unwrap();
        db.concurrently(2, async |number, conn: &mut D| {
            if number > 0 {
                running.wait().await;
                assert_eq!(conn.record(&id(&key)).await.unwrap(), None);
                assert!(!conn.forget(&id(&key)).await.unwrap());
                return looked.open();
            }
            let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
                conn.deposit(1, 50).await?;
                assert!(conn.forget(&id(&gone)).await?);
                running.open();
                looked.wait().await;
                Ok(1)
            }).await;
            assert_eq!(answer.unwrap(), Outcome::Fresh(1));
        }).await;
        let mut conn = db.connect().await;
        assert!(conn.record(&id(&key)).await.unwrap().is_some());
        assert_eq!(conn.record(&id(&gone)).await.unwrap(), None);
    }

    async fn a_forgotten_key_is_as_good_as_new_and_no_other_is_touched<D: Driver>(db: &TestDb<D>) {
        let (key, other, mut conn) = (IdempotencyKey::generate(), IdempotencyKey::generate(), db.connect().await);
        for key in [&key, &other] {
            let _ = deposit_once(&mut conn, key, 50).await.unwrap();
        }
        assert!(!conn.forget(&RecordId { tenant: "t", ..id(&key) }).await.unwrap());
        assert!(!conn.forget(&RecordId { operation: "Deposit", ..id(&key) }).await.unwrap());
        assert!(conn.forget(&id(&key)).await.unwrap());
        assert!(!conn.forget(&id(&key)).await.unwrap());
        // Also for other arguments.
        assert_eq!(deposit_once(&mut conn, &key, 7).await.unwrap(), Outcome::Fresh(1107));
        assert_eq!(deposit_once(&mut conn, &other, 50).await.unwrap(), Outcome::Replayed(1100));
    }

    async fn a_body_that_forgets_its_own_record_is_rolled_back<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let answer = conn.call(deposit_call(&key, 50), async |conn| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            Ok(conn.forget(&id(&key)).await?)
        }).await;
        // SQLite's record isn't there before the body has ended.
        let sqlite = db.server().database() == Database::Sqlite;
        match answer {
            Ok(forgotten) => assert!(sqlite && forgotten == Outcome::Fresh(false)),
            Err(error) => assert!(!sqlite && matches!(error.rejection(), Some(Rejection::LostClaim { .. })), "{error:?}"),
        }
        assert_eq!(db.ledger_count().await, i64::from(sqlite));
    }

    async fn a_record_is_not_forgotten_while_its_lease_holds<D: Driver>(db: &TestDb<D>) {
        let row = |key: &str, lease_ends_in| Row { key: key.into(), status: "processing", expires_in: 60, lease_ends_in };
        db.insert([row("leased", Some(60)), row("lease-over", Some(-1)), row("left-over", None)]).await;
        let mut conn = db.connect().await;
        for (key, expected) in [("leased", false), ("lease-over", true), ("left-over", true)] {
            let key = key.parse().unwrap();
            assert_eq!(conn.forget(&RecordId { operation: "kept", ..id(&key) }).await.unwrap(), expected, "{key}");
        }
        assert_eq!(db.count_records("1 = 1").await, 1);
    }

    async fn stats_count_every_record_of_every_operation<D: Driver>(db: &TestDb<D>) {
        let mut conn = db.connect().await;
        assert!(conn.stats().await.unwrap().is_empty());
        let row = |key: &str, status, expires_in| Row { key: key.into(), status, expires_in, lease_ends_in: None };
        db.insert([
            row("a", "completed", 60), row("b", "completed", -1), row("c", "completed", 60),
            row("d", "failed", 60), row("e", "failed", -1), row("f", "processing", -1),
        ]).await;
        let _ = deposit_once(&mut conn, &IdempotencyKey::generate(), 50).await.unwrap();
        let stats = conn.stats().await.unwrap();
        let counts: Vec<_> = stats.iter().map(|stats| {
            (stats.operation.as_str(), [stats.completed, stats.failed, stats.processing, stats.expired])
        }).collect();
        assert_eq!(counts, [("deposit", [1, 0, 0, 0]), ("kept", [3, 2, 1, 3])]);
    }
}
