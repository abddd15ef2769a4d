//! Every promise of a store, on the server that the environment names.

use crate::calls::fresh;
use crate::servers::{self, Server};
use idem_core::testing::{BlockOn, Conformance, Executor};
use idem_redis::{AsyncRedisStore, RedisStore};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Runs futures on a tokio runtime.
#[derive(Clone)]
pub(crate) struct Tokio(Arc<Runtime>);

impl Tokio {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Runtime::new().unwrap()))
    }
}

impl Executor for Tokio {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }
}

#[test]
fn a_sync_store_keeps_every_promise() {
    let Some(client) = servers::shared() else {
        return;
    };
    Conformance::new(|| RedisStore::with_options(client.clone(), fresh()))
        .expires_by_itself()
        .run()
        .unwrap();
}

#[test]
fn an_async_store_keeps_every_promise() {
    let Some(client) = servers::shared() else {
        return;
    };
    let tokio = Tokio::new();
    Conformance::new(|| {
        let store = tokio.block_on(AsyncRedisStore::connect(client.clone(), fresh()));
        BlockOn::with_executor(store.unwrap(), tokio.clone())
    })
    .expires_by_itself()
    .run()
    .unwrap();
}

#[test]
fn a_store_over_one_multiplexed_connection_keeps_every_promise() {
    let Some(client) = servers::shared() else {
        return;
    };
    let tokio = Tokio::new();
    let connection = tokio
        .block_on(client.get_multiplexed_async_connection())
        .unwrap();
    Conformance::new(|| {
        let store = AsyncRedisStore::with_options(connection.clone(), fresh());
        BlockOn::with_executor(store, tokio.clone())
    })
    .expires_by_itself()
    .run()
    .unwrap();
}

#[test]
fn a_store_that_waits_for_no_replica_keeps_every_promise() {
    let Some(client) = servers::shared() else {
        return;
    };
    let options = || fresh().replicas(0, std::time::Duration::from_millis(50));
    Conformance::new(|| RedisStore::with_options(client.clone(), options()))
        .expires_by_itself()
        .run()
        .unwrap();
}

#[test]
fn a_store_keeps_every_promise_whose_scripts_are_forgotten() {
    if !servers::can_start() {
        return;
    }
    let server = Server::start();
    let client = server.client();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut connection = client.get_connection().unwrap();
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                redis::cmd("SCRIPT")
                    .arg("FLUSH")
                    .exec(&mut connection)
                    .unwrap();
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
        });
        let kept = Conformance::new(|| RedisStore::with_options(client.clone(), fresh()))
            .expires_by_itself()
            .run();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        kept.unwrap();
    });
}
