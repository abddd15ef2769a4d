use std::sync::atomic::{AtomicUsize, Ordering};

use idem_diesel::{Error, IdempotencyKey, Outcome, RecordId, Rejection, Status};
use idem_tests::{TestDb, for_each_driver};

use crate::functions::{Failure, Functions, Refund};

const REFUND: Refund<'_> = Refund {
    tenant: "shop-1",
    amount: 50,
    note: "first",
    busy: 0,
    declined: false,
};

fn rejection(failure: &Failure) -> Option<&Rejection> {
    match failure {
        Failure::Idem(Error::Rejected(rejection)) => Some(rejection),
        _ => None,
    }
}

for_each_driver! {
    on postgres_sync postgres_async mysql_sync mysql_async sqlite_sync sqlite_async;

    async fn a_function_with_every_option_replays_and_its_record_says_so<D: Functions>(db: &TestDb<D>) {
        let (key, runs, mut conn) = (IdempotencyKey::generate(), AtomicUsize::new(0), db.connect().await);
        assert_eq!(conn.refund(&key, &REFUND, &runs).await.unwrap(), Outcome::Fresh("first".to_owned()));
        let other_note = Refund { note: "second", ..REFUND };
        assert_eq!(conn.refund(&key, &other_note, &runs).await.unwrap(), Outcome::Replayed("first".to_owned()));
        let other_amount = conn.refund(&key, &Refund { amount: 51, ..REFUND }, &runs).await.unwrap_err();
        assert!(matches!(rejection(&other_amount), Some(Rejection::KeyReused { .. })), "{other_amount:?}");
        let other_tenant = Refund { tenant: "shop-2", ..other_note };
        assert_eq!(conn.refund(&key, &other_tenant, &runs).await.unwrap(), Outcome::Fresh("second".to_owned()));
        assert_eq!((runs.into_inner(), db.balance(1).await), (2, 1100));

        let id = RecordId { operation: "payments.refund", tenant: "shop-1", key: &key };
        let stored = conn.record(&id).await.unwrap().unwrap();
        assert_eq!((stored.record.status, stored.record.result_version), (Status::Completed, 2));
        let database = db.server().database();
        let (sooner, later) = (database.in_seconds(3500), database.in_seconds(3601));
        assert_eq!(db.count_records(&format!("expires_at BETWEEN {sooner} AND {later}")).await, 2);
    }

    async fn a_function_with_every_option_tries_again_after_what_it_is_told_to<D: Functions>(db: &TestDb<D>) {
        let (key, runs, mut conn) = (IdempotencyKey::generate(), AtomicUsize::new(0), db.connect().await);
        let busy = conn.refund(&key, &Refund { busy: 3, ..REFUND }, &runs).await.unwrap_err();
        assert!(busy.is_busy() && runs.swap(0, Ordering::SeqCst) == 3, "{busy:?}");
        assert_eq!(db.balance(1).await, 1000);
        let answer = conn.refund(&key, &Refund { busy: 2, ..REFUND }, &runs).await;
        assert_eq!(answer.unwrap(), Outcome::Fresh("first".to_owned()));
        assert_eq!((runs.into_inner(), db.balance(1).await), (3, 1050));
    }

    async fn a_function_with_every_option_keeps_its_final_errors<D: Functions>(db: &TestDb<D>) {
        let (key, runs, mut conn) = (IdempotencyKey::generate(), AtomicUsize::new(0), db.connect().await);
        for note in ["first", "second"] {
            let declined = conn.refund(&key, &Refund { declined: true, note, ..REFUND }, &runs).await;
            assert!(matches!(&declined, Err(Failure::Declined(text)) if text == "first"), "{declined:?}");
        }
        assert_eq!((runs.into_inner(), db.balance(1).await), (1, 1000));
    }

    async fn a_function_with_every_option_refuses_what_it_is_told_to<D: Functions>(db: &TestDb<D>) {
        let (key, runs, mut conn) = (IdempotencyKey::generate(), AtomicUsize::new(0), db.connect().await);
        conn.begin().await.unwrap();
        let nested = conn.refund(&key, &REFUND, &runs).await.unwrap_err();
        assert!(matches!(rejection(&nested), Some(Rejection::Nested { .. })), "{nested:?}");
        conn.rollback().await.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 0);

        let long = "x".repeat(1023);
        let refused = conn.refund(&key, &Refund { note: &long, ..REFUND }, &runs).await.unwrap_err();
        assert!(matches!(rejection(&refused), Some(Rejection::ResultTooLarge { max: 1024, length: 1025, .. })), "{refused:?}");
        assert_eq!(db.balance(1).await, 1000);
        assert!(!conn.refund(&key, &Refund { note: &long[1..], ..REFUND }, &runs).await.unwrap().is_replayed());
    }
}
