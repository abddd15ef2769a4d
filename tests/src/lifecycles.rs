//! Rows that are deleted, restored, moved from state to state and inserted once: the operations on
//! them, the same on each kind of connection.

mod fixtures;
mod models;
mod operations;
mod step;
mod tables;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use idem_diesel::{
    Answers, Expected, HasVersion, Inserted, Restored, SoftDelete, SoftDeleted, Stateful,
    Transitioned, Updated, WriteError,
};

pub use models::{
    Article, Draft, Log, Membership, Model, New, NewPayment, Order, Parcel, Part, Payment, Product,
    Seat, Stage, Ticket, Token, TokenId,
};
pub use step::Step;
pub use tables::{
    articles, drafts, logs, memberships, orders, parcels, parts, payments, products, seats,
    tickets, tokens,
};

use crate::Driver;

/// A name for several bounds at once.
macro_rules! all_of {
    ($(#[$attribute:meta])* $name:ident = $($bounds:tt)+) => {
        $(#[$attribute])*
        pub trait $name: $($bounds)+ {}
        impl<D> $name for D where D: $($bounds)+ {}
    };
}

all_of! {
    /// A connection on which every operation can be tried on every model of these tests.
    Lifecycles = Driver
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

    /// [`SoftDelete::soft_delete_expecting`] by this row's id, with nothing kept of it.
    ///
    /// # Errors
    ///
    /// As there.
    async fn soft_delete_expecting(
        &mut self,
        row: &M,
        expected: Expected<M::Version>,
    ) -> Result<SoftDeleted, WriteError<M>>
    where
        M: HasVersion;

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
