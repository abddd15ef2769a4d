//! `#[idempotent]` by hand.

#[cfg(feature = "async")]
use crate::attempts::Attempts;
use crate::body::{Body, Many, Once};
use crate::bounds::{Fingerprintable, FromError, Storable};
use crate::call::{Call, MAX_TTL};
use crate::connection::IdempotentConnection;
use crate::driver::{Blocking, Driver, now};
use crate::policy::{
    DiscardErrors, ErrorPolicy, NoRetry, RecordErrors, Retry, RetryJudge, RetryableErrors,
    Transient, When,
};
use crate::{InFlightPolicy, Isolation, Nesting, attempts, trace};
use idem_core::{
    FingerprintBuilder, FingerprintError, IdempotencyKey, Outcome, RecordId, Rejection, RetryPolicy,
};
use std::borrow::Cow;
use std::fmt::Display;
use std::time::{Duration, Instant};

/// One idempotent call: what `#[idempotent]` expands to, and usable by hand.
///
/// A call needs a key; everything else has a default. What it does to the database: one
/// transaction that inserts a row into `idem_records`, runs the body, and completes the row. A
/// call whose key has a row already runs nothing and gives the stored value.
///
/// ```
/// # #[cfg(feature = "sqlite")] fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use diesel::prelude::*;
/// use idem_diesel::{Idempotent, IdempotencyKey};
///
/// let mut conn = SqliteConnection::establish(":memory:")?;
/// idem_diesel::setup(&mut conn)?;
/// diesel::sql_query("CREATE TABLE charges (cents BIGINT)").execute(&mut conn)?;
///
/// let key = IdempotencyKey::generate();
/// let mut charge = |cents: i64| {
///     Idempotent::new("payments.charge")
///         .key(&key)
///         .fingerprint(&cents)
///         .run(&mut conn, |conn| -> Result<i64, idem_diesel::Error> {
///             diesel::sql_query(format!("INSERT INTO charges VALUES ({cents})")).execute(conn)?;
///             Ok(cents)
///         })
/// };
/// assert!(!charge(1999)?.is_replayed());
/// assert!(charge(1999)?.is_replayed()); // nothing was inserted
/// assert!(charge(2000).is_err()); // the same key for another request
/// # Ok(()) }
/// # #[cfg(not(feature = "sqlite"))] fn main() {}
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing happens until `run`"]
pub struct Idempotent<'a, X = DiscardErrors, J = NoRetry> {
    operation: Cow<'a, str>,
    tenant: String,
    key: Option<&'a IdempotencyKey>,
    fingerprint: Result<FingerprintBuilder, FingerprintError>,
    ttl: Duration,
    in_flight: InFlightPolicy,
    result_version: i32,
    max_result: usize,
    isolation: Option<Isolation>,
    nesting: Nesting,
    peek: bool,
    pub(crate) errors: X,
    pub(crate) judge: J,
}

impl<'a> Idempotent<'a> {
    /// How long a record is kept unless `ttl` says otherwise.
    pub const DEFAULT_TTL: Duration = Duration::from_secs(24 * 60 * 60);
    /// How long an encoded result may be unless `max_result` says otherwise: 8 MiB.
    pub const DEFAULT_MAX_RESULT: usize = 8 * 1024 * 1024;

    /// A call of this operation. The name is stored with every record: choose one that outlives
    /// the function's, such as `payments.charge`. 1 to 255 bytes.
    pub fn new(operation: impl Into<Cow<'a, str>>) -> Self {
        Self {
            operation: operation.into(),
            tenant: String::new(),
            key: None,
            fingerprint: Ok(FingerprintBuilder::default()),
            ttl: Self::DEFAULT_TTL,
            in_flight: InFlightPolicy::default(),
            result_version: 1,
            max_result: Self::DEFAULT_MAX_RESULT,
            isolation: None,
            nesting: Nesting::default(),
            peek: false,
            errors: DiscardErrors,
            judge: NoRetry,
        }
    }
}

impl<'a, X, J> Idempotent<'a, X, J> {
    /// The caller's key. Without one, `run` refuses with [`Rejection::MissingKey`].
    pub fn key(mut self, key: &'a IdempotencyKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Whose key it is: the same key of another tenant is another key. At most 255 bytes.
    pub fn tenant(mut self, tenant: impl Display) -> Self {
        self.tenant = tenant.to_string();
        self
    }

    /// Adds something that the request says. The same key with another fingerprint is refused
    /// with [`Rejection::KeyReused`]. Call it once per argument, always in the same order.
    pub fn fingerprint<T: Fingerprintable + ?Sized>(mut self, argument: &T) -> Self {
        if let Ok(builder) = &mut self.fingerprint
            && let Err(error) = builder.part(argument)
        {
            self.fingerprint = Err(error);
        }
        self
    }

    /// How long the answer is kept, from the claim on; later the key is as good as new. More than
    /// 100 years is taken as that; less than a millisecond as one.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl.clamp(Duration::from_millis(1), MAX_TTL);
        self
    }

    /// What to do while another call with this key runs.
    pub fn in_flight(mut self, policy: InFlightPolicy) -> Self {
        self.in_flight = policy;
        self
    }

    /// The version of the result's shape, 1 by default. A record of another version is refused
    /// with [`Rejection::UnreadableResult`]; raise it when old results must not be read as new ones.
    pub fn result_version(mut self, version: i32) -> Self {
        self.result_version = version;
        self
    }

    /// The most bytes that the encoded result may have. A longer one is refused with
    /// [`Rejection::ResultTooLarge`], and everything rolled back.
    pub fn max_result(mut self, bytes: usize) -> Self {
        self.max_result = bytes;
        self
    }

    /// The transaction's isolation level; by default the session's. SQLite has only one. Inside
    /// an open transaction it can't be set, and the call is refused with [`Rejection::Nested`].
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// What to do inside an open transaction.
    pub fn nested(mut self, nesting: Nesting) -> Self {
        self.nesting = nesting;
        self
    }

    /// Looks for an answer before beginning a transaction: one round trip more for a fresh call,
    /// three fewer for a replay. Pays where a third or more of the calls are repeated. SQLite always looks.
    pub fn peek(mut self) -> Self {
        self.peek = true;
        self
    }

    /// Keeps the errors for which `is_final` holds: the body's writes are rolled back, the error is
    /// stored, and every later call gets it. Costs a savepoint round the body.
    pub fn record_errors<F>(self, is_final: F) -> Idempotent<'a, RecordErrors<F>, J> {
        self.with(|_, judge| (RecordErrors(is_final), judge))
    }

    /// Runs the whole transaction again when the body or the commit fails with a deadlock or a
    /// serialization failure; the body must then be callable more than once. Inside an open
    /// transaction only its owner can do that, and nothing is tried again.
    pub fn retry(self, policy: RetryPolicy) -> Idempotent<'a, X, Retry> {
        let which = Transient;
        self.with(|errors, _| (errors, Retry { policy, which }))
    }

    /// Like [`retry`](Self::retry), after the errors for which `is_transient` holds: for error types that
    /// aren't [`std::error::Error`], such as `anyhow::Error`.
    pub fn retry_if<F>(
        self,
        policy: RetryPolicy,
        is_transient: F,
    ) -> Idempotent<'a, X, Retry<When<F>>> {
        let which = When(is_transient);
        self.with(|errors, _| (errors, Retry { policy, which }))
    }

    fn with<Y, K>(self, change: impl FnOnce(X, J) -> (Y, K)) -> Idempotent<'a, Y, K> {
        let (errors, judge) = change(self.errors, self.judge);
        Idempotent {
            operation: self.operation,
            tenant: self.tenant,
            key: self.key,
            fingerprint: self.fingerprint,
            ttl: self.ttl,
            in_flight: self.in_flight,
            result_version: self.result_version,
            max_result: self.max_result,
            isolation: self.isolation,
            nesting: self.nesting,
            peek: self.peek,
            errors,
            judge,
        }
    }

    pub(crate) fn call(&self) -> Result<Call<'_>, Rejection> {
        let id = RecordId {
            operation: &self.operation,
            tenant: &self.tenant,
            key: self.key.ok_or(Rejection::MissingKey)?,
        };
        id.check()?;
        let fingerprint = self.fingerprint.as_ref().map_err(FingerprintError::clone)?;
        Ok(Call {
            id,
            fingerprint: fingerprint.finish(),
            ttl: self.ttl,
            in_flight: self.in_flight,
            result_version: self.result_version,
            max_result: self.max_result,
            isolation: self.isolation,
            nesting: self.nesting,
            peek: self.peek,
            began: Instant::now(),
        })
    }

    async fn drive<D, B, T, E>(&self, driver: &mut D, body: B) -> Result<Outcome<T>, E>
    where
        D: Driver,
        B: Body<D::Conn, T, E, Again = B>,
        T: Storable,
        E: FromError,
        X: ErrorPolicy<E>,
        J: RetryJudge<E>,
    {
        let refused = |rejection: Rejection| trace::pass_on::<E>(rejection.into());
        let call = self.call().map_err(refused)?;
        let database = driver.dialect().name();
        let run = attempts::all(driver, &call, &self.errors, &self.judge, body);
        trace::observed(&call.id, database, run).await
    }
}

impl<X> Idempotent<'_, X, NoRetry> {
    /// Runs the body, or gives what an earlier call with this key gave.
    ///
    /// # Errors
    /// The body's own; and, as its error type takes them,
    /// [`Error::Rejected`](crate::Error::Rejected) when the call is refused and
    /// [`Error::Database`](crate::Error::Database) when the database fails.
    pub fn run<C, T, E, F>(self, conn: &mut C, body: F) -> Result<Outcome<T>, E>
    where
        C: IdempotentConnection,
        F: FnOnce(&mut C) -> Result<T, E>,
        T: Storable,
        E: FromError,
        X: ErrorPolicy<E>,
    {
        now(self.drive(&mut Blocking::new(conn), Once(body)))
    }

    /// Like [`run`](Self::run), on an async connection.
    ///
    /// A future that is dropped before it is ready leaves either both the record and the effect, if
    /// the commit was already under way, or neither. Its connection is marked as broken, so that a
    /// pool throws it away.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    #[cfg(feature = "async")]
    pub async fn run_async<C, T, E, F>(self, conn: &mut C, body: F) -> Result<Outcome<T>, E>
    where
        C: crate::AsyncIdempotentConnection,
        F: AsyncFnOnce(&mut C) -> Result<T, E>,
        T: Storable,
        E: FromError,
        X: ErrorPolicy<E>,
    {
        let mut driver = crate::asynchronous::Async::new(conn);
        self.drive(&mut driver, crate::body::AsyncOnce(body)).await
    }
}

impl<'a, X, W> Idempotent<'a, X, Retry<W>> {
    /// Runs the body, again if need be, or gives what an earlier call with this key gave.
    ///
    /// # Errors
    /// As for [`Idempotent::run`] without retries, once the attempts are used up.
    pub fn run<C, T, E, F>(self, conn: &mut C, body: F) -> Result<Outcome<T>, E>
    where
        C: IdempotentConnection,
        F: FnMut(&mut C) -> Result<T, E>,
        T: Storable,
        E: FromError,
        X: ErrorPolicy<E>,
        W: RetryableErrors<E>,
    {
        now(self.drive(&mut Blocking::new(conn), Many(body)))
    }

    /// Like [`run`](Self::run), on an async connection.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    #[cfg(feature = "async")]
    pub async fn run_async<C, T, E, F>(self, conn: &mut C, body: F) -> Result<Outcome<T>, E>
    where
        C: crate::AsyncIdempotentConnection,
        F: AsyncFnMut(&mut C) -> Result<T, E>,
        T: Storable,
        E: FromError,
        X: ErrorPolicy<E>,
        W: RetryableErrors<E>,
    {
        let mut driver = crate::asynchronous::Async::new(conn);
        self.drive(&mut driver, crate::body::AsyncMany(body)).await
    }

    /// The call with its attempts made one by one, which [`run_async`](Self::run_async) makes by
    /// itself: a future of this one is `Send` whatever its body captures.
    #[cfg(feature = "async")]
    pub fn attempts(self) -> Attempts<'a, X, W> {
        Attempts::new(self)
    }
}
