use idem_diesel::{IdempotencyKey, Outcome};
use idem_tests::{Driver, TestDb, deposit_once, for_each_driver};

for_each_driver! {
    async fn servers_that_start_together_set_up_together<D: Driver>(db: &TestDb<D>) {
        for _ in 0..3 {
            db.execute("DROP TABLE idem_records").await;
            let done = db.concurrently(8, async |_, conn: &mut D| conn.setup().await).await;
            assert!(done.iter().all(Result::is_ok), "{done:?}");
            assert_eq!(db.count_records("1 = 1").await, 0);
        }
        let key = IdempotencyKey::generate();
        assert_eq!(deposit_once(&mut db.connect().await, &key, 50).await.unwrap(), Outcome::Fresh(1050));
    }

    async fn to_set_up_again_keeps_every_record<D: Driver>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let _ = deposit_once(&mut conn, &key, 50).await.unwrap();
        for _ in 0..2 {
            conn.setup().await.unwrap();
        }
        assert_eq!(deposit_once(&mut conn, &key, 50).await.unwrap(), Outcome::Replayed(1050));
    }
}
