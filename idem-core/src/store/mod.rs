//! Records in a store that takes no part in the caller's transaction.

mod blocking;
mod layered;
pub(crate) mod memory;

pub use blocking::Blocking;
pub use layered::{Cached, Layered, ReplayCache};

use crate::{Fingerprint, Record, RecordId, Rejection};
use std::time::Duration;

/// A call that wants to run.
///
/// ```
/// use idem_core::{Claim, Fingerprint, IdempotencyKey, RecordId};
/// use std::time::Duration;
///
/// let key = IdempotencyKey::generate();
/// let claim = Claim {
///     id: RecordId { operation: "payments.charge", tenant: "shop-1", key: &key },
///     fingerprint: Fingerprint::of(&(500, "alice"))?,
///     result_version: 1,
///     lease: Duration::from_secs(30),
///     ttl: Duration::from_secs(24 * 60 * 60),
/// };
/// # Ok::<(), idem_core::FingerprintError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Which record.
    pub id: RecordId<'a>,
    /// What the request says.
    pub fingerprint: Fingerprint,
    /// The version of the shape that the result will have.
    pub result_version: i32,
    /// How long nobody else may run the operation, unless it is renewed.
    pub lease: Duration,
    /// How long the record is kept, counted from the claim, and anew once the operation has
    /// ended: so long at least is its result replayed.
    pub ttl: Duration,
}

/// What a claim was answered with.
#[derive(Debug, Clone)]
pub enum Claimed {
    /// Run the operation; nobody else will until the lease is over.
    Granted(FencingToken),
    /// It ran: give this value (nothing stored stands for `()`).
    Replay(Option<String>),
    /// It ended in an error that its operation declares final: give this error.
    ReplayError(Option<String>),
    /// Refuse. Nothing was written.
    Rejected(Rejection),
}

/// Proof of a claim: whoever holds the latest one for a record may write it.
///
/// For effects outside the store, hand `attempt` along and have them refuse a lower one than
/// they have seen (Kleppmann, [How to do distributed locking][fencing]).
///
/// [fencing]: https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FencingToken {
    /// Random, and another one for every claim. It is what the store compares.
    pub id: [u8; 16],
    /// How often the call was started, from 1. Each claim of a record has a higher one than the
    /// one before, until the record is purged.
    pub attempt: i32,
}

/// Whether a write with a fencing token was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use = "after a lost claim, what was to be written was not"]
pub enum Write {
    /// It is done, now or by an earlier try of the same write.
    Done,
    /// The claim isn't ours any more, or has ended otherwise. Nothing was written.
    LostClaim,
}

/// Records that are claimed for a time, in a store that takes no part in the caller's transaction.
///
/// A store keeps one record for each [`RecordId`], and compares all three parts of it byte by
/// byte. A record is *live* until its `ttl` is over, and as long as a claim's lease runs. All
/// times are by one clock, the store's. What to do about a record that is there,
/// [`decide`](crate::decide) decides.
///
/// **Every method is atomic**: whatever else happens at the same time, on any number of servers,
/// its effect is that of one step. **Every method may be repeated** after an error that leaves
/// open whether it was done; only a repeated [`claim`](Self::claim) can find itself
/// [in flight](Rejection::InFlight) until its lease is over. **Nothing is guessed**: a store that
/// can't tell gives an error, and its caller then doesn't run the operation.
///
/// An effect outside the store happens *at least* once under these claims, since a worker can die
/// between the effect and [`complete`](Self::complete). It happens once if the effect takes the
/// record's key, or refuses an old [`FencingToken::attempt`].
///
/// `idem_core::testing::Conformance` checks all this (feature `testing`).
///
/// ```
/// use idem_core::{Claim, Claimed, MemoryStore, Store, Write};
/// # use idem_core::{Fingerprint, IdempotencyKey, RecordId};
/// # use std::time::Duration;
/// # let key = IdempotencyKey::generate();
/// # let claim = Claim {
/// #     id: RecordId { operation: "payments.charge", tenant: "", key: &key },
/// #     fingerprint: Fingerprint::of(&500)?,
/// #     result_version: 1,
/// #     lease: Duration::from_secs(30),
/// #     ttl: Duration::from_secs(60),
/// # };
/// let store = MemoryStore::default();
/// let Claimed::Granted(token) = store.claim(&claim)? else { panic!("it is the first") };
/// let receipt = "the operation's encoded result";
/// assert_eq!(store.complete(&claim.id, &token, Some(receipt))?, Write::Done);
/// assert!(matches!(store.claim(&claim)?, Claimed::Replay(Some(text)) if text == receipt));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Store {
    /// What goes wrong in the store itself: it can't be reached, or holds what it can't read.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Claims a record, if [`decide`](crate::decide) lets the call run.
    ///
    /// Of all callers at one time at most one is [granted](Claimed::Granted) the record. When that
    /// returns, the claim is durable: it outlives a crash of the caller *and* of the store, since
    /// everybody else's safety rests on finding it. It holds the claim's fingerprint, result
    /// version, lease and `ttl`, the status `Processing`, no result, a new token, and an attempt
    /// one higher than that of the record it took over.
    ///
    /// Recovery from a worker that died relies on its lease alone: once that is over, the next
    /// claim with the same fingerprint takes the record over.
    ///
    /// An id that fails [`RecordId::check`] is answered with that rejection.
    ///
    /// # Errors
    /// When the store can't tell; the record may or may not be claimed.
    fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, Self::Error>;

    /// Ends a claim with a result (nothing for `()`), which is replayed from now on, for the
    /// claim's `ttl`.
    ///
    /// When [`Write::Done`] returns, the result is durable and every later claim sees it. A
    /// repeated call with the same token is `Done` too, and changes nothing; so recovery from a
    /// lost answer is to call again. A claim whose lease is over can still be completed as long as
    /// nobody has taken it over, since then nobody else has run.
    ///
    /// # Errors
    /// When the store can't tell; call again.
    fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, Self::Error>;

    /// Ends a claim with an error that the operation declares final, as
    /// [`complete`](Self::complete) does with a result.
    ///
    /// # Errors
    /// When the store can't tell; call again.
    fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, Self::Error>;

    /// Gives a claim up: the next claim is granted at once, whatever its fingerprint, as if this
    /// one had not been.
    ///
    /// Nothing relies on it, as the lease ends by itself; it saves the wait. The attempt is kept,
    /// in a record that isn't live, but isn't purged before its `ttl` is over either. A repeated
    /// call with the same token is `Done`.
    ///
    /// # Errors
    /// When the store can't tell; call again, or wait for the lease's end.
    fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, Self::Error>;

    /// Has a claim's lease end so long from now, be that sooner or later than before.
    ///
    /// When [`Write::Done`] returns, that is durable, and nobody else is granted the record until
    /// then. A lease that is over can be renewed as long as nobody has taken the record over.
    ///
    /// # Errors
    /// When the store can't tell; call again while the old lease runs, and stop the work if it
    /// is over.
    fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, Self::Error>;

    /// What the store holds of a call, if anything, expired or not. Writes nothing. A released
    /// record is `Processing` and expired, with a lease of zero.
    ///
    /// A store that removes records by itself holds nothing of one that isn't live, except of a
    /// released one before its `ttl` is over.
    ///
    /// # Errors
    /// When the store can't tell.
    fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, Self::Error>;

    /// Removes at most `limit` records that aren't live any more, and gives how many it removed.
    ///
    /// A record under a running lease is never removed. Any number of purges may run at once; a
    /// record is counted by one of them. Recovery from one that died is to call again, and nothing
    /// but space relies on it. There may be more as long as it removes `limit`.
    ///
    /// A store may remove records by itself as soon as a purge could, as one does whose server
    /// counts the time of each (Redis). A purge then has nothing to do and gives 0, and a claim
    /// that finds nothing where a record has been starts at attempt 1.
    ///
    /// # Errors
    /// When the store can't tell; some of the records may be gone.
    fn purge(&self, limit: usize) -> Result<usize, Self::Error>;
}

/// A [`Store`] that is waited for without blocking. Every method promises what the method of the
/// same name promises there; a future that is dropped leaves open whether it was done.
pub trait AsyncStore {
    /// What goes wrong in the store itself: it can't be reached, or holds what it can't read.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Claims a record: [`Store::claim`].
    fn claim(&self, claim: &Claim<'_>)
    -> impl Future<Output = Result<Claimed, Self::Error>> + Send;

    /// Ends a claim with a result: [`Store::complete`].
    fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> impl Future<Output = Result<Write, Self::Error>> + Send;

    /// Ends a claim with a final error: [`Store::fail`].
    fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> impl Future<Output = Result<Write, Self::Error>> + Send;

    /// Gives a claim up: [`Store::release`].
    fn release(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
    ) -> impl Future<Output = Result<Write, Self::Error>> + Send;

    /// Has a claim's lease end so long from now: [`Store::renew`].
    fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> impl Future<Output = Result<Write, Self::Error>> + Send;

    /// What the store holds of a call: [`Store::lookup`].
    fn lookup(
        &self,
        id: &RecordId<'_>,
    ) -> impl Future<Output = Result<Option<Record>, Self::Error>> + Send;

    /// Removes records that aren't live any more: [`Store::purge`].
    fn purge(&self, limit: usize) -> impl Future<Output = Result<usize, Self::Error>> + Send;
}
