//! A claim that is kept while a handler runs.

use crate::run::Call;
use idem_core::{AsyncStore, FencingToken, Write};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

/// How long a handler's answer may wait for a claim to be given up.
const RELEASE: Duration = Duration::from_secs(1);

/// A claim of ours.
pub(crate) struct Lease<S> {
    call: Arc<Call<S>>,
    token: FencingToken,
    /// Counted from before the store was asked, so that we give the claim up no later than the store
    /// does.
    until: Instant,
}

/// Why the store hasn't written what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unwritten {
    /// The claim is another's.
    Lost,
    /// It has said that it can't, however often it was asked.
    Refused,
    /// It hasn't answered in time.
    Unanswered,
}

/// What keeps a claim, in a task of its own: a handler may keep its own task busy for long. It ends
/// when the claim is lost, or with this value.
pub(crate) struct Keeper(JoinHandle<()>);

impl Keeper {
    /// Ends when the claim is lost.
    pub(crate) async fn lost(&mut self) {
        // A keeper that has panicked keeps nothing.
        let _ = (&mut self.0).await;
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<S: AsyncStore + Send + Sync + 'static> Lease<S> {
    /// A claim that was asked for at this moment, and granted. An answer that was long under way is
    /// renewed before it is believed.
    pub(crate) async fn granted(
        call: Arc<Call<S>>,
        token: FencingToken,
        asked: Instant,
    ) -> Result<Self, Unwritten> {
        let until = asked + call.rules.lease;
        let mut lease = Self { call, token, until };
        if lease.is_due() {
            lease.until = Instant::now() + lease.length();
            lease.renew().await?;
        }
        Ok(lease)
    }

    pub(crate) fn token(&self) -> FencingToken {
        self.token
    }

    /// Keeps the claim from now on.
    pub(crate) fn keep(&self) -> Keeper {
        let mut lease = Self {
            call: Arc::clone(&self.call),
            token: self.token,
            until: self.until,
        };
        Keeper(tokio::spawn(async move {
            loop {
                sleep_until(lease.until - lease.length() * 2 / 3).await;
                if let Err(unwritten) = lease.renew().await {
                    lease
                        .call
                        .warn(&format!("its lease was lost: {unwritten:?}"));
                    return;
                }
            }
        }))
    }

    /// Stores the end. It is fenced, so that it is right to try even late: for as long as a lease
    /// lasts, or half of that if the store says that it can't.
    pub(crate) async fn complete(&self, text: &str) -> Result<(), Unwritten> {
        let (id, now) = (self.call.id(), Instant::now());
        let patience = Patience {
            with_errors: now + self.length() / 2,
            with_silence: now + self.length(),
        };
        self.ask(patience, || {
            self.call.store.complete(&id, &self.token, Some(text))
        })
        .await
    }

    /// Gives the claim up. If the store can't be told at once, the lease ends by itself.
    pub(crate) async fn release(&self) {
        let id = self.call.id();
        let until = Instant::now() + RELEASE.min(self.length());
        let released = self.ask(Patience::until(until), || {
            self.call.store.release(&id, &self.token)
        });
        if released.await.is_err() {
            self.call
                .warn("its claim was not released, and ends by itself");
        }
    }

    fn length(&self) -> Duration {
        self.call.rules.lease
    }

    /// Whether a third of the lease is over.
    fn is_due(&self) -> bool {
        Instant::now() >= self.until - self.length() * 2 / 3
    }

    /// Renews the lease while it lasts.
    async fn renew(&mut self) -> Result<(), Unwritten> {
        let (id, length) = (self.call.id(), self.length());
        let asked = Instant::now();
        self.ask(Patience::until(self.until), || {
            self.call.store.renew(&id, &self.token, length)
        })
        .await?;
        self.until = asked + length;
        Ok(())
    }

    /// Asks the store, once at least, and again if it can't tell.
    async fn ask<F>(&self, patience: Patience, write: impl Fn() -> F) -> Result<(), Unwritten>
    where
        F: Future<Output = Result<Write, S::Error>>,
    {
        loop {
            match timeout_at(patience.with_silence, write()).await {
                Ok(Ok(Write::Done)) => return Ok(()),
                Ok(Ok(Write::LostClaim)) => return Err(Unwritten::Lost),
                Ok(Err(error)) => self.call.store_failed(&error),
                Err(_) => return Err(Unwritten::Unanswered),
            }
            if Instant::now() >= patience.with_errors {
                return Err(Unwritten::Refused);
            }
            sleep(self.length() / 20).await;
        }
    }
}

/// How long a store is asked.
struct Patience {
    with_errors: Instant,
    with_silence: Instant,
}

impl Patience {
    fn until(moment: Instant) -> Self {
        Self {
            with_errors: moment,
            with_silence: moment,
        }
    }
}
