//! Futures move between threads, whatever they hold, as long as that can be sent.

use diesel_async::AsyncPgConnection;
use idem_diesel::{IdempotencyKey, Outcome, idempotent};
use idem_ui::{AsyncSqlite, Charge, ChargeError, Receipt, book_async, open_async};
use std::cell::Cell;
use std::pin::Pin;

#[idempotent]
async fn charge(
    conn: &mut AsyncSqlite,
    request: &Charge,
    #[skip] sent_but_not_shared: Cell<u8>,
) -> Result<Receipt, ChargeError> {
    sent_but_not_shared.set(1);
    tokio::task::yield_now().await;
    Ok(book_async(conn, request.cents).await?)
}

#[idempotent(retry = 3)]
async fn retried(
    conn: &mut AsyncSqlite,
    request: &Charge,
    name: String,
) -> Result<Receipt, ChargeError> {
    tokio::task::yield_now().await;
    drop(name);
    Ok(book_async(conn, request.cents).await?)
}

#[idempotent(ttl = "1h", record_errors = never, retry = 2)]
async fn on_postgres(conn: &mut AsyncPgConnection, text: &str) -> Result<String, Recorded> {
    let query = diesel::sql_query("SELECT 1");
    let _ = diesel_async::RunQueryDsl::execute(query, conn).await;
    Ok(text.to_owned())
}

#[derive(Debug, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("recorded")]
struct Recorded;

impl From<idem_diesel::Error> for Recorded {
    fn from(_: idem_diesel::Error) -> Self {
        Self
    }
}

const fn never(_: &Recorded) -> bool {
    false
}

type Boxed<'a> =
    Pin<Box<dyn Future<Output = Result<Outcome<Receipt>, ChargeError>> + Send + 'a>>;

fn boxed<'a>(
    conn: &'a mut AsyncSqlite,
    key: &'a IdempotencyKey,
    request: &'a Charge,
) -> Boxed<'a> {
    Box::pin(charge(conn, key, request, Cell::new(0)))
}

const fn is_send<F: Future + Send>(future: F) -> F {
    future
}

/// Is compiled, which is the test.
#[expect(dead_code, reason = "there is no server")]
async fn postgres(mut conn: AsyncPgConnection) {
    let key = IdempotencyKey::generate();
    let _ = is_send(on_postgres(&mut conn, &key, "text")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_are_spawned() {
    let mut conn = open_async().await.unwrap();
    let key = IdempotencyKey::generate();
    let task = tokio::spawn(async move {
        let request = Charge { cents: 5 };
        let first = charge(&mut conn, &key, &request, Cell::new(0)).await?;
        let second = boxed(&mut conn, &key, &request).await?;
        let third = retried(&mut conn, &key, &request, String::new()).await?;
        let fourth = is_send(retried(&mut conn, &key, &request, String::new())).await?;
        Ok::<_, ChargeError>([first, second, third, fourth].map(|paid| paid.is_replayed()))
    });
    assert_eq!(task.await.unwrap().unwrap(), [false, true, false, true]);
}
