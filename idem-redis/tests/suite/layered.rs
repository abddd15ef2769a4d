//! A cache in Redis, in front of a store.

use crate::calls::{claim, fresh, granted, is_in_flight, is_unavailable, replayed};
use crate::conformance::Tokio;
use crate::servers::{self, Server};
use idem_core::testing::{BlockOn, Conformance, Executor};
use idem_core::{
    Blocking, Cached, Claim, Claimed, Fingerprint, IdempotencyKey, Layered, MemoryStore, Record,
    Rejection, ReplayCache, Status, Store, Write,
};
use idem_redis::{AsyncRedisStore, Error, RedisReplayCache};
use redis::aio::ConnectionManager;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Tests share a machine, on which a short timeout would say little.
const PATIENT: Duration = Duration::from_millis(500);

type LayeredStore = Layered<RedisReplayCache, AsyncRedisStore>;

/// A cache on one Redis, before a store on another that stands for a database.
struct Layers {
    tokio: Tokio,
    front: Server,
    back: Server,
    cache: RedisReplayCache,
    failures: Arc<AtomicUsize>,
    store: BlockOn<LayeredStore, Tokio>,
}

fn layers() -> Option<Layers> {
    if !servers::can_start() {
        return None;
    }
    let (front, back) = (Server::start(), Server::start());
    let tokio = Tokio::new();
    let manager = tokio
        .block_on(ConnectionManager::new(front.client()))
        .unwrap();
    let cache = RedisReplayCache::new(manager).timeout(PATIENT);
    let database = tokio
        .block_on(AsyncRedisStore::connect(back.client(), fresh()))
        .unwrap();
    let failures: Arc<AtomicUsize> = Arc::default();
    let count = Arc::clone(&failures);
    let layered = Layered::new(cache.clone(), database).on_front_error(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
    });
    Some(Layers {
        store: BlockOn::with_executor(layered, tokio.clone()),
        tokio,
        front,
        back,
        cache,
        failures,
    })
}

impl Layers {
    /// Runs a call, and has it replayed once.
    fn cached(&self, call: &Claim<'_>) {
        let token = granted(self.store.claim(call));
        let write = self.store.complete(&call.id, &token, Some("7")).unwrap();
        assert_eq!(write, Write::Done);
        assert_eq!(replayed(self.store.claim(call)).as_deref(), Some("7"));
    }

    fn copy(&self, call: &Claim<'_>) -> Option<Record> {
        let Cached { record, .. } = self.tokio.block_on(self.cache.get(&call.id)).unwrap();
        record
    }
}

#[test]
fn a_replay_comes_from_redis_while_the_back_is_dead() {
    let Some(mut layers) = layers() else {
        return;
    };
    let keys: [_; 2] = std::array::from_fn(|_| IdempotencyKey::generate());
    let [call, new] = keys.each_ref().map(claim);
    layers.cached(&call);
    layers.back.kill();
    assert_eq!(replayed(layers.store.claim(&call)).as_deref(), Some("7"));
    let reused = Claim {
        fingerprint: Fingerprint::from_bytes([2; 32]),
        ..call
    };
    let newer = Claim {
        result_version: 2,
        ..call
    };
    assert!(matches!(
        layers.store.claim(&reused).unwrap(),
        Claimed::Rejected(Rejection::KeyReused { .. })
    ));
    assert!(matches!(
        layers.store.claim(&newer).unwrap(),
        Claimed::Rejected(Rejection::UnreadableResult { .. })
    ));
    // What Redis doesn't know, it isn't believed about.
    is_unavailable(layers.store.claim(&new));
    assert_eq!(layers.failures.load(Ordering::SeqCst), 0);
}

#[test]
fn the_back_answers_while_redis_is_dead_or_hangs() {
    let Some(mut layers) = layers() else {
        return;
    };
    let keys: [_; 3] = std::array::from_fn(|_| IdempotencyKey::generate());
    let [before, hanging, dead] = keys.each_ref().map(claim);
    layers.cached(&before);
    layers.front.signal("-STOP");
    let start = Instant::now();
    layers.cached(&hanging);
    assert_eq!(replayed(layers.store.claim(&before)).as_deref(), Some("7"));
    assert!(start.elapsed() < PATIENT * 6);
    assert!(layers.failures.swap(0, Ordering::SeqCst) > 0);
    layers.front.kill();
    layers.cached(&dead);
    assert_eq!(replayed(layers.store.claim(&before)).as_deref(), Some("7"));
    assert!(layers.failures.load(Ordering::SeqCst) > 0);
}

#[test]
fn a_redis_that_was_flushed_is_filled_again() {
    let Some(layers) = layers() else {
        return;
    };
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    layers.cached(&call);
    let mut connection = layers.front.client().get_connection().unwrap();
    redis::cmd("FLUSHALL").exec(&mut connection).unwrap();
    redis::cmd("SCRIPT")
        .arg("FLUSH")
        .exec(&mut connection)
        .unwrap();
    assert!(layers.copy(&call).is_none());
    assert_eq!(replayed(layers.store.claim(&call)).as_deref(), Some("7"));
    assert_eq!(layers.copy(&call).unwrap().result.as_deref(), Some("7"));
    assert_eq!(layers.failures.load(Ordering::SeqCst), 0);
}

#[test]
fn redis_never_outlives_the_back() {
    let Some(layers) = layers() else {
        return;
    };
    let key = IdempotencyKey::generate();
    let ttl = Duration::from_millis(1500);
    let call = Claim { ttl, ..claim(&key) };
    let token = granted(layers.store.claim(&call));
    let write = layers.store.complete(&call.id, &token, Some("7")).unwrap();
    assert_eq!(write, Write::Done);
    // The copy is made late in the record's life.
    thread::sleep(ttl / 2);
    let left = layers.store.lookup(&call.id).unwrap().unwrap().expires_in;
    assert_eq!(replayed(layers.store.claim(&call)).as_deref(), Some("7"));
    assert!(layers.copy(&call).unwrap().expires_in <= left);
    let is_over = || layers.store.lookup(&call.id).unwrap().is_none();
    assert!(servers::wait_until(is_over));
    assert!(layers.copy(&call).is_none());
    assert_eq!(granted(layers.store.claim(&call)).attempt, 1);
}

#[test]
fn a_cache_that_hangs_is_waited_for_no_longer_than_it_was_told() {
    let Some(layers) = layers() else {
        return;
    };
    let key = IdempotencyKey::generate();
    let impatient = layers.cache.clone().timeout(Duration::from_millis(20));
    layers.front.signal("-STOP");
    let start = Instant::now();
    let answer = layers.tokio.block_on(impatient.get(&claim(&key).id));
    assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
    assert!(start.elapsed() < Duration::from_millis(400));
}

#[test]
fn a_copy_that_comes_late_is_not_kept() {
    let Some(layers) = layers() else {
        return;
    };
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    let asked = layers
        .tokio
        .block_on(layers.cache.get(&call.id))
        .unwrap()
        .asked;
    let record = Record {
        fingerprint: call.fingerprint,
        status: Status::Completed,
        token: [1; 16],
        result: Some("7".to_owned()),
        result_version: 1,
        attempt: 1,
        expires_in: Duration::from_millis(300),
        lease: None,
    };
    let put = || {
        layers
            .tokio
            .block_on(layers.cache.put(&call.id, &record, asked))
            .unwrap()
    };
    thread::sleep(Duration::from_millis(400));
    put();
    assert!(layers.copy(&call).is_none());
}

#[test]
fn an_unfinished_record_is_never_answered_by_redis() {
    let Some(mut layers) = layers() else {
        return;
    };
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    let token = granted(layers.store.claim(&call));
    assert!(is_in_flight(&layers.store.claim(&call)));
    assert!(layers.copy(&call).is_none());
    assert_eq!(layers.store.release(&call.id, &token).unwrap(), Write::Done);
    assert_eq!(granted(layers.store.claim(&call)).attempt, 2);
    assert!(layers.copy(&call).is_none());
    layers.back.kill();
    is_unavailable(layers.store.claim(&call));
}

#[test]
fn a_record_that_is_forgotten_runs_again_and_a_late_copy_is_not_taken() {
    let Some(layers) = layers() else {
        return;
    };
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    layers.cached(&call);
    let copy = layers.copy(&call).unwrap();
    let asked = layers
        .tokio
        .block_on(layers.cache.get(&call.id))
        .unwrap()
        .asked;
    // As an operator would, in the database.
    let mut connection = layers.back.client().get_connection().unwrap();
    redis::cmd("FLUSHALL").exec(&mut connection).unwrap();
    assert_eq!(replayed(layers.store.claim(&call)).as_deref(), Some("7"));
    layers
        .tokio
        .block_on(layers.cache.forget(&call.id))
        .unwrap();
    layers
        .tokio
        .block_on(layers.cache.put(&call.id, &copy, asked))
        .unwrap();
    granted(layers.store.claim(&call));
}

#[test]
fn a_cache_and_a_store_with_one_prefix_on_one_redis_do_not_meet() {
    if !servers::can_start() {
        return;
    }
    let server = Server::start();
    let tokio = Tokio::new();
    let manager = tokio
        .block_on(ConnectionManager::new(server.client()))
        .unwrap();
    let cache = RedisReplayCache::new(manager.clone()).timeout(PATIENT);
    let store = BlockOn::with_executor(AsyncRedisStore::new(manager), tokio.clone());
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    let token = granted(store.claim(&call));
    assert_eq!(
        store.complete(&call.id, &token, Some("7")).unwrap(),
        Write::Done
    );
    let Cached { asked, record } = tokio.block_on(cache.get(&call.id)).unwrap();
    assert!(record.is_none(), "the cache knows the store's own record");
    let stored = store.lookup(&call.id).unwrap().unwrap();
    tokio.block_on(cache.put(&call.id, &stored, asked)).unwrap();
    tokio.block_on(cache.forget(&call.id)).unwrap();
    assert_eq!(replayed(store.claim(&call)).as_deref(), Some("7"));
}

#[test]
fn a_store_behind_redis_keeps_every_promise() {
    let Some(client) = servers::shared() else {
        return;
    };
    let tokio = Tokio::new();
    let manager = tokio.block_on(ConnectionManager::new(client)).unwrap();
    Conformance::new(|| {
        let prefix = format!("idem-test:{}", IdempotencyKey::generate());
        let front = RedisReplayCache::new(manager.clone())
            .prefix(prefix)
            .timeout(PATIENT);
        let layered = Layered::new(front, Blocking(MemoryStore::default()));
        BlockOn::with_executor(layered, tokio.clone())
    })
    .run()
    .unwrap();
}
