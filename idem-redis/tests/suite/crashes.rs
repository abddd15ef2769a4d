//! Redis ends in the middle: no call is then told that it may run, unless it may.

use crate::calls::{claim, fresh, granted, is_in_flight, is_unavailable, replayed};
use crate::conformance::Tokio;
use crate::servers::{self, Server};
use idem_core::testing::{BlockOn, Executor};
use idem_core::{Claimed, FencingToken, IdempotencyKey, Rejection, Store, Write};
use idem_redis::{AsyncRedisStore, Error, Options, RedisStore};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A Redis whose answers are durable.
const DURABLE: [&str; 6] = [
    "--save",
    "",
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
];

/// Runs a test on a sync and on an async store.
fn on_both(options: &[&str], test: impl Fn(&mut Server, &(dyn Store<Error = Error> + Sync))) {
    if !servers::can_start() {
        return;
    }
    let mut server = Server::with(options);
    let store = RedisStore::with_options(server.client(), fresh());
    test(&mut server, &store);
    let mut server = Server::with(options);
    let tokio = Tokio::new();
    let store = tokio.block_on(AsyncRedisStore::connect(server.client(), fresh()));
    test(&mut server, &BlockOn::with_executor(store.unwrap(), tokio));
}

#[test]
fn a_claim_on_a_dead_redis_is_an_error_and_comes_soon() {
    on_both(&["--save", ""], |server, store| {
        server.kill();
        for _ in 0..3 {
            let start = Instant::now();
            is_unavailable(store.claim(&claim(&IdempotencyKey::generate())));
            assert!(start.elapsed() < Duration::from_secs(3));
        }
    });
}

#[test]
fn a_result_that_a_dead_redis_did_not_take_is_an_error() {
    on_both(&["--save", ""], |server, store| {
        let key = IdempotencyKey::generate();
        let call = claim(&key);
        let token = granted(store.claim(&call));
        server.kill();
        is_unavailable(store.complete(&call.id, &token, Some("7")));
        is_unavailable(store.fail(&call.id, &token, None));
        is_unavailable(store.release(&call.id, &token));
        is_unavailable(store.renew(&call.id, &token, call.lease));
        is_unavailable(store.lookup(&call.id));
        is_unavailable(store.claim(&call));
    });
}

#[test]
fn a_redis_that_lost_everything_fences_off_who_claimed_before() {
    on_both(&["--save", "", "--appendonly", "no"], |server, store| {
        let key = IdempotencyKey::generate();
        let call = claim(&key);
        let token = granted(store.claim(&call));
        server.restart();
        assert_eq!(
            store.complete(&call.id, &token, Some("7")).unwrap(),
            Write::LostClaim
        );
        assert!(store.lookup(&call.id).unwrap().is_none());
    });
}

#[test]
fn a_claim_and_a_result_outlive_redis() {
    on_both(&DURABLE, |server, store| {
        let key = IdempotencyKey::generate();
        let call = claim(&key);
        let token = granted(store.claim(&call));
        server.restart();
        assert!(is_in_flight(&store.claim(&call)));
        assert_eq!(
            store.complete(&call.id, &token, Some("7")).unwrap(),
            Write::Done
        );
        server.restart();
        assert_eq!(replayed(store.claim(&call)).as_deref(), Some("7"));
        assert_eq!(
            store.complete(&call.id, &token, Some("7")).unwrap(),
            Write::Done
        );
    });
}

#[test]
fn a_store_finds_a_redis_that_is_back() {
    on_both(&DURABLE, |server, store| {
        // Several connections, all of which break.
        thread::scope(|scope| {
            let claims = || {
                for _ in 0..50 {
                    granted(store.claim(&claim(&IdempotencyKey::generate())));
                }
            };
            for _ in 0..8 {
                scope.spawn(claims);
            }
        });
        server.restart();
        for _ in 0..10 {
            granted(store.claim(&claim(&IdempotencyKey::generate())));
        }
        server.kill();
        is_unavailable(store.claim(&claim(&IdempotencyKey::generate())));
        server.restart();
        let found = || store.lookup(&claim(&IdempotencyKey::generate()).id).is_ok();
        assert!(servers::wait_until(found));
        granted(store.claim(&claim(&IdempotencyKey::generate())));
    });
}

#[test]
fn a_redis_that_hangs_is_an_error_and_grants_nothing_twice() {
    on_both(&["--save", ""], |server, store| {
        let key = IdempotencyKey::generate();
        let call = claim(&key);
        granted(store.claim(&claim(&IdempotencyKey::generate())));
        server.signal("-STOP");
        let start = Instant::now();
        is_unavailable(store.claim(&call));
        assert!(start.elapsed() < Duration::from_secs(3));
        server.signal("-CONT");
        // It does what it was asked, though nobody waits for it any more.
        assert!(servers::wait_until(|| matches!(
            store.lookup(&call.id),
            Ok(Some(_))
        )));
        assert!(is_in_flight(&store.claim(&call)));
    });
}

#[test]
fn a_call_takes_no_longer_than_it_was_told() {
    if !servers::can_start() {
        return;
    }
    let server = Server::start();
    let tokio = Tokio::new();
    let store = tokio.block_on(AsyncRedisStore::connect(server.client(), fresh()));
    let impatient = store.unwrap().timeout(Duration::from_millis(20));
    let store = BlockOn::with_executor(impatient, tokio);
    server.signal("-STOP");
    let start = Instant::now();
    is_unavailable(store.claim(&claim(&IdempotencyKey::generate())));
    assert!(start.elapsed() < Duration::from_millis(400));
}

/// Who was granted what, while Redis ended.
#[derive(Default)]
struct Seen {
    granted: Vec<FencingToken>,
    completed: Vec<String>,
    replayed: Vec<String>,
}

#[test]
fn whoever_claims_while_redis_ends_gets_an_error_or_the_truth() {
    const KEYS: usize = 400;
    on_both(&DURABLE, |server, store| {
        let keys: Vec<_> = (0..KEYS).map(|_| IdempotencyKey::generate()).collect();
        let seen: Vec<Mutex<Seen>> = keys.iter().map(|_| Mutex::default()).collect();
        let (errors, answers) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let run = |worker: usize| {
            for n in 0..KEYS {
                if errors.load(Ordering::Relaxed) > 20 {
                    return; // Redis is gone, and the rest would say no more.
                }
                // Workers meet at the same keys.
                let n = (n + worker * 3) % KEYS;
                match work(store, &keys[n], worker, &seen[n]) {
                    Ok(()) => answers.fetch_add(1, Ordering::Relaxed),
                    Err(Error::Unavailable(_)) => errors.fetch_add(1, Ordering::Relaxed),
                    Err(other) => panic!("{other}"),
                };
            }
        };
        thread::scope(|scope| {
            let run = &run;
            for worker in 0..8 {
                scope.spawn(move || run(worker));
            }
            assert!(servers::wait_until(|| answers.load(Ordering::Relaxed) > 200));
            server.kill();
        });
        assert!(
            errors.into_inner() > 0,
            "Redis ended after everybody was done"
        );

        server.restart();
        let found = || store.lookup(&claim(&keys[0]).id).is_ok();
        assert!(servers::wait_until(found));
        for (key, seen) in keys.iter().zip(seen) {
            let seen = seen.into_inner().unwrap();
            assert!(
                seen.granted.len() <= 1,
                "{:?} were granted one record",
                seen.granted
            );
            let record = store.lookup(&claim(key).id).unwrap();
            if let Some(token) = seen.granted.first() {
                assert_eq!(record.as_ref().unwrap().token, token.id);
            }
            for result in seen.completed.iter().chain(&seen.replayed) {
                assert_eq!(record.as_ref().unwrap().result.as_ref(), Some(result));
            }
        }
    });
}

/// Claims, and completes what is granted.
fn work(
    store: &(dyn Store<Error = Error> + Sync),
    key: &IdempotencyKey,
    worker: usize,
    seen: &Mutex<Seen>,
) -> Result<(), Error> {
    let call = claim(key);
    match store.claim(&call)? {
        Claimed::Granted(token) => {
            seen.lock().unwrap().granted.push(token);
            let result = worker.to_string();
            assert_eq!(
                store.complete(&call.id, &token, Some(&result))?,
                Write::Done
            );
            seen.lock().unwrap().completed.push(result);
        }
        Claimed::Replay(result) => seen.lock().unwrap().replayed.push(result.unwrap()),
        Claimed::Rejected(Rejection::InFlight { .. }) => {}
        other => panic!("{other:?}"),
    }
    Ok(())
}

#[test]
fn a_store_that_cannot_connect_says_so_at_once() {
    if !servers::can_start() {
        return;
    }
    let mut server = Server::start();
    server.kill();
    is_unavailable(RedisStore::new(server.client()).check());
    let store = Tokio::new().block_on(AsyncRedisStore::connect(
        server.client(),
        Options::default(),
    ));
    is_unavailable(store);
}
