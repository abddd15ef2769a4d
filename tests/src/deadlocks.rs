//! Errors that end a transaction, from the database itself.

use std::sync::Arc;

use diesel::result::Error;

use crate::servers::Database;
use crate::{Bank as _, Driver, Gate, TestDb};

impl<D: Driver> TestDb<D> {
    /// Makes the transaction that is open on `conn` fail in a way that another attempt needn't:
    /// by a deadlock, on PostgreSQL by a serialization failure, for which it must be at
    /// REPEATABLE READ or stricter. Gives the error. Account 3 is then as before, or one richer.
    ///
    /// # Panics
    ///
    /// If it doesn't fail, and on SQLite, where nothing fails in such a way.
    pub async fn transient_failure(&self, conn: &mut D) -> Error {
        match self.server().database() {
            Database::Postgres => {
                conn.balance(3).await.expect("a snapshot");
                let others = self.plain().await.deposit(3, 1).await;
                others.expect("a change that the snapshot doesn't see");
                let stale = conn.deposit(3, 1).await;
                stale.expect_err("a serialization failure")
            }
            Database::Mysql => self.deadlock(conn).await,
            Database::Sqlite => panic!("SQLite has one writer, and nobody to collide with"),
        }
    }

    /// Brings the transaction that is open on `conn` into a deadlock, of which it is the victim;
    /// gives its error. It must not hold account 2, and nothing of the other transaction stays.
    /// For MySQL and MariaDB: elsewhere nobody can say who the victim will be.
    ///
    /// # Panics
    ///
    /// If there is no deadlock.
    pub async fn deadlock(&self, conn: &mut D) -> Error {
        conn.deposit(3, 1).await.expect("a first lock");
        let (mut rival, locked) = (self.plain().await, Arc::new(Gate::new()));
        let has_locked = Arc::clone(&locked);
        let rival = std::thread::spawn(move || {
            pollster::block_on(async {
                rival.begin().await?;
                // The victim is the one who has written less.
                for _ in 0..50 {
                    rival.deposit(2, 1).await?;
                }
                has_locked.open();
                rival.deposit(3, 1).await?;
                rival.rollback().await
            })
        });
        locked.wait().await;
        self.until_blocked(1).await;
        let error = conn.deposit(2, 1).await.expect_err("a deadlock");
        let ended = rival.join().expect("the other one survives");
        ended.expect("the other one gets what it waited for");
        error
    }
}
