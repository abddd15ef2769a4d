//! A cache before a store answers what it knows, and nothing runs on its word.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

use idem_core::testing::{BlockOn, Conformance, Executor, ManualClock, MemoryCache, ParkThread};
use idem_core::{
    AsyncStore, Blocking, Cached, Claim, Claimed, FencingToken, Fingerprint, IdempotencyKey,
    Layered, MemoryStore, Record, RecordId, Rejection, ReplayCache, Status, Store, Write,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const TTL: Duration = Duration::from_secs(60);

fn claim(key: &IdempotencyKey) -> Claim<'_> {
    Claim {
        id: RecordId {
            operation: "op",
            tenant: "",
            key,
        },
        fingerprint: Fingerprint::from_bytes([1; 32]),
        result_version: 1,
        lease: TTL,
        ttl: TTL,
    }
}

#[derive(Debug, thiserror::Error)]
#[error("it is down")]
struct Down;

/// A layer that can be down, and counts how often it was asked. Its clones are the same layer.
struct Switch<T> {
    inner: Arc<T>,
    down: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl<T> Clone for Switch<T> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            down: Arc::clone(&self.down),
            asked: Arc::clone(&self.asked),
        }
    }
}

impl<T> Switch<T> {
    fn new(inner: T) -> Self {
        Self {
            inner: Arc::new(inner),
            down: Arc::default(),
            asked: Arc::default(),
        }
    }

    fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::SeqCst)
    }

    fn up(&self) -> Result<&T, Down> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.down.load(Ordering::SeqCst) {
            return Err(Down);
        }
        Ok(&self.inner)
    }
}

type Back = Switch<MemoryStore<ManualClock>>;
type Front = Switch<MemoryCache<ManualClock>>;

impl Store for Back {
    type Error = Down;

    fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, Down> {
        let Ok(answer) = self.up()?.claim(claim);
        Ok(answer)
    }

    fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, Down> {
        let Ok(write) = self.up()?.complete(id, token, result);
        Ok(write)
    }

    fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, Down> {
        let Ok(write) = self.up()?.fail(id, token, error);
        Ok(write)
    }

    fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, Down> {
        let Ok(write) = self.up()?.release(id, token);
        Ok(write)
    }

    fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, Down> {
        let Ok(write) = self.up()?.renew(id, token, lease);
        Ok(write)
    }

    fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, Down> {
        let Ok(record) = self.up()?.lookup(id);
        Ok(record)
    }

    fn purge(&self, limit: usize) -> Result<usize, Down> {
        let Ok(removed) = self.up()?.purge(limit);
        Ok(removed)
    }
}

impl ReplayCache for Front {
    type Error = Down;
    type Moment = Duration;

    async fn get(&self, id: &RecordId<'_>) -> Result<Cached<Duration>, Down> {
        let Ok(cached) = self.up()?.get(id).await;
        Ok(cached)
    }

    async fn put(&self, id: &RecordId<'_>, record: &Record, asked: Duration) -> Result<(), Down> {
        let Ok(()) = self.up()?.put(id, record, asked).await;
        Ok(())
    }

    async fn forget(&self, id: &RecordId<'_>) -> Result<(), Down> {
        let Ok(()) = self.up()?.forget(id).await;
        Ok(())
    }
}

/// A layered store, and what it is made of.
struct Layers {
    clock: ManualClock,
    front: Front,
    back: Back,
    failures: Arc<AtomicUsize>,
    store: BlockOn<Layered<Front, Blocking<Back>>>,
}

fn layers() -> Layers {
    let clock = ManualClock::default();
    let front = Switch::new(MemoryCache::with_clock(clock.clone()));
    let back = Switch::new(MemoryStore::with_clock(clock.clone()));
    let failures: Arc<AtomicUsize> = Arc::default();
    let count = Arc::clone(&failures);
    let store = Layered::new(front.clone(), Blocking(back.clone())).on_front_error(move |Down| {
        count.fetch_add(1, Ordering::SeqCst);
    });
    Layers {
        clock,
        front,
        back,
        failures,
        store: BlockOn::new(store),
    }
}

impl Layers {
    fn granted(&self, call: &Claim<'_>) -> FencingToken {
        match self.store.claim(call).unwrap() {
            Claimed::Granted(token) => token,
            other => panic!("{other:?}"),
        }
    }

    fn completed(&self, call: &Claim<'_>) {
        let token = self.granted(call);
        let write = self.store.complete(&call.id, &token, Some("7")).unwrap();
        assert_eq!(write, Write::Done);
    }

    fn replays(&self, call: &Claim<'_>) {
        let answer = self.store.claim(call).unwrap();
        assert!(
            matches!(&answer, Claimed::Replay(Some(text)) if text == "7"),
            "{answer:?}"
        );
    }

    fn cached(&self, call: &Claim<'_>) {
        self.completed(call);
        self.replays(call);
        self.back.asked();
    }
}

#[test]
fn a_layered_store_keeps_every_promise() {
    let clock = ManualClock::default();
    Conformance::new(|| {
        let front = MemoryCache::with_clock(clock.clone());
        let back = MemoryStore::with_clock(clock.clone());
        BlockOn::new(Layered::new(front, Blocking(back)))
    })
    .pass_time(|time| clock.advance(time))
    .run()
    .unwrap();
}

#[test]
fn a_layered_store_without_its_front_keeps_every_promise() {
    let clock = ManualClock::default();
    Conformance::new(|| {
        let front = Switch::new(MemoryCache::with_clock(clock.clone()));
        front.set_down(true);
        let back = MemoryStore::with_clock(clock.clone());
        BlockOn::new(Layered::new(front, Blocking(back)))
    })
    .pass_time(|time| clock.advance(time))
    .run()
    .unwrap();
}

#[test]
fn a_replay_is_answered_by_the_front_alone() {
    let layers = layers();
    let keys = [IdempotencyKey::generate(), IdempotencyKey::generate()];
    let [call, failing] = keys.each_ref().map(claim);
    layers.cached(&call);
    let token = layers.granted(&failing);
    let write = layers.store.fail(&failing.id, &token, Some("no")).unwrap();
    assert_eq!(write, Write::Done);
    assert!(matches!(
        layers.store.claim(&failing).unwrap(),
        Claimed::ReplayError(Some(_))
    ));
    layers.back.set_down(true);
    layers.back.asked();
    for _ in 0..3 {
        layers.replays(&call);
        let answer = layers.store.claim(&failing).unwrap();
        assert!(matches!(answer, Claimed::ReplayError(Some(text)) if text == "no"));
    }
    assert_eq!(layers.back.asked(), 0);
}

#[test]
fn the_front_refuses_what_the_back_would() {
    let layers = layers();
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    layers.cached(&call);
    let other = Claim {
        fingerprint: Fingerprint::from_bytes([2; 32]),
        ..call
    };
    let newer = Claim {
        result_version: 2,
        ..call
    };
    for down in [false, true] {
        layers.back.set_down(down);
        assert!(matches!(
            layers.store.claim(&other).unwrap(),
            Claimed::Rejected(Rejection::KeyReused { .. })
        ));
        assert!(matches!(
            layers.store.claim(&newer).unwrap(),
            Claimed::Rejected(Rejection::UnreadableResult {
                stored_version: 1,
                ..
            })
        ));
    }
}

#[test]
fn nothing_runs_without_the_back() {
    let layers = layers();
    let keys = [IdempotencyKey::generate(), IdempotencyKey::generate()];
    let [running, new] = keys.each_ref().map(claim);
    layers.granted(&running);
    layers.back.set_down(true);
    for call in [running, new] {
        assert!(layers.store.claim(&call).is_err());
    }
}

#[test]
fn a_front_that_is_down_costs_nothing_but_is_told_of() {
    let layers = layers();
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    layers.front.set_down(true);
    layers.cached(&call);
    layers.replays(&call);
    assert_eq!(layers.failures.load(Ordering::SeqCst), 3);
    layers.front.set_down(false);
    layers.replays(&call);
    layers.back.set_down(true);
    layers.replays(&call);
}

#[test]
fn a_front_that_lost_everything_is_filled_again() {
    let layers = layers();
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    layers.cached(&call);
    layers.front.inner.flush();
    layers.replays(&call);
    assert!(layers.back.asked() > 0);
    layers.back.set_down(true);
    layers.replays(&call);
}

#[test]
fn the_front_never_outlives_the_back() {
    let layers = layers();
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    layers.completed(&call);
    // The copy is made late in the record's life.
    layers.clock.advance(TTL - Duration::from_secs(1));
    layers.replays(&call);
    layers.clock.advance(Duration::from_secs(1));
    let other = Claim {
        fingerprint: Fingerprint::from_bytes([2; 32]),
        ..call
    };
    assert_eq!(layers.granted(&other).attempt, 2);
}

/// A back that takes its time to tell what it stored, while the record's time runs.
struct Slow {
    back: Back,
    clock: ManualClock,
}

impl AsyncStore for Slow {
    type Error = Down;

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, Down> {
        self.back.claim(claim)
    }

    async fn complete(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        result: Option<&str>,
    ) -> Result<Write, Down> {
        self.back.complete(id, token, result)
    }

    async fn fail(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        error: Option<&str>,
    ) -> Result<Write, Down> {
        self.back.fail(id, token, error)
    }

    async fn release(&self, id: &RecordId<'_>, token: &FencingToken) -> Result<Write, Down> {
        self.back.release(id, token)
    }

    async fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, Down> {
        self.back.renew(id, token, lease)
    }

    async fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, Down> {
        let record = self.back.lookup(id);
        self.clock.advance(TTL / 2);
        record
    }

    async fn purge(&self, limit: usize) -> Result<usize, Down> {
        self.back.purge(limit)
    }
}

#[test]
fn a_copy_that_was_long_on_its_way_does_not_outlive_the_back_either() {
    let Layers {
        clock, front, back, ..
    } = layers();
    let slow = Slow {
        back,
        clock: clock.clone(),
    };
    let store = BlockOn::new(Layered::new(front.clone(), slow));
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    let Claimed::Granted(token) = store.claim(&call).unwrap() else {
        panic!("it is the first");
    };
    assert_eq!(store.complete(&call.id, &token, None).unwrap(), Write::Done);
    assert!(matches!(store.claim(&call).unwrap(), Claimed::Replay(None)));
    clock.advance(TTL / 2);
    assert!(matches!(store.claim(&call).unwrap(), Claimed::Granted(_)));
}

#[test]
fn only_a_record_that_has_ended_is_copied() {
    let layers = layers();
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    let token = layers.granted(&call);
    assert!(matches!(
        layers.store.claim(&call).unwrap(),
        Claimed::Rejected(Rejection::InFlight { .. })
    ));
    assert_eq!(
        layers.front.asked(),
        2,
        "the front was told of an unfinished record"
    );
    assert_eq!(layers.store.release(&call.id, &token).unwrap(), Write::Done);
    layers.granted(&call);
    assert_eq!(
        layers.front.asked(),
        1,
        "the front was told of an unfinished record"
    );
}

#[test]
fn a_record_that_an_operator_forgot_runs_again_once_the_front_forgets_it_too() {
    let layers = layers();
    let key = IdempotencyKey::generate();
    let call = claim(&key);
    layers.cached(&call);
    let layered = Layered::new(
        layers.front.clone(),
        // As after a DELETE.
        Blocking(Switch::new(MemoryStore::with_clock(layers.clock.clone()))),
    );
    ParkThread.block_on(layered.forget_front(&call.id)).unwrap();
    // A copy that was on its way comes too late.
    let copy = layers.back.lookup(&call.id).unwrap().unwrap();
    let put = layers.front.put(&call.id, &copy, Duration::ZERO);
    ParkThread.block_on(put).unwrap();
    let answer = BlockOn::new(layered).claim(&call).unwrap();
    assert!(matches!(answer, Claimed::Granted(_)), "{answer:?}");
}

/// What a front says of every record.
#[derive(Debug, Clone, Copy)]
enum Lie {
    Absent,
    Running,
    LeaseOver,
    Expired,
}

struct Lying(Lie);

impl ReplayCache for Lying {
    type Error = Down;
    type Moment = ();

    async fn get(&self, _: &RecordId<'_>) -> Result<Cached<()>, Down> {
        let record = Record {
            fingerprint: Fingerprint::from_bytes([1; 32]),
            status: Status::Processing,
            token: [7; 16],
            result: Some("a lie".to_owned()),
            result_version: 1,
            attempt: 1,
            expires_in: TTL,
            lease: Some(TTL),
        };
        let record = match self.0 {
            Lie::Absent => None,
            Lie::Running => Some(record),
            Lie::LeaseOver => Some(Record {
                lease: Some(Duration::ZERO),
                ..record
            }),
            Lie::Expired => Some(Record {
                status: Status::Completed,
                expires_in: Duration::ZERO,
                ..record
            }),
        };
        Ok(Cached { asked: (), record })
    }

    async fn put(&self, _: &RecordId<'_>, _: &Record, (): ()) -> Result<(), Down> {
        Ok(())
    }

    async fn forget(&self, _: &RecordId<'_>) -> Result<(), Down> {
        Ok(())
    }
}

#[test]
fn a_front_that_lies_about_what_has_not_ended_changes_nothing() {
    for lie in [Lie::Absent, Lie::Running, Lie::LeaseOver, Lie::Expired] {
        let clock = ManualClock::default();
        Conformance::new(|| {
            let back = MemoryStore::with_clock(clock.clone());
            BlockOn::new(Layered::new(Lying(lie), Blocking(back)))
        })
        .pass_time(|time| clock.advance(time))
        .run()
        .unwrap_or_else(|broken| panic!("{lie:?}: {broken}"));
    }
}
