//! An async store where a blocking one is wanted.

use crate::{AsyncStore, Claim, Claimed, FencingToken, Record, RecordId, Store, Write};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

/// What waits for a future: a runtime's handle, usually.
///
/// ```
/// # mod tokio { pub mod runtime { pub struct Handle; impl Handle {
/// #     pub fn block_on<F: Future>(&self, _: F) -> F::Output { unimplemented!() } } } }
/// use idem_core::testing::Executor;
///
/// struct Tokio(tokio::runtime::Handle);
///
/// impl Executor for Tokio {
///     fn block_on<F: Future>(&self, future: F) -> F::Output {
///         self.0.block_on(future)
///     }
/// }
/// ```
pub trait Executor {
    /// Runs a future to its end, on this thread. May be called from several threads at once.
    fn block_on<F: Future>(&self, future: F) -> F::Output;
}

/// The simplest [`Executor`]: the thread sleeps until it is woken. For futures that need no
/// runtime.
#[derive(Debug, Clone, Copy, Default)]
pub struct ParkThread;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl Executor for ParkThread {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            match future.as_mut().poll(&mut context) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park(),
            }
        }
    }
}

/// Makes an [`AsyncStore`] a [`Store`], by waiting for each future: so that one suite checks both.
#[derive(Debug, Clone, Default)]
pub struct BlockOn<S, E = ParkThread> {
    store: S,
    executor: E,
}

impl<S> BlockOn<S> {
    /// A store whose futures need no runtime.
    pub const fn new(store: S) -> Self {
        Self::with_executor(store, ParkThread)
    }
}

impl<S, E> BlockOn<S, E> {
    /// A store whose futures this executor runs.
    pub const fn with_executor(store: S, executor: E) -> Self {
        Self { store, executor }
    }
}

impl<S: AsyncStore, E: Executor> Store for BlockOn<S, E> {
    type Error = S::Error;

    fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, S::Error> {
        self.executor.block_on(self.store.claim(claim))
    }

    fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, S::Error> {
        self.executor
            .block_on(self.store.complete(id, token, result))
    }

    fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, S::Error> {
        self.executor.block_on(self.store.fail(id, token, error))
    }

    fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, S::Error> {
        self.executor.block_on(self.store.release(id, token))
    }

    fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, S::Error> {
        self.executor.block_on(self.store.renew(id, token, lease))
    }

    fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, S::Error> {
        self.executor.block_on(self.store.lookup(id))
    }

    fn purge(&self, limit: usize) -> Result<usize, S::Error> {
        self.executor.block_on(self.store.purge(limit))
    }
}
