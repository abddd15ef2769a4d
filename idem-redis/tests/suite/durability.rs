//! What Redis has to be configured for.

use crate::calls::{claim, fresh, granted, is_in_flight, replayed};
use crate::conformance::Tokio;
use crate::servers::{self, Server};
use idem_core::testing::Executor;
use idem_core::{IdempotencyKey, Store, Write};
use idem_redis::{AsyncRedisStore, Error, RedisStore};
use std::time::Duration;

#[test]
fn a_redis_that_evicts_is_refused_unless_it_is_accepted() {
    if !servers::can_start() {
        return;
    }
    let tokio = Tokio::new();
    for policy in ["allkeys-lru", "volatile-lru", "volatile-ttl", "noeviction"] {
        let server = Server::with(&["--save", "", "--maxmemory-policy", policy]);
        let checks = [
            RedisStore::new(server.client()).check(),
            tokio
                .block_on(AsyncRedisStore::connect(server.client(), fresh()))
                .map(drop),
        ];
        for check in checks {
            if policy == "noeviction" {
                check.unwrap();
            } else {
                let error = check.unwrap_err();
                assert!(error.to_string().contains(policy), "{error}");
                assert!(matches!(error, Error::Evicts { policy: Some(told) } if told == policy));
            }
        }
        let accepting = fresh().accept_eviction();
        RedisStore::with_options(server.client(), accepting)
            .check()
            .unwrap();
    }
}

#[test]
fn a_redis_whose_memory_is_full_grants_nothing_and_still_replays() {
    if !servers::can_start() {
        return;
    }
    let server = Server::start();
    let store = RedisStore::with_options(server.client(), fresh());
    let keys: [_; 3] = std::array::from_fn(|_| IdempotencyKey::generate());
    let [done, running, new] = keys.each_ref().map(claim);
    let token = granted(store.claim(&done));
    assert_eq!(
        store.complete(&done.id, &token, Some("7")).unwrap(),
        Write::Done
    );
    let late = granted(store.claim(&running));
    let limit = |bytes: &str| {
        let mut config = redis::cmd("CONFIG");
        config.arg("SET").arg("maxmemory").arg(bytes);
        config
            .exec(&mut server.client().get_connection().unwrap())
            .unwrap();
    };
    limit("1");
    let refused = |error: Error| {
        assert!(matches!(error, Error::Refused(_)), "{error}");
        assert_eq!(error.status(), 503);
    };
    refused(store.claim(&new).unwrap_err());
    refused(store.complete(&running.id, &late, Some("8")).unwrap_err());
    assert_eq!(replayed(store.claim(&done)).as_deref(), Some("7"));
    limit("0");
    // Nothing was done by halves.
    assert_eq!(granted(store.claim(&new)).attempt, 1);
    assert!(is_in_flight(&store.claim(&running)));
    assert_eq!(
        store.complete(&running.id, &late, Some("8")).unwrap(),
        Write::Done
    );
}

#[test]
fn a_write_that_too_few_replicas_have_is_an_error() {
    if !servers::can_start() {
        return;
    }
    let primary = Server::start();
    let options = fresh().replicas(1, Duration::from_millis(300));
    let store = RedisStore::with_options(primary.client(), options);
    let keys: [_; 2] = std::array::from_fn(|_| IdempotencyKey::generate());
    let [early, late] = keys.each_ref().map(claim);
    let error = store.claim(&early).unwrap_err();
    assert!(
        matches!(
            error,
            Error::NotReplicated {
                wanted: 1,
                reached: 0
            }
        ),
        "{error}"
    );
    assert_eq!(error.status(), 503);
    assert!(is_in_flight(&store.claim(&early)));

    let port = primary.port.to_string();
    let mut replica = Server::with(&["--save", "", "--replicaof", "127.0.0.1", &port]);
    let replicates = || store.claim(&claim(&IdempotencyKey::generate())).is_ok();
    assert!(servers::wait_until(replicates));
    let token = granted(store.claim(&late));
    replica.kill();
    let is_gone = || {
        let token = store.complete(&late.id, &token, Some("7"));
        matches!(token, Err(Error::NotReplicated { .. }))
    };
    // A repeated write isn't said to be replicated just because it was written before.
    assert!(is_gone() && is_gone());
    // An answer needs no replica.
    assert_eq!(replayed(store.claim(&late)).as_deref(), Some("7"));
}
