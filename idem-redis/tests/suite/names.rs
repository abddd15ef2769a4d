//! Records that must not meet, and that a person can read.

use crate::calls::{claim, fresh, granted};
use crate::servers;
use idem_core::{Claimed, IdempotencyKey, RecordId, Rejection, Store, Write};
use idem_redis::{Options, RedisStore};
use std::collections::{BTreeMap, BTreeSet};

const PREFIX: &str = "idem-test";

#[test]
fn a_person_with_redis_cli_can_find_a_record_and_read_it() {
    let Some(client) = servers::shared() else {
        return;
    };
    let mut connection = client.get_connection().unwrap();
    let store = RedisStore::with_options(client, Options::default().prefix(PREFIX));
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    let token = granted(store.claim(&call));
    let mut read = || -> BTreeMap<String, String> {
        let name = format!("{PREFIX}:record:{{idem.redis:tenant:{key}}}");
        redis::cmd("HGETALL")
            .arg(name)
            .query(&mut connection)
            .unwrap()
    };
    let claimed = read();
    assert_eq!(claimed["status"], "processing");
    assert_eq!(claimed["fingerprint"], "01".repeat(32));
    assert_eq!(claimed["token"], uuid(token.id));
    assert_eq!(
        (&*claimed["attempt"], &*claimed["result_version"]),
        ("1", "1")
    );
    let time = |fields: &BTreeMap<String, String>, name: &str| fields[name].parse::<u64>().unwrap();
    assert_eq!(time(&claimed, "ttl"), 3_600_000);
    assert_eq!(
        time(&claimed, "lease_until") - time(&claimed, "created_at"),
        3_600_000
    );
    assert_eq!(time(&claimed, "expires_at"), time(&claimed, "lease_until"));

    let write = store
        .complete(&call.id, &token, Some("{\"paid\":true}"))
        .unwrap();
    assert_eq!(write, Write::Done);
    let completed = read();
    assert_eq!(completed["status"], "completed");
    assert_eq!(completed["result"], "{\"paid\":true}");
    assert!(time(&completed, "completed_at") >= time(&completed, "created_at"));
    assert!(!completed.contains_key("lease_until"));
}

fn uuid(token: [u8; 16]) -> String {
    token.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What separates names, hides them, or stands for others, in a key or a hash tag.
const CRAFTED: [&str; 12] = [
    "a",
    "a:b",
    "a}",
    "{a",
    "{a}",
    "a}:{b",
    "%3A",
    "%",
    "a%7D",
    ":",
    "*",
    "a:record:{a",
];

#[test]
fn no_crafted_name_reaches_into_another_record() {
    let Some(client) = servers::shared() else {
        return;
    };
    let options = fresh();
    let store = RedisStore::with_options(client, options);
    let keys: Vec<IdempotencyKey> = CRAFTED.iter().map(|it| it.parse().unwrap()).collect();
    let mut tokens = BTreeSet::new();
    for operation in CRAFTED {
        for tenant in CRAFTED {
            for key in &keys {
                let id = RecordId {
                    operation,
                    tenant,
                    key,
                };
                let call = idem_core::Claim { id, ..claim(key) };
                let token = granted(store.claim(&call));
                tokens.insert(token.id);
                let name = format!("{operation}\n{tenant}\n{key}");
                let write = store.complete(&id, &token, Some(&name)).unwrap();
                assert_eq!(write, Write::Done);
            }
        }
    }
    assert_eq!(tokens.len(), CRAFTED.len().pow(3));
    for operation in CRAFTED {
        for tenant in CRAFTED {
            for key in &keys {
                let id = RecordId {
                    operation,
                    tenant,
                    key,
                };
                let name = format!("{operation}\n{tenant}\n{key}");
                let record = store.lookup(&id).unwrap().unwrap();
                assert_eq!(record.result, Some(name));
            }
        }
    }
    // A prefix can't reach into another's records either.
    let forged = RedisStore::with_options(
        servers::shared().unwrap(),
        Options::default().prefix("idem-test:record:{a"),
    );
    assert!(forged.lookup(&claim(&keys[0]).id).unwrap().is_none());
}

#[test]
fn a_name_with_a_nul_is_refused_and_nothing_is_written() {
    let Some(client) = servers::shared() else {
        return;
    };
    let store = RedisStore::with_options(client, fresh());
    let key = IdempotencyKey::generate();
    for (operation, tenant) in [("a\0", "t"), ("a", "\0")] {
        let id = RecordId {
            operation,
            tenant,
            key: &key,
        };
        let call = idem_core::Claim { id, ..claim(&key) };
        assert!(matches!(
            store.claim(&call).unwrap(),
            Claimed::Rejected(Rejection::InvalidName { .. })
        ));
        assert!(store.lookup(&id).unwrap().is_none());
    }
}

#[test]
fn a_record_that_cannot_be_read_is_an_error_and_is_kept() {
    let Some(client) = servers::shared() else {
        return;
    };
    let mut connection = client.get_connection().unwrap();
    let store = RedisStore::with_options(client, Options::default().prefix(PREFIX));
    for (field, value) in [("status", "paused"), ("token", "me"), ("attempt", "many")] {
        let key = IdempotencyKey::generate();
        let call = claim(&key);
        granted(store.claim(&call));
        let name = format!("{PREFIX}:record:{{idem.redis:tenant:{key}}}");
        let mut hset = redis::cmd("HSET");
        hset.arg(&name)
            .arg(field)
            .arg(value)
            .exec(&mut connection)
            .unwrap();
        for _ in 0..2 {
            let error = store.claim(&call).unwrap_err();
            assert!(
                matches!(&error, idem_redis::Error::UnreadableRecord { what, .. } if *what == field),
                "{error}"
            );
            assert_eq!(error.status(), 500);
        }
    }
    // A hash without one field of ours, and something that is no hash.
    for command in ["HSET", "SET"] {
        let key = IdempotencyKey::generate();
        let name = format!("{PREFIX}:record:{{idem.redis:tenant:{key}}}");
        let mut write = redis::cmd(command);
        write.arg(&name).arg("other");
        if command == "HSET" {
            write.arg("x");
        }
        write.exec(&mut connection).unwrap();
        assert!(store.claim(&claim(&key)).is_err());
        redis::cmd("DEL").arg(&name).exec(&mut connection).unwrap();
    }
}
