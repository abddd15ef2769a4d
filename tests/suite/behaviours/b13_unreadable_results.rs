use idem_diesel::{IdempotencyKey, Idempotent, Outcome, RecordId, Rejection};
use idem_tests::servers::Database;
use idem_tests::{CallError, Driver, TestDb, deposit_call, deposit_once, for_each_driver};

/// Fails unless `call` is refused as unreadable, with these versions and words, and its body
/// isn't run, however often.
async fn assert_unreadable<D: Driver>(
    db: &TestDb<D>,
    call: Idempotent<'_>,
    key: &IdempotencyKey,
    versions: (i32, i32),
    words: &str,
) {
    let body = async |_: &mut D| -> Result<i64, CallError> { panic!("the body ran") };
    for call in [call.clone(), call.peek()] {
        let refused = db.connect().await.call(call, body).await.unwrap_err();
        let Some(
            rejection @ Rejection::UnreadableResult {
                operation,
                key: named,
                stored_version,
                expected_version,
                reason,
            },
        ) = refused.rejection()
        else {
            panic!("{refused:?}");
        };
        assert_eq!((operation.as_str(), named), ("deposit", key));
        assert_eq!((*stored_version, *expected_version), versions);
        assert!(reason.contains(words), "{reason}");
        assert!(!rejection.is_retryable() && rejection.status() == 500);
        let text = rejection.to_string();
        for part in [
            "deposit",
            key.as_str(),
            &versions.0.to_string(),
            &versions.1.to_string(),
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}

/// Fails unless the record is still there, and only to forget it frees its key.
async fn assert_kept_until_forgotten<D: Driver>(db: &TestDb<D>, key: &IdempotencyKey) {
    assert_eq!(
        (db.count_records("1 = 1").await, db.ledger_count().await),
        (1, 1)
    );
    let mut conn = db.connect().await;
    let id = RecordId {
        operation: "deposit",
        tenant: "",
        key,
    };
    assert!(conn.forget(&id).await.unwrap());
    assert!(!conn.forget(&id).await.unwrap());
    assert_eq!(
        deposit_once(&mut conn, key, 50).await.unwrap(),
        Outcome::Fresh(1100)
    );
    assert_eq!(
        deposit_once(&mut conn, key, 50).await.unwrap(),
        Outcome::Replayed(1100)
    );
}

/// Makes a deposit, then sets its record's columns so; fails unless that makes it unreadable.
async fn assert_spoilt_by<D: Driver>(db: &TestDb<D>, set: &str, words: &str) {
    let key = IdempotencyKey::generate();
    let _ = deposit_once(&mut db.connect().await, &key, 50)
        .await
        .unwrap();
    db.update_records(set).await;
    assert_unreadable(db, deposit_call(&key, 50), &key, (1, 1), words).await;
    assert_kept_until_forgotten(db, &key).await;
}

for_each_driver! {
    async fn a_result_of_another_version_is_unreadable_and_kept<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        let _ = deposit_once(&mut db.connect().await, &key, 50).await.unwrap();
        for version in [2, 0, -1, i32::MAX, i32::MIN] {
            let call = deposit_call(&key, 50).result_version(version);
            assert_unreadable(db, call, &key, (1, version), "another version").await;
        }
        // The version that wrote it can still read it.
        assert_eq!(deposit_once(&mut db.connect().await, &key, 50).await.unwrap(), Outcome::Replayed(1050));
        assert_kept_until_forgotten(db, &key).await;
    }

    async fn a_corrupted_result_is_unreadable_and_kept<D: Driver>(db: &TestDb<D>) {
        assert_spoilt_by(db, "result = 'garb''age'", "").await;
    }
}

for_each_driver! {
    on postgres_sync postgres_async mysql_sync mysql_async sqlite_sync sqlite_async;

    async fn a_result_that_was_cut_short_is_unreadable<D: Driver>(db: &TestDb<D>) {
        assert_spoilt_by(db, "result = ''", "").await;
    }

    async fn a_missing_result_is_unreadable_where_there_must_be_one<D: Driver>(db: &TestDb<D>) {
        assert_spoilt_by(db, "result = NULL", "").await;
    }

    async fn a_result_of_another_type_is_unreadable<D: Driver>(db: &TestDb<D>) {
        let key = IdempotencyKey::generate();
        let body = async |conn: &mut D| -> Result<_, CallError> {
            conn.deposit(1, 50).await?;
            Ok("1050".to_owned())
        };
        let answer = db.connect().await.call(deposit_call(&key, 50), body).await;
        assert_eq!(answer.unwrap(), Outcome::Fresh("1050".to_owned()));
        assert_unreadable(db, deposit_call(&key, 50), &key, (1, 1), "").await;
        assert_kept_until_forgotten(db, &key).await;
    }

    async fn an_unknown_status_is_never_read_as_another<D: Driver>(db: &TestDb<D>) {
        if db.server().database() == Database::Sqlite {
            // A constraint can't be dropped there.
            db.execute("ALTER TABLE idem_records RENAME TO checked").await;
            db.execute("CREATE TABLE idem_records AS SELECT * FROM checked").await;
        }
        assert_spoilt_by(db, "status = 'finished'", "unknown status \"finished\"").await;
    }

    async fn a_fingerprint_of_another_length_is_unreadable<D: Driver>(db: &TestDb<D>) {
        if db.server().database() == Database::Mysql {
            db.execute("ALTER TABLE idem_records MODIFY fingerprint VARBINARY(64) NOT NULL").await;
        }
        for length in [31, 33] {
            let zeros = db.server().database().zeros(length);
            db.execute("DELETE FROM ledger").await;
            db.execute("DELETE FROM idem_records").await;
            db.execute("UPDATE accounts SET balance = 1000").await;
            assert_spoilt_by(db, &format!("fingerprint = {zeros}"), "fingerprint isn't 32 bytes").await;
        }
    }

    async fn a_token_of_another_length_is_unreadable<D: Driver>(db: &TestDb<D>) {
        if db.server().database() == Database::Mysql {
            db.execute("ALTER TABLE idem_records MODIFY token VARBINARY(64) NOT NULL").await;
        }
        let zeros = db.server().database().zeros(15);
        assert_spoilt_by(db, &format!("token = {zeros}"), "token isn't 16 bytes").await;
    }
}
