//! Leases that are renewed, and lost.

use super::app::App;
use super::store::{Mortal, over};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;
use tokio::time::sleep;

const LEASE: Duration = Duration::from_millis(150);

#[tokio::test]
async fn a_lease_is_renewed_while_the_handler_works() {
    let store = Mortal::default();
    let app = App::new(over(&store).lease(LEASE), |call, _| async move {
        sleep(LEASE * 4).await;
        call.to_string()
    });
    let first = app.clone();
    let first = tokio::spawn(async move { first.post("a", "").await });
    sleep(LEASE * 2).await;
    app.post("a", "").await.assert_problem(409, "in-flight");
    assert_eq!(first.await.unwrap().text(), "1");
    assert!(store.renewals.load(SeqCst) >= 4);
    assert_eq!(app.calls(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_is_renewed_while_the_handler_blocks_its_thread() {
    let store = Mortal::default();
    let app = App::new(over(&store).lease(LEASE), |call, _| async move {
        std::thread::sleep(LEASE * 4);
        call.to_string()
    });
    let first = app.clone();
    let first = tokio::spawn(async move { first.post("a", "").await });
    sleep(LEASE * 2).await;
    app.post("a", "").await.assert_problem(409, "in-flight");
    assert_eq!(first.await.unwrap().text(), "1");
    assert_eq!(app.calls(), 1);
}

#[tokio::test]
async fn a_claim_that_was_granted_late_is_renewed_before_the_handler_runs() {
    let store = Mortal::default();
    store.answer_claims_after(LEASE * 2);
    let app = App::new(over(&store).lease(LEASE * 3), |call, _| async move {
        sleep(LEASE * 2).await;
        call.to_string()
    });
    assert_eq!(app.post("a", "").await.text(), "1");
    assert!(store.renewals.load(SeqCst) > 0);
    assert!(app.post("a", "").await.is_replayed());
}

#[tokio::test]
async fn a_store_that_hangs_is_503_and_nothing_is_run() {
    let store = Mortal::default();
    store.answer_claims_after(Duration::from_secs(60));
    let app = App::new(over(&store).lease(LEASE), |call, _| async move {
        call.to_string()
    });
    app.post("a", "")
        .await
        .assert_problem(503, "store-unavailable");
    assert_eq!(app.calls(), 0);
}

#[tokio::test]
async fn who_is_refused_hears_of_it_though_the_store_is_away() {
    let store = Mortal::default();
    let down = store.clone();
    let app = App::new(over(&store), move |_, _| {
        down.go_down();
        async { http::StatusCode::UNPROCESSABLE_ENTITY }
    });
    let began = std::time::Instant::now();
    assert_eq!(app.post("a", "").await.status, 422);
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "it waited for the store"
    );
}

#[tokio::test]
async fn a_response_that_the_store_cant_take_is_given_and_never_run_again() {
    let store = Mortal::default();
    store.take_at_most(100);
    let app = App::new(over(&store).lease(LEASE), |call, _| async move {
        format!("{call}{}", "x".repeat(100))
    });
    let first = app.post("a", "").await;
    assert_eq!((first.status.as_u16(), first.body.len()), (200, 101));
    assert_eq!(first.header("idempotency-stored"), Some("false"));
    app.post("a", "")
        .await
        .assert_problem(409, "response-not-stored");
    assert_eq!(app.calls(), 1);
}

/// Says when a handler was ended half way.
struct Ended(Arc<AtomicBool>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

#[tokio::test]
async fn a_store_that_stays_away_ends_the_handler_before_another_may_begin() {
    let store = Mortal::default();
    let was_ended = Arc::<AtomicBool>::default();
    let (down, ended) = (store.clone(), Arc::clone(&was_ended));
    let app = App::new(over(&store).lease(LEASE), move |call, _| {
        let (down, ended) = (down.clone(), Ended(Arc::clone(&ended)));
        async move {
            if call == 1 {
                down.go_down();
                sleep(Duration::from_secs(60)).await;
            }
            drop(ended);
            call.to_string()
        }
    });
    let lost = app.post("a", "").await;
    lost.assert_problem(503, "lost-claim");
    assert_eq!(lost.header("retry-after"), Some("1"));
    assert!(was_ended.load(SeqCst));
    store.come_back();
    sleep(LEASE).await;
    assert_eq!(app.post("a", "").await.text(), "2");
}

#[tokio::test]
async fn a_store_that_is_away_for_less_than_a_lease_is_asked_again() {
    let store = Mortal::default();
    let down = store.clone();
    let app = App::new(over(&store).lease(LEASE * 4), move |call, _| {
        let down = down.clone();
        async move {
            down.go_down();
            tokio::spawn(async move {
                sleep(LEASE).await;
                down.come_back();
            });
            call.to_string()
        }
    });
    assert_eq!(app.post("a", "").await.text(), "1");
    assert!(app.post("a", "").await.is_replayed());
    assert_eq!(app.calls(), 1);
}

#[tokio::test]
async fn a_response_that_cant_be_recorded_is_not_given_as_if_it_were() {
    let store = Mortal::default();
    let down = store.clone();
    let app = App::new(over(&store).lease(LEASE), move |call, _| {
        down.go_down();
        async move { call.to_string() }
    });
    app.post("a", "").await.assert_problem(503, "lost-claim");
}
