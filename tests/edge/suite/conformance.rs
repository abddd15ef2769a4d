//! The store over the records' table keeps every promise of a store.

use idem_core::Store;
use idem_core::testing::Conformance;
use idem_edge::{AsyncPooled, Pooled, blocking};
use idem_tests::{Bank as _, Driver, TestDb, for_each_driver};

/// Runs the checks, each on an empty table. They wait by blocking, which the runtime's own thread
/// may not.
fn conforms<D: Driver>(db: &TestDb<D>, store: impl Store + Clone + Send + Sync) {
    let runtime = tokio::runtime::Handle::current();
    std::thread::scope(|scope| {
        let checks = move || {
            let empty = || {
                runtime.block_on(async {
                    let mut conn = db.plain().await;
                    conn.execute("DELETE FROM idem_records").await.unwrap();
                });
                store.clone()
            };
            Conformance::new(empty).run()
        };
        let checked = scope.spawn(checks).join().unwrap();
        checked.unwrap_or_else(|violations| panic!("{violations}"));
    });
}

for_each_driver! {
    on postgres_sync pgbouncer_sync mysql_sync sqlite_sync sqlite_journal_sync;

    async fn a_store_in_a_database_conforms<D: Pooled>(db: &TestDb<D>) {
        conforms(db, D::store(db));
    }
}

for_each_driver! {
    on postgres_async mysql_async sqlite_async sqlite_journal_async;

    async fn an_async_store_in_a_database_conforms<D: AsyncPooled>(db: &TestDb<D>) {
        let store = blocking(D::async_store(db).await);
        conforms(db, store);
    }
}
