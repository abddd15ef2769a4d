//! Answers that are lost on the way, and what happens between two commands.

use crate::calls::{claim, fresh, granted, is_in_flight, is_unavailable, replayed};
use crate::servers;
use idem_core::{Claim, IdempotencyKey, Status, Store, Write};
use idem_redis::{Connect, RedisStore};
use redis::{ConnectionLike, RedisResult, Value};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

type Step = Box<dyn FnMut() + Send>;

/// Connections that are meddled with.
#[derive(Clone)]
struct Meddled {
    client: redis::Client,
    /// Which commands are done and their answers lost: those to come, counted from the next.
    lost: Arc<AtomicUsize>,
    /// How many commands were sent.
    sent: Arc<AtomicUsize>,
    /// What happens before the second command from now.
    between: Arc<Mutex<Vec<Step>>>,
}

struct MeddledConnection {
    connection: redis::Connection,
    meddled: Meddled,
}

impl Meddled {
    fn new(client: redis::Client) -> Self {
        Self {
            client,
            lost: Arc::default(),
            sent: Arc::default(),
            between: Arc::default(),
        }
    }

    fn lose(&self, answers: usize) {
        self.lost.store(answers, Ordering::SeqCst);
    }

    fn sent(&self) -> usize {
        self.sent.swap(0, Ordering::SeqCst)
    }
}

impl Connect for Meddled {
    type Connection = MeddledConnection;

    fn connect(&self) -> RedisResult<MeddledConnection> {
        Ok(MeddledConnection {
            connection: self.client.connect()?,
            meddled: self.clone(),
        })
    }
}

impl ConnectionLike for MeddledConnection {
    fn req_packed_command(&mut self, command: &[u8]) -> RedisResult<Value> {
        if self.meddled.sent.fetch_add(1, Ordering::SeqCst) == 1 {
            for mut step in self.meddled.between.lock().unwrap().drain(..) {
                step();
            }
        }
        let answer = self.connection.req_packed_command(command)?;
        let lost = &self.meddled.lost;
        let is_lost = lost.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |it| it.checked_sub(1));
        if is_lost.is_ok() {
            return Err(io::Error::from(io::ErrorKind::ConnectionReset).into());
        }
        Ok(answer)
    }

    fn req_packed_commands(
        &mut self,
        commands: &[u8],
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        self.connection.req_packed_commands(commands, offset, count)
    }

    fn get_db(&self) -> i64 {
        self.connection.get_db()
    }

    fn check_connection(&mut self) -> bool {
        self.connection.check_connection()
    }

    fn is_open(&self) -> bool {
        self.connection.is_open()
    }
}

/// A store that is meddled with, and a plain one over the same records.
fn stores() -> Option<(Meddled, RedisStore<Meddled>, RedisStore)> {
    let client = servers::shared()?;
    let (meddled, options) = (Meddled::new(client.clone()), fresh());
    let store = RedisStore::with_options(meddled.clone(), options.clone());
    let plain = RedisStore::with_options(client, options);
    // The scripts are known from now on.
    let key = IdempotencyKey::generate();
    let token = granted(plain.claim(&claim(&key)));
    let _ = plain
        .renew(&claim(&key).id, &token, Duration::from_secs(1))
        .unwrap();
    let _ = plain.release(&claim(&key).id, &token).unwrap();
    let _ = plain.complete(&claim(&key).id, &token, None).unwrap();
    let _ = plain.lookup(&claim(&key).id).unwrap();
    Some((meddled, store, plain))
}

const BRIEF: Duration = Duration::from_millis(20);

#[test]
fn a_fresh_claim_and_a_replay_take_one_round_trip() {
    let Some((meddled, store, _)) = stores() else {
        return;
    };
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    let token = granted(store.claim(&call));
    assert_eq!(meddled.sent(), 1);
    assert_eq!(
        store.complete(&call.id, &token, Some("7")).unwrap(),
        Write::Done
    );
    assert_eq!(meddled.sent(), 1);
    assert_eq!(replayed(store.claim(&call)).as_deref(), Some("7"));
    assert_eq!(meddled.sent(), 1);
}

#[test]
fn a_claim_whose_answer_was_lost_is_granted_once() {
    let Some((meddled, store, plain)) = stores() else {
        return;
    };
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    meddled.lose(1);
    let token = granted(store.claim(&call));
    assert_eq!((token.attempt, meddled.sent()), (1, 2));
    assert!(is_in_flight(&plain.claim(&call)));
    assert_eq!(plain.complete(&call.id, &token, None).unwrap(), Write::Done);
}

#[test]
fn a_take_over_whose_answer_was_lost_is_granted_once() {
    let Some((meddled, store, plain)) = stores() else {
        return;
    };
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    let late = granted(plain.claim(&Claim {
        lease: BRIEF,
        ..call
    }));
    thread::sleep(BRIEF * 2);
    let meddle = meddled.clone();
    meddled
        .between
        .lock()
        .unwrap()
        .push(Box::new(move || meddle.lose(1)));
    let token = granted(store.claim(&call));
    assert_eq!((token.attempt, meddled.sent()), (2, 3));
    assert_eq!(
        plain.complete(&call.id, &late, None).unwrap(),
        Write::LostClaim
    );
    assert_eq!(plain.complete(&call.id, &token, None).unwrap(), Write::Done);
}

#[test]
fn a_write_whose_answer_was_lost_is_done_once() {
    let Some((meddled, store, plain)) = stores() else {
        return;
    };
    let keys: [_; 4] = std::array::from_fn(|_| IdempotencyKey::generate());
    let [completed, failed, released, renewed] = keys.each_ref().map(claim);
    let tokens = [completed, failed, released, renewed].map(|call| granted(plain.claim(&call)));
    let lost = |write: &dyn Fn() -> Result<Write, idem_redis::Error>| {
        meddled.lose(1);
        assert_eq!(write().unwrap(), Write::Done);
        assert_eq!(meddled.sent(), 2);
    };
    lost(&|| store.complete(&completed.id, &tokens[0], Some("7")));
    lost(&|| store.fail(&failed.id, &tokens[1], Some("no")));
    lost(&|| store.release(&released.id, &tokens[2]));
    lost(&|| store.renew(&renewed.id, &tokens[3], Duration::from_secs(60)));
    assert_eq!(replayed(plain.claim(&completed)).as_deref(), Some("7"));
    let record = plain.lookup(&failed.id).unwrap().unwrap();
    assert_eq!(record.status, Status::Failed);
    assert_eq!(granted(plain.claim(&released)).attempt, 2);
    assert!(is_in_flight(&plain.claim(&renewed)));
}

#[test]
fn a_claim_none_of_whose_answers_arrive_is_an_error_and_holds_the_record() {
    let Some((meddled, store, plain)) = stores() else {
        return;
    };
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    meddled.lose(2);
    is_unavailable(store.claim(&call));
    assert!(is_in_flight(&store.claim(&call)));
    assert!(is_in_flight(&plain.claim(&call)));
}

#[test]
fn a_lease_that_is_renewed_before_the_take_over_holds() {
    let Some((meddled, store, plain)) = stores() else {
        return;
    };
    let key = Arc::new(IdempotencyKey::generate());
    let token = granted(plain.claim(&Claim {
        lease: BRIEF,
        ..claim(&key)
    }));
    thread::sleep(BRIEF * 2);
    let (plain, renewed) = (Arc::new(plain), Arc::clone(&key));
    let late = Arc::clone(&plain);
    meddled.between.lock().unwrap().push(Box::new(move || {
        let write = late.renew(&claim(&renewed).id, &token, Duration::from_secs(60));
        assert_eq!(write.unwrap(), Write::Done);
    }));
    assert!(is_in_flight(&store.claim(&claim(&key))));
    assert_eq!(
        plain
            .complete(&claim(&key).id, &token, Some("late"))
            .unwrap(),
        Write::Done
    );
}

#[test]
fn a_result_that_is_stored_before_the_take_over_is_replayed() {
    let Some((meddled, store, plain)) = stores() else {
        return;
    };
    let key = Arc::new(IdempotencyKey::generate());
    let token = granted(plain.claim(&Claim {
        lease: BRIEF,
        ..claim(&key)
    }));
    thread::sleep(BRIEF * 2);
    let completed = Arc::clone(&key);
    meddled.between.lock().unwrap().push(Box::new(move || {
        let write = plain.complete(&claim(&completed).id, &token, Some("late"));
        assert_eq!(write.unwrap(), Write::Done);
    }));
    assert_eq!(replayed(store.claim(&claim(&key))).as_deref(), Some("late"));
}

#[test]
fn a_lease_of_any_length_can_be_asked_for() {
    let Some((_, store, _)) = stores() else {
        return;
    };
    for time in [Duration::from_nanos(1), Duration::MAX] {
        let key = IdempotencyKey::generate();
        let call = Claim {
            lease: time,
            ttl: time,
            ..claim(&key)
        };
        let token = granted(store.claim(&call));
        if time == Duration::MAX {
            assert!(is_in_flight(&store.claim(&call)));
            let write = store.renew(&call.id, &token, time).unwrap();
            assert_eq!(write, Write::Done);
            assert_eq!(store.complete(&call.id, &token, None).unwrap(), Write::Done);
            assert_eq!(replayed(store.claim(&call)), None);
        }
    }
}
