//! What a test of these rows finds in its database, and does to it.

use super::{Counted, Model, Rows};
use crate::bank::Bank as _;
use crate::servers::{Database, Server, pgbouncer_prepares, skip};
use crate::{Driver, TestDb};

impl<D: Driver> TestDb<D> {
    /// Creates the table of `M`.
    ///
    /// # Panics
    ///
    /// If the database refuses.
    pub async fn lay_out<M: Model>(&self) {
        self.skip_where_statements_are_parted();
        let mut conn = self.plain().await;
        for statement in M::ddl(self.server().database()) {
            let done = conn.execute(&statement).await;
            done.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }

    /// Ends a test without a verdict on diesel-async's connections through a PgBouncer that carries no
    /// prepared statements: they prepare and execute a statement in two messages, which outside a
    /// transaction can go to two servers.
    pub fn skip_where_statements_are_parted(&self) {
        if D::IS_ASYNC && self.server() == Server::PgBouncer && !pgbouncer_prepares() {
            skip(
                "writes of diesel-async through PgBouncer outside of transactions: it takes 1.21, with max_prepared_statements",
            );
        }
    }

    /// Lets a trigger cancel each UPDATE, INSERT or DELETE of this table, without an error.
    ///
    /// # Panics
    ///
    /// On MySQL and MariaDB, whose triggers can't, and if the database refuses.
    pub async fn cancel(&self, what: &str, table: &str) {
        let mut conn = self.plain().await;
        let statements = match self.server().database() {
            Database::Postgres => vec![
                "CREATE OR REPLACE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'".into(),
                format!("CREATE TRIGGER cancel_{what} BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION nothing()"),
            ],
            Database::Sqlite => vec![format!(
                "CREATE TRIGGER cancel_{what} BEFORE {what} ON {table} BEGIN SELECT RAISE(IGNORE); END"
            )],
            Database::Mysql => panic!("no trigger cancels a write silently"),
        };
        for statement in statements {
            let done = conn.execute(&statement).await;
            done.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }

    /// Runs SQL on a connection of its own just before `conn`'s statement of this number, counted
    /// from 1 from here on: what happens between two statements of one operation.
    pub async fn between(&self, conn: &mut D, number: usize, sql: &'static str)
    where
        D: Counted,
    {
        let mut other = self.plain().await;
        conn.before_statement(number, move || {
            let done = pollster::block_on(other.execute(sql));
            done.unwrap_or_else(|error| panic!("{sql}: {error}"));
        });
    }

    /// A row as it is committed.
    ///
    /// # Panics
    ///
    /// If there is none, or the database refuses.
    pub async fn found<M: Model>(&self, key: M::Key) -> M
    where
        D: Rows<M>,
    {
        self.sought(key).await.expect("the row is there")
    }

    /// A row as it is committed, if there is one.
    ///
    /// # Panics
    ///
    /// If the database refuses.
    pub async fn sought<M: Model>(&self, key: M::Key) -> Option<M>
    where
        D: Rows<M>,
    {
        let row = self.connect().await.find(key).await;
        row.expect("the row is read")
    }
}
