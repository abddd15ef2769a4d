//! A claim that is kept while a handler runs.

use idem_core::{AsyncStore, FencingToken, RecordId, Write};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// A claim of ours. Its end is counted from before the store was asked, so that we give it up no later
/// than the store does.
pub(crate) struct Lease<'a, S> {
    pub(crate) store: &'a S,
    pub(crate) id: RecordId<'a>,
    pub(crate) token: FencingToken,
    pub(crate) length: Duration,
    pub(crate) until: Instant,
}

/// The claim is another's, or may be.
#[derive(Debug)]
pub(crate) struct Gone;

impl<S: AsyncStore> Lease<'_, S> {
    /// Renews the lease whenever a third of it is over; ends when it couldn't be renewed in time.
    pub(crate) async fn keep(&mut self) -> Gone {
        loop {
            sleep(self.length / 3).await;
            let asked = Instant::now();
            let this = &*self;
            let renewed = this.ask(|| this.store.renew(&this.id, &this.token, this.length));
            match renewed.await {
                Ok(()) => self.until = asked + self.length,
                Err(Gone) => return Gone,
            }
        }
    }

    /// Stores the end.
    pub(crate) async fn complete(&self, text: &str) -> Result<(), Gone> {
        self.ask(|| self.store.complete(&self.id, &self.token, Some(text)))
            .await
    }

    /// Gives the claim up. If the store can't be told, its lease ends by itself.
    pub(crate) async fn release(&self) {
        let released = self.ask(|| self.store.release(&self.id, &self.token));
        if released.await.is_err() {
            tracing::debug!(operation = self.id.operation, "a claim was not released");
        }
    }

    /// Asks the store, again and again if it can't tell, until the lease is over.
    async fn ask<F>(&self, write: impl Fn() -> F) -> Result<(), Gone>
    where
        F: Future<Output = Result<Write, S::Error>>,
    {
        while Instant::now() < self.until {
            match timeout_at(self.until, write()).await {
                Ok(Ok(Write::Done)) => return Ok(()),
                Ok(Ok(Write::LostClaim)) | Err(_) => return Err(Gone),
                Ok(Err(error)) => {
                    let operation = self.id.operation;
                    tracing::warn!(
                        operation,
                        error = &error as &dyn std::error::Error,
                        "the idempotency store failed"
                    );
                }
            }
            sleep(self.length / 20).await;
        }
        Err(Gone)
    }
}
