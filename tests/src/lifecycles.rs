//! Rows that are deleted, restored, moved from state to state and inserted once: the operations on
//! them, the same on each kind of connection.

mod models;
mod operations;
mod tables;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use idem_diesel::{
    Answers, IdempotencyKey, Inserted, Restored, SoftDelete, SoftDeleted, Stateful, Transitioned,
    Updated, WriteError,
};

pub use models::{
    Article, Draft, Log, Membership, Model, New, NewPayment, Order, Parcel, Part, Payment, Product,
    Seat, Stage, Ticket, Token, TokenId,
};
pub use tables::{
    articles, drafts, logs, memberships, orders, parcels, parts, payments, products, seats,
    tickets, tokens,
};

use crate::bank::Bank as _;
use crate::servers::{Database, Server, pgbouncer_prepares, skip};
use crate::{Driver, TestDb};

/// A connection on which every operation can be tried on every model of these tests.
pub trait Lifecycles:
    Driver
    + Counted
    + Products
    + Rows<Product>
    + Rows<Part>
    + Rows<Membership>
    + Rows<Article>
    + Rows<Draft>
    + Rows<Log>
    + Rows<Order>
    + Rows<Parcel>
    + Rows<Ticket>
    + Rows<Payment>
    + Rows<Seat>
    + Rows<Token>
    + SoftDeletes<Product>
    + SoftDeletes<Part>
    + SoftDeletes<Membership>
    + SoftDeletes<Article>
    + SoftDeletes<Draft>
    + SoftDeletes<Log>
    + SoftDeletes<Order>
    + SoftDeletes<Payment>
    + Updates<Article>
    + Updates<Draft>
    + Updates<Log>
    + Updates<Order>
    + Transitions<Order>
    + Transitions<Parcel>
    + Transitions<Ticket>
    + Inserts<NewPayment>
    + Inserts<Seat>
    + Inserts<Token>
{
}

impl<D> Lifecycles for D where
    D: Driver
        + Counted
        + Products
        + Rows<Product>
        + Rows<Part>
        + Rows<Membership>
        + Rows<Article>
        + Rows<Draft>
        + Rows<Log>
        + Rows<Order>
        + Rows<Parcel>
        + Rows<Ticket>
        + Rows<Payment>
        + Rows<Seat>
        + Rows<Token>
        + SoftDeletes<Product>
        + SoftDeletes<Part>
        + SoftDeletes<Membership>
        + SoftDeletes<Article>
        + SoftDeletes<Draft>
        + SoftDeletes<Log>
        + SoftDeletes<Order>
        + SoftDeletes<Payment>
        + Updates<Article>
        + Updates<Draft>
        + Updates<Log>
        + Updates<Order>
        + Transitions<Order>
        + Transitions<Parcel>
        + Transitions<Ticket>
        + Inserts<NewPayment>
        + Inserts<Seat>
        + Inserts<Token>
{
}

/// A connection whose statements can be counted.
pub trait Counted {
    /// Counts statements from here on, the transaction's own too.
    fn count_statements(&mut self) -> Count;

    /// Does something just before the statement of this number, counted from 1 from here on.
    fn before_statement(&mut self, number: usize, act: impl FnMut() + Send + 'static);
}

/// How many statements there were.
#[derive(Clone, Debug, Default)]
pub struct Count(Arc<AtomicUsize>);

impl Count {
    /// How many, since this was asked last.
    #[must_use]
    pub fn take(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }

    fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Reading rows of `M`.
#[expect(
    async_fn_in_trait,
    reason = "the suite awaits these in place and never needs them to be Send"
)]
pub trait Rows<M: Model> {
    /// Diesel's own `find`.
    ///
    /// # Errors
    ///
    /// What the database says.
    async fn find(&mut self, key: M::Key) -> QueryResult<Option<M>>;
}

/// What only products have.
#[expect(
    async_fn_in_trait,
    reason = "the suite awaits these in place and never needs them to be Send"
)]
pub trait Products {
    /// [`SoftDelete::soft_delete_as`] with both, one or the other.
    ///
    /// # Errors
    ///
    /// As there.
    async fn soft_delete_as(
        &mut self,
        row: &Product,
        by: Option<&str>,
        reason: Option<&str>,
    ) -> Result<SoftDeleted, WriteError<Product>>;
}

/// Soft deletes of rows of `M`.
#[expect(
    async_fn_in_trait,
    reason = "the suite awaits these in place and never needs them to be Send"
)]
pub trait SoftDeletes<M: SoftDelete> {
    /// [`SoftDelete::soft_delete`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn soft_delete(&mut self, row: &M) -> Result<SoftDeleted, WriteError<M>>;

    /// [`SoftDelete::restore`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn restore(&mut self, row: &M) -> Result<Restored, WriteError<M>>;

    /// [`SoftDelete::force_delete`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn force_delete(&mut self, row: &M) -> Result<(), WriteError<M>>;

    /// [`SoftDelete::purge_deleted`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn purge_deleted(
        &mut self,
        older_than: Duration,
        limit: u32,
    ) -> Result<usize, WriteError<M>>;
}

/// Versioned writes of rows of `M`.
#[expect(
    async_fn_in_trait,
    reason = "the suite awaits these in place and never needs them to be Send"
)]
pub trait Updates<M> {
    /// [`Versioned::update_versioned`](idem_diesel::Versioned::update_versioned): the title, or an
    /// order's carrier.
    ///
    /// # Errors
    ///
    /// As there.
    async fn update(&mut self, row: &M, title: &str) -> Result<Updated<M>, WriteError<M>>;

    /// [`Versioned::delete_versioned`](idem_diesel::Versioned::delete_versioned).
    ///
    /// # Errors
    ///
    /// As there.
    async fn delete_versioned(&mut self, row: &M) -> Result<(), WriteError<M>>;
}

/// Transitions of rows of `M`.
#[expect(
    async_fn_in_trait,
    reason = "the suite awaits these in place and never needs them to be Send"
)]
pub trait Transitions<M: Stateful> {
    /// [`idem_diesel::transition`].
    ///
    /// # Errors
    ///
    /// As for [`idem_diesel::Transition::execute`].
    async fn transition(&mut self, step: Step<'_, M>) -> Result<Transitioned<M>, WriteError<M>>;
}

/// A transition, and what is said with it.
#[derive(Debug)]
pub struct Step<'a, M: Stateful> {
    id: M::Key,
    from: Vec<M::State>,
    to: M::State,
    carrier: Option<Option<&'a str>>,
    key: Option<&'a IdempotencyKey>,
    tenant: &'a str,
}

impl<'a, M: Stateful> Step<'a, M> {
    /// From one of these states to another.
    pub fn new<S: Into<M::State>>(
        id: impl Into<M::Key>,
        from: impl IntoIterator<Item = S>,
        to: impl Into<M::State>,
    ) -> Self {
        Self {
            id: id.into(),
            from: from.into_iter().map(Into::into).collect(),
            to: to.into(),
            carrier: None,
            key: None,
            tenant: "",
        }
    }

    /// Writes a side column; `None` is an empty set of changes.
    #[must_use]
    pub fn carrier(self, carrier: impl Into<Option<&'a str>>) -> Self {
        let carrier = Some(carrier.into());
        Self { carrier, ..self }
    }

    /// As one request among others.
    #[must_use]
    pub fn key(self, key: &'a IdempotencyKey) -> Self {
        let key = Some(key);
        Self { key, ..self }
    }

    /// Whose key it is.
    #[must_use]
    pub fn tenant(self, tenant: &'a str) -> Self {
        Self { tenant, ..self }
    }
}

/// Inserts of new rows.
#[expect(
    async_fn_in_trait,
    reason = "the suite awaits these in place and never needs them to be Send"
)]
pub trait Inserts<N: New> {
    /// [`idem_diesel::insert_once`], compared by [`New::is_same`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn insert_once(&mut self, new: &N) -> Result<Inserted<N::Row>, WriteError<N::Row>>;

    /// [`idem_diesel::insert_once`], not compared.
    ///
    /// # Errors
    ///
    /// As there.
    async fn insert_unverified(&mut self, new: &N) -> Result<Inserted<N::Row>, WriteError<N::Row>>;

    /// [`idem_diesel::insert_all_once`], compared by [`New::is_same`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn insert_all_once(&mut self, new: &[N]) -> Result<Answers<N::Row>, WriteError<N::Row>>;
}

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
