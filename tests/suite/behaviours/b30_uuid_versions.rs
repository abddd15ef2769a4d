use std::collections::HashSet;

use idem_diesel::{Expected, Version, VersionValue as _};
use idem_tests::versions::{Blob, Model, Native, Token, Versions, Way};
use idem_tests::{TestDb, for_each_driver};

fn version(row: &impl Model) -> Version {
    let version = row.version().to_version();
    assert!(matches!(version, Version::Uuid(_)), "{version}");
    version
}

/// Fails unless every write makes a UUID that there wasn't, in each row another one, and old copies
/// are refused.
async fn assert_guarded<M: Model, D: Versions<M>>(db: &TestDb<D>, table: &str) {
    db.add::<M>().await;
    let mut conn = db.connect().await;
    let first: M = conn.copy().await;
    let mut seen = HashSet::from([version(&first)]);
    let mut row = first.clone();
    for pieces in 0..5 {
        let old = row.clone();
        row = conn.update(&old, Some(pieces)).await.unwrap().into_inner();
        assert_eq!(Some(&row), db.stored().await.as_ref());
        assert!(seen.insert(version(&row)), "{seen:?}");
        for stale in [&first, &old] {
            for way in Way::ALL {
                let error = way.take(&mut conn, stale).await.unwrap_err();
                assert_eq!(
                    (error.is_conflict(), error.current()),
                    (true, Some(&row)),
                    "{way:?}: {error:?}"
                );
            }
        }
    }
    let row = conn.increment(&row).await.unwrap();
    assert!(seen.insert(version(&row)), "{seen:?}");
    let expected = Expected::OneOf(vec![first.version().clone(), row.version().clone()]);
    let row = conn
        .update_expecting(expected, Some(7))
        .await
        .unwrap()
        .into_inner();
    assert!(seen.insert(version(&row)), "{seen:?}");
    // The tag is the version's own.
    assert_eq!(
        M::Version::from_text(&version(&row).to_string()).as_ref(),
        Some(row.version())
    );

    assert_eq!(
        Versions::<M>::update_all(&mut conn, Some(8)).await.unwrap(),
        2
    );
    assert!(conn.update(&row, Some(9)).await.unwrap_err().is_conflict());
    let distinct = format!("SELECT COUNT(DISTINCT version) AS n FROM {table}");
    assert_eq!(conn.number(&distinct).await, Ok(2));
    let row: M = conn.copy().await;
    conn.delete(&row).await.unwrap();
    assert_eq!(db.stored::<M>().await, None);
}

for_each_driver! {
    async fn a_uuid_in_a_text_and_a_key_of_bytes_work<D: Versions<Token>>(db: &TestDb<D>) {
        assert_guarded::<Token, D>(db, "tokens").await;
    }

    async fn a_uuid_in_bytes_works<D: Versions<Blob>>(db: &TestDb<D>) {
        assert_guarded::<Blob, D>(db, "blobs").await;
    }

    async fn a_row_deleted_and_inserted_again_conflicts_with_an_old_copy<D: Versions<Token>>(db: &TestDb<D>) {
        db.add::<Token>().await;
        let mut conn = db.connect().await;
        let copy: Token = conn.copy().await;
        let row = conn.update(&copy, Some(90)).await.unwrap().into_inner();
        db.execute("DELETE FROM tokens WHERE pieces = 90").await;
        let zeros = db.server().database().zeros(16);
        db.execute(&format!("INSERT INTO tokens (id, pieces, version) VALUES ({zeros}, 90, '018f6a3c-0000-7000-8000-00000000000c')")).await;
        for way in Way::ALL {
            for old in [&copy, &row] {
                assert!(way.take(&mut conn, old).await.unwrap_err().is_conflict(), "{way:?}");
            }
        }
    }
}

for_each_driver! {
    // Nobody else has a type for UUIDs.
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    async fn a_uuid_in_a_column_for_uuids_works<D: Versions<Native>>(db: &TestDb<D>) {
        assert_guarded::<Native, D>(db, "natives").await;
    }
}
