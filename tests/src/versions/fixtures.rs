//! Tables of models in a test's database.

use diesel::OptionalExtension as _;

use super::{Model, Stock, Versions};
use crate::servers::{Database, Server, pgbouncer_prepares, skip};
use crate::{Bank as _, Driver, TestDb};

impl<D: Driver> TestDb<D> {
    /// Makes the table of `M`, with its rows.
    ///
    /// Skips the test where diesel-async goes through a PgBouncer that can't prepare: outside a
    /// transaction, two of its connections get in each other's way.
    ///
    /// # Panics
    ///
    /// If the database refuses.
    pub async fn add<M: Model>(&self) {
        if D::IS_ASYNC && self.server() == Server::PgBouncer && !pgbouncer_prepares() {
            skip(
                "diesel-async outside of transactions through PgBouncer: it takes 1.21, with max_prepared_statements",
            );
        }
        self.add_for_transactions::<M>().await;
    }

    /// The same for a test that does everything in transactions.
    ///
    /// # Panics
    ///
    /// If the database refuses.
    pub async fn add_for_transactions<M: Model>(&self) {
        let mut conn = self.plain().await;
        for statement in M::ddl(self.server().database()) {
            let done = conn.execute(&statement).await;
            done.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }

    /// The row of [`Model::key`] as it is committed, if there is one.
    ///
    /// # Panics
    ///
    /// If the database refuses.
    pub async fn stored<M: Model>(&self) -> Option<M>
    where
        D: Versions<M>,
    {
        let row = self.connect().await.find(M::key()).await;
        row.expect("the row is read")
    }

    /// Row 1 of the table `stock` as it is committed, if there is one, by a connection to the database
    /// itself.
    ///
    /// # Panics
    ///
    /// If the database refuses.
    pub async fn stock(&self) -> Option<Stock> {
        let mut conn = self.plain().await;
        let mut column = async |name| {
            let sql = format!(
                "SELECT CAST({name} AS {}) AS n FROM stock WHERE id = 1",
                self.integer()
            );
            conn.number(&sql).await.optional().expect("the row is read")
        };
        Some(Stock {
            id: 1,
            pieces: column("pieces").await?,
            lock_version: column("lock_version")
                .await?
                .try_into()
                .expect("a version of 32 bits"),
        })
    }

    fn integer(&self) -> &'static str {
        match self.server().database() {
            Database::Postgres | Database::Sqlite => "BIGINT",
            Database::Mysql => "SIGNED",
        }
    }
}
