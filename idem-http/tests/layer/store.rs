//! Records in memory, and a store that goes away.

use idem_core::{
    AsyncStore, Blocking, Claim, Claimed, FencingToken, MemoryStore, Record, RecordId, Write,
};
use idem_http::IdempotencyLayer;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A layer for one tenant, over a fresh store.
pub(crate) fn layer() -> IdempotencyLayer<Mortal> {
    over(&Mortal::default())
}

pub(crate) fn over(store: &Mortal) -> IdempotencyLayer<Mortal> {
    IdempotencyLayer::over(store.clone()).single_tenant()
}

/// A store that can be taken away, and brought back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mortal {
    records: Arc<Blocking<MemoryStore>>,
    is_down: Arc<AtomicBool>,
    claims_after: Arc<Mutex<Duration>>,
    longest: Arc<Mutex<Option<usize>>>,
    pub(crate) renewals: Arc<AtomicUsize>,
}

#[derive(Debug, thiserror::Error)]
#[error("the store is down")]
pub(crate) struct Down;

impl Mortal {
    pub(crate) fn go_down(&self) {
        self.is_down.store(true, SeqCst);
    }

    pub(crate) fn come_back(&self) {
        self.is_down.store(false, SeqCst);
    }

    /// Has it take its time: a claim is made at once, and answered later.
    pub(crate) fn answer_claims_after(&self, time: Duration) {
        *self.claims_after.lock().unwrap() = time;
    }

    /// Has it refuse longer results.
    pub(crate) fn take_at_most(&self, bytes: usize) {
        *self.longest.lock().unwrap() = Some(bytes);
    }

    fn check(&self) -> Result<&Blocking<MemoryStore>, Down> {
        if self.is_down.load(SeqCst) {
            return Err(Down);
        }
        Ok(&self.records)
    }
}

fn ok<T>(result: Result<T, std::convert::Infallible>) -> T {
    result.unwrap_or_else(|never| match never {})
}

impl AsyncStore for Mortal {
    type Error = Down;

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, Down> {
        let claimed = ok(self.check()?.claim(claim).await);
        let time = *self.claims_after.lock().unwrap();
        tokio::time::sleep(time).await;
        Ok(claimed)
    }
    async fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, Down> {
        let longest = *self.longest.lock().unwrap();
        if result.map(str::len) > longest.or(Some(usize::MAX)) {
            return Err(Down);
        }
        Ok(ok(self.check()?.complete(id, token, result).await))
    }
    async fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, Down> {
        Ok(ok(self.check()?.fail(id, token, error).await))
    }
    async fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, Down> {
        Ok(ok(self.check()?.release(id, token).await))
    }
    async fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, Down> {
        self.renewals.fetch_add(1, SeqCst);
        Ok(ok(self.check()?.renew(id, token, lease).await))
    }
    async fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, Down> {
        Ok(ok(self.check()?.lookup(id).await))
    }
    async fn purge(&self, limit: usize) -> Result<usize, Down> {
        Ok(ok(self.check()?.purge(limit).await))
    }
}
