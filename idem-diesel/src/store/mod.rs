//! Records that are claimed for a time, outside of the operation's transaction: a
//! [`Store`] over the table that `#[idempotent]` uses.

#[cfg(feature = "async")]
pub(crate) mod asynchronous;
mod engine;
pub(crate) mod sql;

use crate::Error;
use crate::connection::IdempotentConnection;
use crate::driver::{Blocking, now};
use idem_core::{Claim, Claimed, FencingToken, Record, RecordId, Status, Store, Write};
use std::fmt;
use std::time::Duration;

/// A [`Store`] in the records' table of PostgreSQL, MySQL, MariaDB or SQLite: for operations that
/// can't be one transaction, such as a whole HTTP request under `idem_http::IdempotencyLayer`.
///
/// Where the operation's effects are in this database, `#[idempotent]` is better: its record is
/// committed with them.
///
/// It takes a connection for each call, from a function that usually asks a pool. Each method is one
/// statement that commits by itself, and one more where a record is there already. The table is
/// the one that [`setup`](crate::setup) makes, and [`purge_expired`](crate::purge_expired) purges.
///
/// Leave MySQL's `autocommit` on: a claim that isn't committed protects nothing. On SQLite, which has one writer,
/// work that holds a write transaction on the same file for longer than its lease keeps that from
/// being renewed, and loses it: give the store a file of its own, or the lease more time.
///
/// ```
/// # #[cfg(feature = "sqlite")] fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use diesel::prelude::*;
/// use idem_diesel::{DieselStore, Fingerprint, IdempotencyKey, RecordId};
/// use idem_core::{Claim, Claimed, Store};
/// use std::time::Duration;
///
/// # let folder = tempfile::tempdir()?;
/// # let file = folder.path().join("shop.sqlite").display().to_string();
/// let store = DieselStore::new(move || SqliteConnection::establish(&file)); // or: move || pool.get()
/// # idem_diesel::setup(&mut store.connect()?)?;
/// let key = IdempotencyKey::generate();
/// let claim = Claim {
///     id: RecordId { operation: "parcels.book", tenant: "", key: &key },
///     fingerprint: Fingerprint::of(&"to Alice")?,
///     result_version: 1,
///     lease: Duration::from_secs(30),
///     ttl: Duration::from_secs(24 * 60 * 60),
/// };
/// let Claimed::Granted(token) = store.claim(&claim)? else { panic!("it is the first") };
/// let _ = store.complete(&claim.id, &token, Some("parcel 7"))?;
/// assert!(matches!(store.claim(&claim)?, Claimed::Replay(Some(text)) if text == "parcel 7"));
/// # Ok(()) }
/// # #[cfg(not(feature = "sqlite"))] fn main() {}
/// ```
#[derive(Clone)]
pub struct DieselStore<F>(F);

/// Why a [`DieselStore`] can't tell.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There was no connection to be had. Nothing was asked of the database.
    #[error("no connection to the database: {0}")]
    Connection(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database failed, or holds what can't be read. A write may have been done or not.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl StoreError {
    /// The HTTP status for it: 503 where there was no connection, else [`Error::status`].
    ///
    /// ```
    /// # use idem_diesel::{Rejection, StoreError};
    /// let error = StoreError::Failed(Rejection::MissingKey.into());
    /// assert_eq!(error.status(), 400);
    /// ```
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Connection(_) => 503,
            Self::Failed(error) => error.status(),
        }
    }

    fn connection(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Connection(Box::new(error))
    }
}

impl<F> DieselStore<F> {
    /// A store that takes its connections from here.
    pub const fn new<C, E>(connect: F) -> Self
    where
        F: Fn() -> Result<C, E>,
        C: IdempotentConnection,
    {
        Self(connect)
    }

    /// A connection as the store takes them.
    ///
    /// # Errors
    /// Those of the function that gives it.
    pub fn connect<C, E>(&self) -> Result<C, E>
    where
        F: Fn() -> Result<C, E>,
    {
        (self.0)()
    }
}

impl<F> DieselStore<F> {
    /// Makes one call on a connection of its own.
    fn on_a_connection<C, E, T>(
        &self,
        call: impl FnOnce(&mut Blocking<'_, C>) -> Result<T, Error>,
    ) -> Result<T, StoreError>
    where
        F: Fn() -> Result<C, E>,
        C: IdempotentConnection,
        E: std::error::Error + Send + Sync + 'static,
    {
        let mut conn = self.connect().map_err(StoreError::connection)?;
        Ok(call(&mut Blocking::new(&mut conn))?)
    }
}

impl<F, C, E> Store for DieselStore<F>
where
    F: Fn() -> Result<C, E>,
    C: IdempotentConnection,
    E: std::error::Error + Send + Sync + 'static,
{
    type Error = StoreError;

    fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, StoreError> {
        self.on_a_connection(|driver| now(engine::claim(driver, claim)))
    }

    fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, StoreError> {
        let end = engine::End::new(Status::Completed, result);
        self.on_a_connection(|driver| now(engine::finish(driver, id, token, end)))
    }

    fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, StoreError> {
        let end = engine::End::new(Status::Failed, error);
        self.on_a_connection(|driver| now(engine::finish(driver, id, token, end)))
    }

    fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, StoreError> {
        self.on_a_connection(|driver| now(engine::release(driver, id, token)))
    }

    fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, StoreError> {
        self.on_a_connection(|driver| now(engine::renew(driver, id, token, lease)))
    }

    fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, StoreError> {
        self.on_a_connection(|driver| now(engine::lookup(driver, id)))
    }

    fn purge(&self, limit: usize) -> Result<usize, StoreError> {
        self.on_a_connection(|driver| now(engine::purge(driver, limit)))
    }
}

impl<F> fmt::Debug for DieselStore<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DieselStore").finish_non_exhaustive()
    }
}
