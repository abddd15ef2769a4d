use idem_diesel::{IdempotencyKey, Outcome, RecordId};
use idem_tests::{TestDb, for_each_driver};

use crate::functions::{Functions, Letter};

/// Whether there is a record of this operation under this key.
async fn is_recorded<D: Functions>(db: &TestDb<D>, operation: &str, key: &IdempotencyKey) -> bool {
    let id = RecordId {
        operation,
        tenant: "",
        key,
    };
    db.connect().await.record(&id).await.unwrap().is_some()
}

for_each_driver! {
    on postgres_sync postgres_async mysql_sync mysql_async sqlite_sync sqlite_async;

    async fn a_function_renamed_in_code_keeps_its_records_by_its_operation<D: Functions>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        assert_eq!(conn.charge(&key, 1999).await.unwrap(), Outcome::Fresh(1999));
        assert_eq!(conn.collect(&key, 1999).await.unwrap(), Outcome::Replayed(1999));
        assert_eq!(conn.charge(&key, 1999).await.unwrap(), Outcome::Replayed(1999));
        assert!(is_recorded(db, "payments.charge", &key).await);
        assert_eq!(db.balance(1).await, 2999);
    }

    async fn without_an_operation_a_function_goes_by_its_module_and_name<D: Functions>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        let _ = conn.send(&key, &Letter::default()).await.unwrap();
        assert!(is_recorded(db, &format!("{}::send", D::MODULE), &key).await);
    }

    async fn without_an_operation_a_method_goes_by_its_module_its_type_and_its_name<D: Functions>(db: &TestDb<D>) {
        let (key, mut conn) = (IdempotencyKey::generate(), db.connect().await);
        assert_eq!(conn.ring_up(&key).await.unwrap(), Outcome::Fresh(()));
        assert!(is_recorded(db, &format!("{}::Till::ring_up", D::MODULE), &key).await);
        assert_eq!(conn.ring_up(&key).await.unwrap(), Outcome::Replayed(()));
    }
}
