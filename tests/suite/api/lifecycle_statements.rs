//! How many statements each operation is: one where it hits, at most two where it misses.

use std::time::Duration;

use idem_diesel::{Expected, WriteError};
use idem_tests::lifecycles::{
    Article, Lifecycles, Model as _, NewPayment, Order, Payment, SoftDeletes, Stage, Step,
};
use idem_tests::servers::Database;
use idem_tests::{TestDb, for_each_driver};

async fn with_rows<D: Lifecycles>(db: &TestDb<D>) -> D {
    db.lay_out::<Article>().await;
    db.lay_out::<Order>().await;
    db.lay_out::<Payment>().await;
    db.execute("INSERT INTO articles (id, title) VALUES (1, 'one')")
        .await;
    db.execute("INSERT INTO orders (id, state) VALUES (1, 'paid'), (2, 'paid')")
        .await;
    db.connect().await
}

/// What it takes to write a row and bring it back: MySQL and MariaDB have no `UPDATE … RETURNING`.
fn returned(database: Database) -> usize {
    match database {
        Database::Mysql => 2,
        Database::Postgres | Database::Sqlite => 1,
    }
}

for_each_driver! {
    async fn of_soft_deletes<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_rows(db).await;
        let article = Article::read(&mut conn, 1).await;
        // On MySQL, what kind of time the column keeps is looked up once in a process.
        let ages = Duration::from_secs(3600);
        assert_eq!(SoftDeletes::<Article>::purge_deleted(&mut conn, ages, 1).await.unwrap(), 0);
        let count = conn.count_statements();
        for statements in [1, 2] {
            let _ = conn.soft_delete(&article).await.unwrap();
            assert_eq!(count.take(), statements);
        }
        for statements in [1, 2] {
            let _ = conn.restore(&article).await.unwrap();
            assert_eq!(count.take(), statements);
        }
        for statements in [1, 2] {
            let _ = conn.soft_delete_expecting(&article, Expected::Exactly(2)).await.unwrap();
            assert_eq!(count.take(), statements);
        }
        let _ = conn.restore(&article).await.unwrap();
        let _ = count.take();
        assert!(conn.soft_delete_expecting(&article, Expected::Exactly(2)).await.is_err());
        assert_eq!(count.take(), 2);
        assert_eq!(SoftDeletes::<Article>::purge_deleted(&mut conn, Duration::ZERO, 10).await.unwrap(), 0);
        assert_eq!(count.take(), 1);
        conn.force_delete(&article).await.unwrap();
        assert_eq!(count.take(), 1);
        assert!(matches!(conn.force_delete(&article).await, Err(WriteError::NotFound)));
        assert_eq!(count.take(), 2);
        assert!(matches!(conn.soft_delete(&article).await, Err(WriteError::NotFound)));
        assert_eq!(count.take(), 2);
        assert!(matches!(conn.restore(&article).await, Err(WriteError::NotFound)));
        assert_eq!(count.take(), 2);
    }

    async fn of_a_restore_in_a_transaction<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_rows(db).await;
        let article = Article::read(&mut conn, 1).await;
        let _ = conn.soft_delete(&article).await.unwrap();
        conn.begin().await.unwrap();
        let count = conn.count_statements();
        let _ = conn.restore(&article).await.unwrap();
        // Between a savepoint and its release where an error would end the transaction.
        let expected = if db.server().database() == Database::Postgres { 3 } else { 1 };
        assert_eq!(count.take(), expected);
        conn.commit().await.unwrap();
    }

    async fn of_transitions<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_rows(db).await;
        let count = conn.count_statements();
        let ship = || Step::<Order>::new(1, [Stage::Paid], Stage::Shipped);
        assert!(conn.transition(ship()).await.unwrap().is_applied());
        assert_eq!(count.take(), returned(db.server().database()));
        assert!(!conn.transition(ship()).await.unwrap().is_applied());
        assert_eq!(count.take(), 2);
        let refused = conn.transition(Step::<Order>::new(1, [Stage::New], Stage::Paid)).await;
        assert!(matches!(refused, Err(WriteError::InvalidState { .. })));
        assert_eq!(count.take(), 2);
        let missing = conn.transition(Step::<Order>::new(9, [Stage::New], Stage::Paid)).await;
        assert!(matches!(missing, Err(WriteError::NotFound)));
        assert_eq!(count.take(), 2);
    }

    async fn of_inserts<D: Lifecycles>(db: &TestDb<D>) {
        let mut conn = with_rows(db).await;
        let (count, new) = (conn.count_statements(), NewPayment::of("a"));
        assert!(conn.insert_once(&new).await.unwrap().is_created());
        assert_eq!(count.take(), returned(db.server().database()));
        assert!(!conn.insert_once(&new).await.unwrap().is_created());
        assert_eq!(count.take(), 2);
        let other = NewPayment { cents: Some(5), ..new };
        assert!(matches!(conn.insert_once(&other).await, Err(WriteError::PayloadMismatch { .. })));
        assert_eq!(count.take(), 2);
    }
}
