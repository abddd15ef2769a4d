//! The operations, blocking and async.

use std::time::Duration;

use diesel::connection::InstrumentationEvent;
use diesel::prelude::*;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncMysqlConnection, AsyncPgConnection};
use idem_diesel::{
    Answers, Because, By, Expected, HasVersion, Inserted, ModelOn, Restored, SoftDelete,
    SoftDeleted, Transitioned, Updated, Versioned as _, WriteError, insert_all_once, insert_once,
    transition,
};

use super::models::{
    Article, Draft, Log, Membership, Model, New, NewPayment, Order, Parcel, Part, Payment, Product,
    Seat, Ticket, Token,
};
use super::tables::{
    articles, drafts, logs, memberships, orders, parcels, parts, payments, products, seats,
    tickets, tokens,
};
use super::{Count, Counted, Inserts, Products, Rows, SoftDeletes, Step, Transitions, Updates};

macro_rules! rows {
    ($connection:ty, $dsl:path, $await:tt, $($model:ident $table:ident,)+) => {$(
        impl Rows<$model> for $connection {
            async fn find(&mut self, key: <$model as Model>::Key) -> QueryResult<Option<$model>> {
                use $dsl as Dsl;
                let row = $table::table.find(key).select($model::as_select());
                awaited!($await Dsl::first(row, self)).optional()
            }
        }
    )+};
}

macro_rules! awaited {
    ([] $call:expr) => {
        $call
    };
    ([await] $call:expr) => {
        $call.await
    };
}

macro_rules! updates {
    ($connection:ty, $update:ident, $delete:ident, $expecting:ident, $await:tt, $($model:ident $table:ident $column:ident,)+) => {$(
        impl Updates<$model> for $connection {
            async fn update(&mut self, row: &$model, title: &str) -> Result<Updated<$model>, WriteError<$model>> {
                awaited!($await row.$update(self, $table::$column.eq(title)))
            }

            async fn soft_delete_expecting(
                &mut self,
                row: &$model,
                expected: Expected<<$model as HasVersion>::Version>,
            ) -> Result<SoftDeleted, WriteError<$model>> {
                awaited!($await $model::$expecting(self, row.id, expected, ()))
            }

            async fn delete_versioned(&mut self, row: &$model) -> Result<(), WriteError<$model>> {
                awaited!($await row.$delete(self))
            }
        }
    )+};
}

macro_rules! transitions {
    ($connection:ty, $execute:ident, $await:tt, $($model:ident $table:ident,)+) => {$(
        impl Transitions<$model> for $connection {
            async fn transition(&mut self, step: Step<'_, $model>) -> Result<Transitioned<$model>, WriteError<$model>> {
                let asked = transition::<$model>(step.id).from(step.from).to(step.to).tenant(step.tenant);
                let changes = step.carrier.map(|carrier| carrier.map(|carrier| $table::carrier.eq(carrier)));
                match (changes, step.key) {
                    (None, None) => awaited!($await asked.$execute(self)),
                    (None, Some(key)) => awaited!($await asked.key(key).$execute(self)),
                    (Some(changes), None) => awaited!($await asked.set(changes).$execute(self)),
                    (Some(changes), Some(key)) => awaited!($await asked.set(changes).key(key).$execute(self)),
                }
            }
        }
    )+};
}

macro_rules! inserts {
    ($connection:ty, $verify:ident, $unverified:ident, $await:tt, $($new:ident)+) => {$(
        impl Inserts<$new> for $connection {
            async fn insert_once(
                &mut self,
                new: &$new,
            ) -> Result<Inserted<<$new as New>::Row>, WriteError<<$new as New>::Row>> {
                awaited!($await insert_once(self, new).$verify(|stored| new.is_same(stored)))
            }

            async fn insert_unverified(
                &mut self,
                new: &$new,
            ) -> Result<Inserted<<$new as New>::Row>, WriteError<<$new as New>::Row>> {
                awaited!($await insert_once(self, new).$unverified())
            }

            async fn insert_all_once(
                &mut self,
                new: &[$new],
            ) -> Result<Answers<<$new as New>::Row>, WriteError<<$new as New>::Row>> {
                awaited!($await insert_all_once(self, new).$verify($new::is_same))
            }
        }
    )+};
}

macro_rules! lifecycles {
    ($connection:ty, $conn:path, $dsl:path, $await:tt, {
        $soft_delete:ident $soft_delete_as:ident $restore:ident $force_delete:ident $purge:ident
        $update:ident $delete:ident $expecting:ident $execute:ident $verify:ident $unverified:ident
    }) => {
        impl Counted for $connection {
            fn count_statements(&mut self) -> Count {
                use $conn as Conn;
                let count = Count::default();
                let counted = count.clone();
                let each = move |event: InstrumentationEvent<'_>| {
                    if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                        counted.add();
                    }
                };
                Conn::set_instrumentation(self, each);
                count
            }

            fn before_statement(&mut self, number: usize, mut act: impl FnMut() + Send + 'static) {
                use $conn as Conn;
                let mut left = number;
                let each = move |event: InstrumentationEvent<'_>| {
                    if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                        left = left.saturating_sub(1);
                        if left == 0 {
                            left = usize::MAX;
                            act();
                        }
                    }
                };
                Conn::set_instrumentation(self, each);
            }
        }

        impl Products for $connection {
            async fn soft_delete_as(
                &mut self,
                row: &Product,
                by: Option<&str>,
                reason: Option<&str>,
            ) -> Result<SoftDeleted, WriteError<Product>> {
                match (by, reason) {
                    (Some(by), Some(reason)) => {
                        awaited!($await row.$soft_delete_as(self, By(by).because(reason)))
                    }
                    (Some(by), None) => awaited!($await row.$soft_delete_as(self, By(by))),
                    (None, Some(reason)) => awaited!($await row.$soft_delete_as(self, Because(reason))),
                    (None, None) => awaited!($await row.$soft_delete(self)),
                }
            }
        }

        impl<M> SoftDeletes<M> for $connection
        where
            M: SoftDelete + ModelOn<<$connection as Backed>::Backend>,
        {
            async fn soft_delete(&mut self, row: &M) -> Result<SoftDeleted, WriteError<M>> {
                awaited!($await row.$soft_delete(self))
            }

            async fn restore(&mut self, row: &M) -> Result<Restored, WriteError<M>> {
                awaited!($await row.$restore(self))
            }

            async fn force_delete(&mut self, row: &M) -> Result<(), WriteError<M>> {
                awaited!($await row.$force_delete(self))
            }

            async fn purge_deleted(&mut self, older_than: Duration, limit: u32) -> Result<usize, WriteError<M>> {
                awaited!($await M::$purge(self, older_than, limit))
            }
        }

        rows! { $connection, $dsl, $await,
            Product products, Part parts, Membership memberships, Article articles, Draft drafts,
            Log logs, Order orders, Parcel parcels, Ticket tickets, Payment payments, Seat seats,
            Token tokens,
        }
        updates! { $connection, $update, $delete, $expecting, $await,
            Article articles title, Draft drafts title, Log logs title, Order orders carrier,
        }
        transitions! { $connection, $execute, $await,
            Order orders, Parcel parcels, Ticket tickets,
        }
        inserts! { $connection, $verify, $unverified, $await,
            NewPayment Seat Token
        }
    };
}

/// A connection's backend, sync or async.
trait Backed {
    type Backend: diesel::backend::Backend;
}

macro_rules! sync_lifecycles {
    ($($connection:ty)*) => {$(
        impl Backed for $connection {
            type Backend = <Self as Connection>::Backend;
        }

        lifecycles! { $connection, diesel::Connection, diesel::RunQueryDsl, [], {
            soft_delete soft_delete_as restore force_delete purge_deleted
            update_versioned delete_versioned soft_delete_expecting execute verify unverified
        } }
    )*};
}

macro_rules! async_lifecycles {
    ($($connection:ty)*) => {$(
        impl Backed for $connection {
            type Backend = <Self as diesel_async::AsyncConnectionCore>::Backend;
        }

        lifecycles! { $connection, diesel_async::AsyncConnection, diesel_async::RunQueryDsl, [await], {
            soft_delete_async soft_delete_as_async restore_async force_delete_async purge_deleted_async
            update_versioned_async delete_versioned_async soft_delete_expecting_async execute_async verify_async unverified_async
        } }
    )*};
}

sync_lifecycles!(PgConnection MysqlConnection SqliteConnection);
async_lifecycles!(AsyncPgConnection AsyncMysqlConnection SyncConnectionWrapper<SqliteConnection>);
