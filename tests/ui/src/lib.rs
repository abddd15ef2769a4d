//! What the cases have in common: a payment, and a database to book it in; and tables for models.

use diesel::connection::{Connection, LoadConnection};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use idem_diesel::asynchronous;
use serde::{Deserialize, Serialize};

pub mod schema;

/// What is asked for.
#[derive(Debug, Clone, Serialize)]
pub struct Charge {
    /// How much.
    pub cents: i64,
}

/// What is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// How much.
    pub cents: i64,
}

/// Why it isn't given.
#[derive(Debug, thiserror::Error)]
pub enum ChargeError {
    /// The call was refused, or its record failed.
    #[error(transparent)]
    Idempotency(#[from] idem_diesel::Error),
    /// A statement of the body failed.
    #[error("the payment could not be booked")]
    Database(#[from] diesel::result::Error),
}

/// An async connection that nothing needs to be installed for.
pub type AsyncSqlite = SyncConnectionWrapper<SqliteConnection>;

/// The table for the effects.
pub const TABLE: &str = "CREATE TABLE booked (cents BIGINT NOT NULL)";

/// A new database in memory, with the records' table and one for the body's effects.
///
/// # Errors
/// When SQLite fails.
pub fn open() -> Result<SqliteConnection, Box<dyn std::error::Error + Send + Sync>> {
    let mut conn = SqliteConnection::establish(":memory:")?;
    idem_diesel::setup(&mut conn)?;
    diesel::sql_query(TABLE).execute(&mut conn)?;
    Ok(conn)
}

/// [`open`] for async code.
///
/// # Errors
/// When SQLite fails.
pub async fn open_async() -> Result<AsyncSqlite, Box<dyn std::error::Error + Send + Sync>> {
    let mut conn = AsyncSqlite::establish(":memory:").await?;
    asynchronous::setup(&mut conn).await?;
    conn.batch_execute(TABLE).await?;
    Ok(conn)
}

/// The effect that must happen once.
///
/// # Errors
/// When SQLite fails.
pub fn book<C: LoadConnection<Backend = Sqlite>>(conn: &mut C, cents: i64) -> QueryResult<Receipt> {
    let insert = diesel::sql_query("INSERT INTO booked VALUES (?)");
    insert.bind::<BigInt, _>(cents).execute(conn)?;
    Ok(Receipt { cents })
}

/// [`book`] for async code.
///
/// # Errors
/// When SQLite fails.
pub async fn book_async<C>(conn: &mut C, cents: i64) -> QueryResult<Receipt>
where
    C: AsyncConnection<Backend = Sqlite>,
{
    let insert = diesel::sql_query("INSERT INTO booked VALUES (?)");
    let insert = insert.bind::<BigInt, _>(cents);
    diesel_async::RunQueryDsl::execute(insert, conn).await?;
    Ok(Receipt { cents })
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const COUNT: &str = "SELECT count(*) AS count FROM booked";

/// How often the effect happened.
///
/// # Errors
/// When SQLite fails.
pub fn booked(conn: &mut SqliteConnection) -> QueryResult<i64> {
    let count: Count = diesel::sql_query(COUNT).get_result(conn)?;
    Ok(count.count)
}

/// [`booked`] for async code.
///
/// # Errors
/// When SQLite fails.
pub async fn booked_async(conn: &mut AsyncSqlite) -> QueryResult<i64> {
    let count: Count =
        diesel_async::RunQueryDsl::get_result(diesel::sql_query(COUNT), conn).await?;
    Ok(count.count)
}
