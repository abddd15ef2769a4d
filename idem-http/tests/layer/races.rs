//! Requests with one key at one time.

use super::app::{App, post};
use super::store::{Mortal, layer, over};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};

/// A handler that says when it has begun, and goes on when it may.
#[derive(Clone, Default)]
struct Gate {
    begun: Arc<Notify>,
    may_end: Arc<Notify>,
}

impl Gate {
    fn app(&self, layer: idem_http::IdempotencyLayer<Mortal>) -> App {
        let gate = self.clone();
        App::new(layer, move |call, _| {
            let gate = gate.clone();
            async move {
                gate.begun.notify_one();
                gate.may_end.notified().await;
                call.to_string()
            }
        })
    }
}

#[tokio::test]
async fn a_second_request_in_flight_is_409_and_says_when_to_retry() {
    let gate = Gate::default();
    let app = gate.app(layer());
    let first = app.clone();
    let first = tokio::spawn(async move { first.post("a", "").await });
    gate.begun.notified().await;
    let second = app.post("a", "").await;
    second.assert_problem(409, "in-flight");
    assert_eq!(second.header("retry-after"), Some("1"));
    gate.may_end.notify_one();
    assert_eq!(first.await.unwrap().text(), "1");
    assert!(app.post("a", "").await.is_replayed());
}

#[tokio::test]
async fn a_request_that_may_wait_gets_the_first_ones_response() {
    let gate = Gate::default();
    let app = gate.app(layer().wait(Duration::from_secs(20)));
    let send = |app: App| tokio::spawn(async move { app.post("a", "").await });
    let first = send(app.clone());
    gate.begun.notified().await;
    let second = send(app.clone());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!second.is_finished());
    gate.may_end.notify_one();
    assert_eq!(first.await.unwrap().text(), "1");
    let second = second.await.unwrap();
    assert_eq!((second.text(), second.is_replayed()), ("1", true));
    assert_eq!(app.calls(), 1);
}

#[tokio::test]
async fn a_wait_has_a_limit() {
    let gate = Gate::default();
    let app = gate.app(layer().wait(Duration::from_millis(80)));
    let first = app.clone();
    let first = tokio::spawn(async move { first.post("a", "").await });
    gate.begun.notified().await;
    app.post("a", "").await.assert_problem(409, "in-flight");
    gate.may_end.notify_one();
    first.await.unwrap();
}

#[tokio::test]
async fn a_client_that_hangs_up_finds_the_response_with_its_next_try() {
    let gate = Gate::default();
    let app = gate.app(layer().wait(Duration::from_secs(20)));
    let first = app.clone();
    let first = tokio::spawn(async move { first.post("a", "").await });
    gate.begun.notified().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    gate.may_end.notify_one();
    let again = app.post("a", "").await;
    assert_eq!((again.text(), again.is_replayed()), ("1", true));
    assert_eq!(app.calls(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_one_time_one_runs() {
    let app = App::new(
        layer().wait(Duration::from_secs(30)),
        |call, _| async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            call.to_string()
        },
    );
    let open = Arc::new(Semaphore::new(0));
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let (app, open) = (app.clone(), Arc::clone(&open));
            tokio::spawn(async move {
                let _begun = open.acquire().await.unwrap();
                app.post(&format!("key-{}", number % 4), "").await
            })
        })
        .collect();
    open.add_permits(200);
    let mut fresh = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        fresh += usize::from(!answer.is_replayed());
    }
    assert_eq!((fresh, app.calls()), (4, 4));
}

#[tokio::test]
async fn a_panic_leaves_the_key_and_is_passed_on() {
    let store = Mortal::default();
    let app = App::new(over(&store), |call, _| async move {
        assert!(call > 1, "the first call fails");
        call.to_string()
    });
    let panicking = app.clone();
    let panicked = tokio::spawn(async move { panicking.send(post("a", "")).await });
    assert!(panicked.await.unwrap_err().is_panic());
    assert_eq!(app.post("a", "").await.text(), "2");
}
