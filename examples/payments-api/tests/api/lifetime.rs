//! Starting, stopping, and a database that goes away.

use super::database::Database;
use super::server::{Server, answer, launch};
use diesel_async::SimpleAsyncConnection as _;
use reqwest::Method;
use serde_json::json;
use std::process::Command;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_it_answers_what_is_running_and_ends_well() {
    let Some(mut server) = Server::start(&[]).await else {
        return;
    };
    let (from, to) = (server.account(500).await, server.account(0).await);
    let mut rival = server.database.connect().await;
    let lock = format!("BEGIN; SELECT id FROM accounts WHERE id = {from} FOR UPDATE");
    rival.batch_execute(&lock).await.unwrap();
    let request = server
        .request(Method::POST, "/payments")
        .header("Idempotency-Key", "k");
    let body = json!({"from": from, "to": to, "cents": 200});
    let running = tokio::spawn(answer(request.json(&body)));
    tokio::time::sleep(Duration::from_millis(500)).await;
    server.terminate();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let late = server.request(Method::GET, "/healthz").send().await;
    assert!(late.is_err(), "it still listens");
    rival.batch_execute("COMMIT").await.unwrap();
    assert_eq!(running.await.unwrap().status, 201);
    let ended = tokio::task::spawn_blocking(move || (server.process.wait().unwrap(), server));
    let (status, server) = ended.await.unwrap();
    assert!(status.success());
    assert!(server.logged().contains("stopped"), "{}", server.logged());
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_down_it_answers_503_and_then_goes_on() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let (from, to) = (server.account(500).await, server.account(0).await);
    let body = json!({"from": from, "to": to, "cents": 200});
    assert_eq!(server.get("/readyz").await.status, 200);
    server.database.close().await;
    for answer in [
        server.get("/readyz").await,
        server.get("/accounts/1").await,
        server.post("/payments", "k", body.clone()).await,
    ] {
        answer.is_problem(503, "urn:payments-api:unavailable");
        assert_eq!(answer.retry_after.as_deref(), Some("1"));
        assert!(!answer.body.to_string().contains("database"), "{answer:?}");
    }
    assert_eq!(server.get("/healthz").await.status, 200);
    server.database.open().await;
    assert_eq!(server.post("/payments", "k", body).await.status, 201);
    assert!(server.logged().contains("no connection to the database"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_in_the_middle_is_503_and_the_retry_pays_once() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let (from, to) = (server.account(500).await, server.account(0).await);
    let mut rival = server.database.connect().await;
    let lock = format!("BEGIN; SELECT id FROM accounts WHERE id = {from} FOR UPDATE");
    rival.batch_execute(&lock).await.unwrap();
    let pay = || {
        let request = server
            .request(Method::POST, "/payments")
            .header("Idempotency-Key", "k");
        answer(request.json(&json!({"from": from, "to": to, "cents": 200})))
    };
    let running = tokio::spawn(pay());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    rival.batch_execute(others).await.unwrap();
    running
        .await
        .unwrap()
        .is_problem(503, "urn:payments-api:unavailable");
    rival.batch_execute("COMMIT").await.unwrap();
    let paid = pay().await;
    assert_eq!((paid.status, paid.is_replayed), (201, false));
    assert_eq!(server.balance(from).await, 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_too_long_is_503_and_leaves_nothing() {
    let Some(server) = Server::start(&["--request-timeout", "1"]).await else {
        return;
    };
    let (from, to) = (server.account(500).await, server.account(0).await);
    let mut rival = server.database.connect().await;
    let lock = format!("BEGIN; SELECT id FROM accounts WHERE id = {from} FOR UPDATE");
    rival.batch_execute(&lock).await.unwrap();
    let body = json!({"from": from, "to": to, "cents": 200});
    let late = server.post("/payments", "k", body.clone()).await;
    late.is_problem(503, "urn:payments-api:unavailable");
    rival.batch_execute("COMMIT").await.unwrap();
    assert_eq!(server.post("/payments", "k", body).await.status, 201);
    assert_eq!(server.balance(from).await, 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_records_are_purged() {
    let Some(server) = Server::start(&["--purge-every", "1"]).await else {
        return;
    };
    server.account(1).await;
    let mut conn = server.database.connect().await;
    let expire = "UPDATE public.idem_records SET expires_at = now() - interval '1 hour'";
    conn.batch_execute(expire).await.unwrap();
    for _ in 0..100 {
        if server.logged().contains("purged=1") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{}", server.logged());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_in_the_log_as_its_digest_only() {
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let body = json!({"owner": "Ada", "opening_cents": 1});
    server.post("/accounts", "order-4711", body).await;
    let log = server.logged();
    assert!(
        log.contains("173d0ddb") && !log.contains("order-4711"),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_servers_may_start_at_once_on_an_empty_database() {
    let Some(database) = Database::create().await else {
        return;
    };
    let starts = (0..4).map(|number| {
        let url = database.url.clone();
        tokio::task::spawn_blocking(move || {
            let name = format!("start-{}-{number}.log", uuid::Uuid::now_v7());
            let log = std::env::temp_dir().join(name);
            let (mut process, url) = launch(&url, &[], &log);
            process.kill().unwrap();
            process.wait().unwrap();
            std::fs::remove_file(log).unwrap();
            assert!(url.starts_with("http://127.0.0.1:"));
        })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.unwrap();
    }
}

#[test]
fn a_database_that_cant_be_reached_is_an_error_without_its_password() {
    let output = Command::new(env!("CARGO_BIN_EXE_payments-api"))
        .args([
            "--database-url",
            "postgres://me:secret@127.0.0.1:1/payments",
        ])
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr.contains("can't connect") && !stderr.contains("secret"),
        "{stderr}"
    );
}

#[test]
fn a_bad_option_is_refused_with_what_is_right() {
    for (option, hint) in [
        ("--connections=0", "1..=1000"),
        ("--request-timeout=0", "between 1 and 3600"),
        ("--listen=here", "invalid socket address"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_payments-api"))
            .args(["--database-url", "postgres://127.0.0.1:1/payments", option])
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr.contains(hint), "{stderr}");
    }
}
