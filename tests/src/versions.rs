//! Rows with versions: the operations on them, the same on each kind of connection.

mod fixtures;
mod models;
mod sql;
mod watch;
mod way;

use diesel::prelude::*;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncMysqlConnection, AsyncPgConnection};
use idem_diesel::{
    Conflicting, Expected, RetryPolicy, Updated, Versioned, WriteError, retry_on_conflict,
    retry_on_conflict_async,
};

pub use models::{
    Attic, Big, Bin, Blob, Coarse, Dated, Legacy, Native, Order, Page, Seat, Small, Stock, Text,
    Time, Token, Zoned, stock,
};
pub use watch::{Watch, Watched};
pub use way::Way;

use crate::servers::Database;

/// A model with a version, whose rows have nothing to change but their pieces.
pub trait Model:
    Versioned<Version: Send + Sync> + Clone + PartialEq + std::fmt::Debug + Send + Sync
{
    /// What [`Versions::find`] takes.
    type Key: Clone + std::fmt::Debug + Send;

    /// The statements that make its table with some rows in it, each of 100 pieces.
    fn ddl(database: Database) -> Vec<String>;

    /// The primary key of the row that tests write.
    fn key() -> Self::Key;

    /// What the row says.
    fn pieces(&self) -> i64;
}

/// The operations on the rows of `M`. `pieces` are the change; `None` is an empty one.
#[expect(
    async_fn_in_trait,
    reason = "the suite awaits these in place and never needs them to be Send"
)]
pub trait Versions<M: Model>: Watched {
    /// Diesel's own `find`.
    ///
    /// # Errors
    ///
    /// What the database says.
    async fn find(&mut self, key: M::Key) -> QueryResult<Option<M>>;

    /// [`Versioned::update_versioned`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn update(&mut self, copy: &M, pieces: Option<i64>) -> Result<Updated<M>, WriteError<M>>;

    /// [`Versioned::write_versioned`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn write(&mut self, copy: &M, pieces: Option<i64>) -> Result<Updated<()>, WriteError<M>>;

    /// [`Versioned::update_expecting`], on the row of [`Model::key`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn update_expecting(
        &mut self,
        expected: Expected<M::Version>,
        pieces: Option<i64>,
    ) -> Result<Updated<M>, WriteError<M>>;

    /// [`Versioned::update_all`], on the whole table.
    ///
    /// # Errors
    ///
    /// As there.
    async fn update_all(&mut self, pieces: Option<i64>) -> Result<usize, WriteError<M>>;

    /// [`Versioned::delete_versioned`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn delete(&mut self, copy: &M) -> Result<(), WriteError<M>>;

    /// [`Versioned::delete_expecting`], on the row of [`Model::key`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn delete_expecting(
        &mut self,
        expected: Expected<M::Version>,
    ) -> Result<(), WriteError<M>>;

    /// [`Versioned::force_increment`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn increment(&mut self, copy: &M) -> Result<M, WriteError<M>>;

    /// [`retry_on_conflict`], on the row of [`Model::key`].
    ///
    /// # Errors
    ///
    /// As there.
    async fn retry<T, E: Conflicting + From<WriteError<M>>>(
        &mut self,
        policy: RetryPolicy,
        job: impl AsyncFnMut(&mut Self, M, u32) -> Result<T, E>,
    ) -> Result<T, E>;

    /// The row of [`Model::key`], as this connection sees it.
    ///
    /// # Panics
    ///
    /// If there is none.
    async fn copy(&mut self) -> M {
        let row = self.find(M::key()).await;
        row.expect("the row is read").expect("there is a row")
    }
}

/// Runs a job written for both kinds of connection on a blocking one.
fn now<T>(job: impl Future<Output = T>) -> T {
    pollster::block_on(tokio::task::unconstrained(job))
}

macro_rules! versions {
    (
        $connection:ty, $model:ty, $dsl:path,
        [$update:ident $write:ident $expecting:ident $all:ident $delete:ident $delete_expecting:ident $increment:ident $retry:ident],
        $job:ident => $adapted:expr, $($await:tt)*
    ) => {
        const _: () = {
            use $dsl as Dsl;
            use diesel::associations::HasTable as _;

            impl Versions<$model> for $connection {
                async fn find(&mut self, key: <$model as Model>::Key) -> QueryResult<Option<$model>> {
                    let row = <$model>::table().find(key).select(<$model>::as_select());
                    Dsl::first(row, self) $($await)* .optional()
                }

                async fn update(&mut self, copy: &$model, pieces: Option<i64>) -> Result<Updated<$model>, WriteError<$model>> {
                    copy.$update(self, pieces.map(<$model>::set)) $($await)*
                }

                async fn write(&mut self, copy: &$model, pieces: Option<i64>) -> Result<Updated<()>, WriteError<$model>> {
                    copy.$write(self, pieces.map(<$model>::set)) $($await)*
                }

                async fn update_expecting(
                    &mut self,
                    expected: Expected<<$model as idem_diesel::HasVersion>::Version>,
                    pieces: Option<i64>,
                ) -> Result<Updated<$model>, WriteError<$model>> {
                    <$model>::$expecting(self, <$model>::key(), expected, pieces.map(<$model>::set)) $($await)*
                }

                async fn update_all(&mut self, pieces: Option<i64>) -> Result<usize, WriteError<$model>> {
                    <$model>::$all(self, <$model>::table(), pieces.map(<$model>::set)) $($await)*
                }

                async fn delete(&mut self, copy: &$model) -> Result<(), WriteError<$model>> {
                    copy.$delete(self) $($await)*
                }

                async fn delete_expecting(
                    &mut self,
                    expected: Expected<<$model as idem_diesel::HasVersion>::Version>,
                ) -> Result<(), WriteError<$model>> {
                    <$model>::$delete_expecting(self, <$model>::key(), expected) $($await)*
                }

                async fn increment(&mut self, copy: &$model) -> Result<$model, WriteError<$model>> {
                    copy.$increment(self) $($await)*
                }

                #[allow(unused_mut, reason = "an async job is passed on as it is")]
                async fn retry<T, E: Conflicting + From<WriteError<$model>>>(
                    &mut self,
                    policy: RetryPolicy,
                    mut $job: impl AsyncFnMut(&mut Self, $model, u32) -> Result<T, E>,
                ) -> Result<T, E> {
                    $retry(self, policy, <$model>::key(), $adapted) $($await)*
                }
            }
        };
    };
}

macro_rules! sync_versions {
    ($connection:ty: $($model:ty)*) => {$(
        versions!(
            $connection, $model, diesel::RunQueryDsl,
            [update_versioned write_versioned update_expecting update_all delete_versioned delete_expecting force_increment retry_on_conflict],
            job => |conn, row, attempt| now(job(conn, row, attempt)),
        );
    )*};
}

macro_rules! async_versions {
    ($connection:ty: $($model:ty)*) => {$(
        versions!(
            $connection, $model, diesel_async::RunQueryDsl,
            [update_versioned_async write_versioned_async update_expecting_async update_all_async
             delete_versioned_async delete_expecting_async force_increment_async retry_on_conflict_async],
            job => job, .await
        );
    )*};
}

sync_versions!(PgConnection: Stock Small Big Legacy Page Seat Order Token Blob Time Native Zoned Coarse Bin Attic);
sync_versions!(MysqlConnection: Stock Small Big Legacy Page Seat Order Token Blob Time Dated Coarse);
sync_versions!(SqliteConnection: Stock Small Big Legacy Page Seat Order Token Blob Time Text);
async_versions!(AsyncPgConnection: Stock Small Big Legacy Page Seat Order Token Blob Time Native Zoned Coarse Bin Attic);
async_versions!(AsyncMysqlConnection: Stock Small Big Legacy Page Seat Order Token Blob Time Dated Coarse);
async_versions!(SyncConnectionWrapper<SqliteConnection>: Stock Small Big Legacy Page Seat Order Token Blob Time Text);
