//! Rows that are deleted and still there.

pub(crate) mod attribution;
pub(crate) mod column;
mod engine;
mod purge;

use self::attribution::Attribution;
use self::column::DeletedAt;
#[cfg(feature = "async")]
use super::connection::AsyncModelConnection;
use super::connection::ModelConnection;
use super::error::WriteError;
use super::facts::Facts;
use super::on::{Finds, ModelOn};
use super::table::NamedTable;
use super::versioned::column::VersionedOn;
#[cfg(feature = "async")]
use crate::asynchronous::Async;
use crate::driver::{Blocking, now};
use diesel::associations::HasTable;
use diesel::dsl::{Filter, IsNotNull, IsNull};
use diesel::expression_methods::ExpressionMethods;
use diesel::query_dsl::methods::FilterDsl;
use idem_core::{Expected, Restored, SoftDeletable, SoftDeleted};
use std::time::Duration;

/// The live rows of a model: its table with a filter, from which any query goes on.
pub type Kept<M> = Filter<<M as HasTable>::Table, IsNull<<M as SoftDelete>::DeletedAt>>;

/// The deleted rows of a model: its table with a filter, from which any query goes on.
pub type OnlyDeleted<M> = Filter<<M as HasTable>::Table, IsNotNull<<M as SoftDelete>::DeletedAt>>;

/// A model whose rows are deleted by saying so in a column, and can be restored.
///
/// `#[derive(SoftDelete)]` implements it. Every method that takes a connection has a twin that ends
/// in `_async` for async connections. Inside of transactions and `#[idempotent]` functions they are
/// part of those; outside, each is a transaction of its own. Deleting and restoring are naturally
/// idempotent: the second time nothing is written, and the answer says so.
///
/// ```
/// # #[cfg(feature = "sqlite")] fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use diesel::prelude::*;
/// use idem_diesel::{By, Restored, SoftDelete, SoftDeleted};
///
/// diesel::table! { products {
///     id -> Integer, name -> Text, deleted_at -> Nullable<Timestamp>, deleted_by -> Nullable<Integer>,
/// } }
///
/// #[derive(Identifiable, Queryable, Selectable, SoftDelete)]
/// #[soft_delete(by = deleted_by)]
/// struct Product { id: i32, name: String, deleted_at: Option<chrono::NaiveDateTime> }
///
/// let conn = &mut SqliteConnection::establish(":memory:")?;
/// diesel::sql_query("CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, \
///                    deleted_at TIMESTAMP, deleted_by INTEGER)").execute(conn)?;
/// diesel::insert_into(products::table).values(products::name.eq("tea")).execute(conn)?;
///
/// let tea = Product::kept().select(Product::as_select()).first(conn)?;
/// assert_eq!(tea.soft_delete_as(conn, By(42))?, SoftDeleted::Deleted);
/// assert_eq!(tea.soft_delete_as(conn, By(43))?, SoftDeleted::AlreadyDeleted); // it was 42
/// assert_eq!(Product::kept().count().get_result::<i64>(conn)?, 0);
///
/// assert_eq!(tea.restore(conn)?, Restored::Restored);
/// assert_eq!(tea.restore(conn)?, Restored::NotDeleted);
/// # Ok(()) }
/// # #[cfg(not(feature = "sqlite"))] fn main() {}
/// ```
///
/// # The columns
/// `column`, `deleted_at` unless another is given: a nullable Timestamp, Timestamptz, Datetime or
/// TimestamptzSqlite, NULL in live rows, and the database's time of the deletion in others, in UTC
/// where it has no time zone. MySQL's and MariaDB's `TIMESTAMP` and `DATETIME` are both `Timestamp` in Rust, so which
/// of them it is is looked up there, once in a process. `by` and `reason`: any nullable columns; a restore
/// empties them. Give the column an index if rows are purged by it.
///
/// A unique index over live rows alone lets a name be used again: the guide has a recipe for each
/// database. `UNIQUE (name, deleted_at)` is none, as NULLs differ from each other.
///
/// # With `Versioned`
/// Where the model derives [`Versioned`](crate::Versioned) too, deleting and restoring raise the
/// version, and a stale update of a deleted row is [`WriteError::Deleted`]. They don't compare it: to
/// delete a row is to delete it whatever it says;
/// [`soft_delete_expecting`](Self::soft_delete_expecting) does.
///
/// # Errors
/// What each method fails with beside [`WriteError::Retryable`] and [`WriteError::Database`]:
/// [`NotFound`](WriteError::NotFound), [`Rejected`](WriteError::Rejected),
/// [`VersionExhausted`](WriteError::VersionExhausted), [`CoarseVersion`](WriteError::CoarseVersion).
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be soft-deleted",
    label = "not a model that can be soft-deleted",
    note = "add `#[derive(idem_diesel::SoftDelete)]` to it"
)]
pub trait SoftDelete:
    SoftDeletable + HasTable<Table: HasTable<Table: NamedTable>> + Sized + 'static
{
    #[doc(hidden)]
    type DeletedAt: diesel::Column<Table = Self::Table> + ExpressionMethods + Default;
    #[doc(hidden)]
    type DeletedBy;
    #[doc(hidden)]
    type DeletedReason;
    #[doc(hidden)]
    const DELETION: DeletedAt;
    #[doc(hidden)]
    const MARKS: &'static [&'static str];
    #[doc(hidden)]
    fn facts() -> Facts<Self>;

    /// The live rows: filter, join, count, box and load them as any query. Call `or_filter` on it never:
    /// its condition would stand beside this one, not under it; `.filter(a.or(b))` does.
    fn kept() -> Kept<Self>
    where
        Self::Table: FilterDsl<IsNull<Self::DeletedAt>>,
    {
        FilterDsl::filter(Self::table(), Self::is_kept())
    }

    /// All rows, live and deleted: the table.
    fn with_deleted() -> Self::Table {
        Self::table()
    }

    /// The deleted rows; see [`kept`](Self::kept).
    fn only_deleted() -> OnlyDeleted<Self>
    where
        Self::Table: FilterDsl<IsNotNull<Self::DeletedAt>>,
    {
        FilterDsl::filter(Self::table(), Self::DeletedAt::default().is_not_null())
    }

    /// That a row is live, for the filter of a query that begins elsewhere.
    fn is_kept() -> IsNull<Self::DeletedAt> {
        Self::DeletedAt::default().is_null()
    }

    /// Deletes this copy's row, if it is live, and otherwise leaves it as it is. One statement, and after a
    /// miss one look at the row.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    fn soft_delete<C>(&self, conn: &mut C) -> Result<SoftDeleted, WriteError<Self>>
    where
        C: ModelConnection,
        Self: ModelOn<C::Backend>,
    {
        let driver = &mut Blocking::new(conn);
        now(engine::soft_delete(driver, self.idem_place_of(), ()))
    }

    /// [`soft_delete`](Self::soft_delete) that keeps [`By`](crate::By) whom,
    /// [`Because`](crate::Because) of what, or both.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    fn soft_delete_as<C, A>(
        &self,
        conn: &mut C,
        attribution: A,
    ) -> Result<SoftDeleted, WriteError<Self>>
    where
        C: ModelConnection,
        Self: ModelOn<C::Backend>,
        A: Attribution<Self, C::Backend>,
    {
        let driver = &mut Blocking::new(conn);
        now(engine::soft_delete(
            driver,
            self.idem_place_of(),
            attribution.idem_set(),
        ))
    }

    /// Deletes the row with this primary key, if it has the version that is expected: for a `DELETE` with
    /// `If-Match`. [`Expected::Any`] deletes whatever is there. What is kept of it is
    /// [`By`](crate::By) whom, [`Because`](crate::Because) of what, both, or `()`.
    ///
    /// A conflict's [`status`](WriteError::status) is 412. A row that is deleted is
    /// [`AlreadyDeleted`](SoftDeleted::AlreadyDeleted) whatever its version, as it is to a request that is
    /// sent again.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use diesel::prelude::*;
    /// use idem_diesel::{Expected, SoftDelete, SoftDeleted, Versioned};
    /// # diesel::table! { products { id -> Integer, lock_version -> Integer, deleted_at -> Nullable<Timestamp>, } }
    ///
    /// #[derive(Identifiable, Queryable, Selectable, Versioned, SoftDelete)]
    /// struct Product { id: i32, lock_version: i32, deleted_at: Option<chrono::NaiveDateTime> }
    /// # let conn = &mut SqliteConnection::establish(":memory:")?;
    /// # diesel::sql_query("CREATE TABLE products (id INTEGER PRIMARY KEY, lock_version INTEGER NOT NULL \
    /// #                    DEFAULT 0, deleted_at TIMESTAMP)").execute(conn)?;
    /// # diesel::insert_into(products::table).values(products::id.eq(1)).execute(conn)?;
    ///
    /// let stale = Product::soft_delete_expecting(conn, 1, Expected::Exactly(7), ());
    /// assert_eq!(stale.unwrap_err().status(), 412);
    /// let deleted = Product::soft_delete_expecting(conn, 1, Expected::Exactly(0), ())?;
    /// assert_eq!(deleted, SoftDeleted::Deleted);
    /// # Ok(()) }
    /// # #[cfg(not(feature = "sqlite"))] fn main() {}
    /// ```
    ///
    /// # Errors
    /// [`Conflict`](WriteError::Conflict), and see [the trait](Self#errors).
    fn soft_delete_expecting<C, Id, A>(
        conn: &mut C,
        id: Id,
        expected: Expected<Self::Version>,
        attribution: A,
    ) -> Result<SoftDeleted, WriteError<Self>>
    where
        C: ModelConnection,
        Self: VersionedOn<C::Backend>,
        Id: Finds<Self, C::Backend>,
        A: Attribution<Self, C::Backend>,
    {
        let driver = &mut Blocking::new(conn);
        now(engine::soft_delete_expecting(
            driver,
            id.idem_find(),
            expected,
            attribution.idem_set(),
        ))
    }

    /// Brings this copy's row back, if it is deleted, and otherwise leaves it as it is. Inside a transaction on
    /// PostgreSQL it takes a savepoint, so that a conflict leaves the transaction usable.
    ///
    /// Fails with [`WriteError::RestoreConflict`] where a live row has taken its place.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    fn restore<C>(&self, conn: &mut C) -> Result<Restored, WriteError<Self>>
    where
        C: ModelConnection,
        Self: ModelOn<C::Backend>,
    {
        let driver = &mut Blocking::new(conn);
        now(engine::restore(driver, self.idem_place_of()))
    }

    /// Deletes this copy's row for good, live or not.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    fn force_delete<C>(&self, conn: &mut C) -> Result<(), WriteError<Self>>
    where
        C: ModelConnection,
        Self: ModelOn<C::Backend>,
    {
        let driver = &mut Blocking::new(conn);
        now(engine::force_delete(driver, self.idem_place_of()))
    }

    /// Deletes rows for good that were deleted strictly longer ago than this by the database's clock: the
    /// oldest first, and at most `limit` of them in one statement. Returns how many; call it again until that
    /// is less than `limit`. Live rows never. On PostgreSQL, rows that somebody has locked are passed over.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    fn purge_deleted<C>(
        conn: &mut C,
        older_than: Duration,
        limit: u32,
    ) -> Result<usize, WriteError<Self>>
    where
        C: ModelConnection,
        Self: ModelOn<C::Backend>,
    {
        let driver = &mut Blocking::new(conn);
        now(purge::purge(driver, older_than, limit))
    }

    /// [`soft_delete`](Self::soft_delete) on an async connection.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    #[cfg(feature = "async")]
    fn soft_delete_async<C>(
        &self,
        conn: &mut C,
    ) -> impl Future<Output = Result<SoftDeleted, WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: ModelOn<C::Backend>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer = engine::soft_delete(&mut driver, self.idem_place_of(), ()).await;
            driver.done(answer)
        }
    }

    /// [`soft_delete_as`](Self::soft_delete_as) on an async connection.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    #[cfg(feature = "async")]
    fn soft_delete_as_async<C, A>(
        &self,
        conn: &mut C,
        attribution: A,
    ) -> impl Future<Output = Result<SoftDeleted, WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: ModelOn<C::Backend>,
        A: Attribution<Self, C::Backend>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer =
                engine::soft_delete(&mut driver, self.idem_place_of(), attribution.idem_set())
                    .await;
            driver.done(answer)
        }
    }

    /// [`soft_delete_expecting`](Self::soft_delete_expecting) on an async connection.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "async")]
    fn soft_delete_expecting_async<C, Id, A>(
        conn: &mut C,
        id: Id,
        expected: Expected<Self::Version>,
        attribution: A,
    ) -> impl Future<Output = Result<SoftDeleted, WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: VersionedOn<C::Backend>,
        Id: Finds<Self, C::Backend>,
        A: Attribution<Self, C::Backend>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer = engine::soft_delete_expecting(
                &mut driver,
                id.idem_find(),
                expected,
                attribution.idem_set(),
            )
            .await;
            driver.done(answer)
        }
    }

    /// [`restore`](Self::restore) on an async connection.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    #[cfg(feature = "async")]
    fn restore_async<C>(
        &self,
        conn: &mut C,
    ) -> impl Future<Output = Result<Restored, WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: ModelOn<C::Backend>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer = engine::restore(&mut driver, self.idem_place_of()).await;
            driver.done(answer)
        }
    }

    /// [`force_delete`](Self::force_delete) on an async connection.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    #[cfg(feature = "async")]
    fn force_delete_async<C>(
        &self,
        conn: &mut C,
    ) -> impl Future<Output = Result<(), WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: ModelOn<C::Backend>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer = engine::force_delete(&mut driver, self.idem_place_of()).await;
            driver.done(answer)
        }
    }

    /// [`purge_deleted`](Self::purge_deleted) on an async connection.
    ///
    /// # Errors
    /// See [the trait](Self#errors).
    #[cfg(feature = "async")]
    fn purge_deleted_async<C>(
        conn: &mut C,
        older_than: Duration,
        limit: u32,
    ) -> impl Future<Output = Result<usize, WriteError<Self>>>
    where
        C: AsyncModelConnection,
        Self: ModelOn<C::Backend>,
    {
        async move {
            let mut driver = Async::outside(conn);
            let answer = purge::purge(&mut driver, older_than, limit).await;
            driver.done(answer)
        }
    }
}

/// A column that a model hasn't got.
#[derive(Debug, Clone, Copy)]
pub enum NoColumn {}
