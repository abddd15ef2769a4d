//! A blocking store where an async one is wanted.

use crate::{AsyncStore, Claim, Claimed, FencingToken, Record, RecordId, Store, Write};
use std::time::Duration;

/// Makes a [`Store`] an [`AsyncStore`] that is ready at once.
///
/// It blocks the thread as long as the store does. That is right for a store in memory; one that
/// talks to a server belongs on its runtime's threads for blocking work.
///
/// ```
/// use idem_core::{AsyncStore, Blocking, MemoryStore};
///
/// async fn clean(store: &impl AsyncStore) { let _ = store.purge(100).await; }
///
/// let store = Blocking(MemoryStore::default());
/// let future = clean(&store);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Blocking<S>(pub S);

impl<S: Store + Sync> AsyncStore for Blocking<S> {
    type Error = S::Error;

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, S::Error> {
        self.0.claim(claim)
    }

    async fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, S::Error> {
        self.0.complete(id, token, result)
    }

    async fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, S::Error> {
        self.0.fail(id, token, error)
    }

    async fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, S::Error> {
        self.0.release(id, token)
    }

    async fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, S::Error> {
        self.0.renew(id, token, lease)
    }

    async fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, S::Error> {
        self.0.lookup(id)
    }

    async fn purge(&self, limit: usize) -> Result<usize, S::Error> {
        self.0.purge(limit)
    }
}
