//! A cache of answers before a store.

use super::{AsyncStore, Claim, Claimed, FencingToken, Write};
use crate::{Record, RecordId, Status, decide};
use std::fmt;
use std::time::Duration;

/// Copies of ended records, in a place that is quicker to ask than the store that they are from,
/// and that may lose any of them at any time.
///
/// A copy has to be gone once its time is over, counted from a moment by the *cache's* clock that
/// was before the store was asked; so it never outlives the record, however long the copy was on
/// its way. Every method has to end soon, with an error if need be: a call waits for it.
pub trait ReplayCache {
    /// What goes wrong in the cache.
    type Error: std::error::Error + Send + Sync + 'static;
    /// A moment, by the cache's clock.
    type Moment: Copy + Send + Sync;

    /// The copy of a record, if there is one, and when this was asked.
    ///
    /// # Errors
    /// When the cache can't tell.
    fn get(
        &self,
        id: &RecordId<'_>,
    ) -> impl Future<Output = Result<Cached<Self::Moment>, Self::Error>> + Send;

    /// Keeps a copy of an ended record until the record's [`expires_in`](Record::expires_in),
    /// counted from `asked`, is over.
    ///
    /// A copy that is there already stays: an ended record doesn't change while it lives.
    ///
    /// # Errors
    /// When the cache can't tell; there may be a copy.
    fn put(
        &self,
        id: &RecordId<'_>,
        record: &Record,
        asked: Self::Moment,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Drops the copy of a record, and takes none of it for at least a minute: one may be on its
    /// way.
    ///
    /// # Errors
    /// When the cache can't tell; there may still be a copy.
    fn forget(&self, id: &RecordId<'_>) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// What a [`ReplayCache`] knows of a record.
#[derive(Debug, Clone)]
pub struct Cached<M> {
    /// When it was asked, by its own clock.
    pub asked: M,
    /// The copy, if there is one.
    pub record: Option<Record>,
}

/// An [`AsyncStore`] whose replays come from a [`ReplayCache`] in front of it.
///
/// The front answers only for a record that has ended and whose time isn't over, and as
/// [`decide`] does for any store: with its result or its error, or with a refusal if
/// the request has other arguments or wants another version. Everything else the back answers: a
/// record that the front doesn't know, an unfinished one, an expired one, and whatever was asked
/// when the front failed. So nothing ever runs on the front's word, and a front that is down, empty
/// or wrong about what it doesn't know costs time only.
///
/// A copy is made when the back gives a replay, from a second look at the record, since only the
/// back knows what it stored and for how long. An operation that nobody retries therefore never
/// costs a write to the front, and the first retry is answered by the back.
///
/// # Forgetting a record
/// The front doesn't see what is done to the back behind this store's back. An operator who removes
/// a record there, to have its operation run again, calls [`forget_front`](Self::forget_front)
/// after that; otherwise the front replays it until its time is over. A store that is restored
/// from a backup needs an empty front.
///
/// ```
/// # #[cfg(feature = "testing")] {
/// use idem_core::testing::MemoryCache;
/// use idem_core::{Blocking, Layered, MemoryStore};
///
/// let store = Layered::new(MemoryCache::default(), Blocking(MemoryStore::default()))
///     .on_front_error(|error| eprintln!("the cache is no help: {error}"));
/// # }
/// ```
pub struct Layered<F: ReplayCache, B> {
    front: F,
    back: B,
    on_front_error: Tell<F::Error>,
}

/// Who is told of a failure.
type Tell<E> = Box<dyn Fn(&E) + Send + Sync>;

impl<F: ReplayCache, B> Layered<F, B> {
    /// The back, with the front before it.
    pub fn new(front: F, back: B) -> Self {
        Self {
            front,
            back,
            on_front_error: Box::new(|_| ()),
        }
    }

    /// Has this function told of every failure of the front, to be counted or logged. No call
    /// fails for one.
    #[must_use]
    pub fn on_front_error(self, tell: impl Fn(&F::Error) + Send + Sync + 'static) -> Self {
        Self {
            on_front_error: Box::new(tell),
            ..self
        }
    }

    /// Drops the front's copy of a record, after the record was removed from the back.
    ///
    /// # Errors
    /// When the front can't tell: it may still replay the record. Call again.
    pub async fn forget_front(&self, id: &RecordId<'_>) -> Result<(), F::Error> {
        self.front.forget(id).await
    }

    /// What a front gave, if it didn't fail.
    fn told<T>(&self, answer: Result<T, F::Error>) -> Option<T> {
        answer
            .inspect_err(|error| (self.on_front_error)(error))
            .ok()
    }
}

impl<F: ReplayCache + Sync, B: AsyncStore + Sync> Layered<F, B> {
    /// Copies a record that the back has just replayed.
    async fn fill(&self, id: &RecordId<'_>, asked: F::Moment) {
        // The call has its answer already; without a copy, the next one is answered by the back.
        if let Ok(Some(record)) = self.back.lookup(id).await
            && has_ended(&record)
        {
            self.told(self.front.put(id, &record, asked).await);
        }
    }
}

/// Whether a copy of it may answer.
fn has_ended(record: &Record) -> bool {
    matches!(record.status, Status::Completed | Status::Failed) && !record.is_expired()
}

impl<F: ReplayCache + Sync, B: AsyncStore + Sync> AsyncStore for Layered<F, B> {
    type Error = B::Error;

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, B::Error> {
        if let Err(rejection) = claim.id.check() {
            return Ok(Claimed::Rejected(rejection));
        }
        let cached = self.told(self.front.get(&claim.id).await);
        let asked = cached.as_ref().map(|cached| cached.asked);
        if let Some(record) = cached.and_then(|cached| cached.record)
            && has_ended(&record)
            && let decision = decide(&claim.id, record, &claim.fingerprint, claim.result_version)
            && let Some(answer) = decision.answer()
        {
            return Ok(answer);
        }
        let answer = self.back.claim(claim).await?;
        if let (Claimed::Replay(_) | Claimed::ReplayError(_), Some(asked)) = (&answer, asked) {
            self.fill(&claim.id, asked).await;
        }
        Ok(answer)
    }

    async fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, B::Error> {
        self.back.complete(id, token, result).await
    }

    async fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, B::Error> {
        self.back.fail(id, token, error).await
    }

    async fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, B::Error> {
        self.back.release(id, token).await
    }

    async fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, B::Error> {
        self.back.renew(id, token, lease).await
    }

    async fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, B::Error> {
        self.back.lookup(id).await
    }

    async fn purge(&self, limit: usize) -> Result<usize, B::Error> {
        self.back.purge(limit).await
    }
}

impl<F: ReplayCache + fmt::Debug, B: fmt::Debug> fmt::Debug for Layered<F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layered")
            .field("front", &self.front)
            .field("back", &self.back)
            .finish_non_exhaustive()
    }
}
