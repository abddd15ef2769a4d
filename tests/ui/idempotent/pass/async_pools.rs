//! What async pools hand out, and any other async connection.

use diesel::sqlite::Sqlite;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, bb8, deadpool};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use idem_diesel::{AsyncIdempotentConnection, IdempotencyKey, asynchronous, idempotent};
use idem_ui::{AsyncSqlite, ChargeError, Receipt, TABLE, book_async};

#[idempotent]
async fn charge<C>(conn: &mut C, cents: i64) -> Result<Receipt, ChargeError>
where
    C: AsyncConnection<Backend = Sqlite>,
{
    Ok(book_async(conn, cents).await?)
}

#[idempotent]
async fn from_deadpool(
    conn: &mut deadpool::Object<AsyncSqlite>,
    cents: i64,
) -> Result<Receipt, ChargeError> {
    Ok(book_async(conn, cents).await?)
}

#[idempotent]
async fn from_bb8(
    conn: &mut bb8::PooledConnection<'_, AsyncSqlite>,
    cents: i64,
) -> Result<Receipt, ChargeError> {
    Ok(book_async(conn, cents).await?)
}

#[idempotent]
async fn nothing(conn: &mut impl AsyncIdempotentConnection) -> Result<(), ChargeError> {
    Ok(asynchronous::setup(conn).await?)
}

/// Is compiled, which is the test.
#[expect(dead_code, reason = "there is no server")]
async fn postgres(pool: deadpool::Pool<AsyncPgConnection>) {
    let key = IdempotencyKey::generate();
    if let Ok(mut conn) = pool.get().await {
        let _ = nothing(&mut conn, &key).await;
    }
}

async fn prepare<C>(conn: &mut C) -> Result<(), ChargeError>
where
    C: AsyncConnection<Backend = Sqlite>,
{
    asynchronous::setup(conn).await?;
    Ok(SimpleAsyncConnection::batch_execute(conn, TABLE).await?)
}

fn manager() -> AsyncDieselConnectionManager<AsyncSqlite> {
    AsyncDieselConnectionManager::new(":memory:")
}

#[tokio::test(flavor = "multi_thread")]
async fn deadpool_replays() {
    let pool = deadpool::Pool::builder(manager()).max_size(1).build().unwrap();
    let mut conn = pool.get().await.unwrap();
    prepare(&mut conn).await.unwrap();
    let key = IdempotencyKey::generate();
    from_deadpool(&mut conn, &key, 5).await.unwrap();
    assert!(from_deadpool(&mut conn, &key, 5).await.unwrap().is_replayed());
    charge(&mut conn, &key, 5).await.unwrap();
    assert!(charge(&mut *conn, &key, 5).await.unwrap().is_replayed());
}

#[tokio::test(flavor = "multi_thread")]
async fn bb8_replays() {
    let pool = bb8::Pool::builder().max_size(1).build(manager()).await.unwrap();
    let mut conn = pool.get().await.unwrap();
    prepare(&mut conn).await.unwrap();
    let key = IdempotencyKey::generate();
    from_bb8(&mut conn, &key, 5).await.unwrap();
    assert!(from_bb8(&mut conn, &key, 5).await.unwrap().is_replayed());
}
