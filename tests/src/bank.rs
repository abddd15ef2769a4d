//! The plain Diesel work that tests do on a connection, blocking or async.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{
    AsyncMysqlConnection, AsyncPgConnection, sync_connection_wrapper::SyncConnectionWrapper,
};

use crate::schema::{accounts, ledger};

/// What a test's body does to the database.
#[expect(
    async_fn_in_trait,
    reason = "the suite awaits these in place and never needs them to be Send"
)]
pub trait Bank {
    /// Adds `amount` to an account and writes a ledger row: one UPDATE and one INSERT.
    ///
    /// # Errors
    ///
    /// What the database says; `NotFound` where there is no such account.
    async fn deposit(&mut self, account: i64, amount: i64) -> QueryResult<()> {
        self.deposit_noted(account, amount, "").await
    }

    /// [`deposit`](Bank::deposit) with a note in the ledger row.
    ///
    /// # Errors
    ///
    /// What the database says; `NotFound` where there is no such account.
    async fn deposit_noted(&mut self, account: i64, amount: i64, note: &str) -> QueryResult<()>;

    /// What an account holds, as this connection sees it.
    ///
    /// # Errors
    ///
    /// What the database says; `NotFound` where there is no such account.
    async fn balance(&mut self, account: i64) -> QueryResult<i64>;

    /// How many deposits this connection sees.
    ///
    /// # Errors
    ///
    /// What the database says.
    async fn ledger_count(&mut self) -> QueryResult<i64>;

    /// One statement of SQL; gives the number of rows it touched.
    ///
    /// # Errors
    ///
    /// What the database says.
    async fn execute(&mut self, sql: &str) -> QueryResult<usize>;

    /// The 64-bit integer in the column `n` of a query's only row.
    ///
    /// # Errors
    ///
    /// What the database says; `NotFound` where there is no row.
    async fn number(&mut self, sql: &str) -> QueryResult<i64>;

    /// Opens a transaction, or a savepoint inside one, as Diesel's `transaction` does.
    ///
    /// # Errors
    ///
    /// What the database says.
    async fn begin(&mut self) -> QueryResult<()>;

    /// Commits what [`begin`](Bank::begin) opened.
    ///
    /// # Errors
    ///
    /// What the database says.
    async fn commit(&mut self) -> QueryResult<()>;

    /// Rolls back what [`begin`](Bank::begin) opened.
    ///
    /// # Errors
    ///
    /// What the database says.
    async fn rollback(&mut self) -> QueryResult<()>;
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

macro_rules! bank {
    ($connection:ty, $connection_trait:path, $dsl:path, $manager:path, $($await:tt)*) => {
        const _: () = {
            use $connection_trait as Conn;
            use $dsl as Dsl;
            use $manager as Manager;

            impl Bank for $connection {
                async fn deposit_noted(&mut self, account: i64, amount: i64, note: &str) -> QueryResult<()> {
                    let account_row = accounts::table.find(account);
                    let change = diesel::update(account_row).set(accounts::balance.eq(accounts::balance + amount));
                    if Dsl::execute(change, self) $($await)* ? == 0 {
                        return Err(diesel::result::Error::NotFound);
                    }
                    let row = (ledger::account.eq(account), ledger::amount.eq(amount), ledger::note.eq(note));
                    Dsl::execute(diesel::insert_into(ledger::table).values(row), self) $($await)* ?;
                    Ok(())
                }

                async fn balance(&mut self, account: i64) -> QueryResult<i64> {
                    Dsl::first(accounts::table.find(account).select(accounts::balance), self) $($await)*
                }

                async fn ledger_count(&mut self) -> QueryResult<i64> {
                    Dsl::get_result(ledger::table.count(), self) $($await)*
                }

                async fn execute(&mut self, sql: &str) -> QueryResult<usize> {
                    Dsl::execute(diesel::sql_query(sql), self) $($await)*
                }

                async fn number(&mut self, sql: &str) -> QueryResult<i64> {
                    let number: Number = Dsl::get_result(diesel::sql_query(sql), self) $($await)* ?;
                    Ok(number.n)
                }

                async fn begin(&mut self) -> QueryResult<()> {
                    <$connection as Conn>::TransactionManager::begin_transaction(self) $($await)*
                }

                async fn commit(&mut self) -> QueryResult<()> {
                    <$connection as Conn>::TransactionManager::commit_transaction(self) $($await)*
                }

                async fn rollback(&mut self) -> QueryResult<()> {
                    <$connection as Conn>::TransactionManager::rollback_transaction(self) $($await)*
                }
            }
        };
    };
}

macro_rules! sync_bank {
    ($($connection:ty)*) => {$(
        bank!($connection, diesel::Connection, diesel::RunQueryDsl, diesel::connection::TransactionManager,);
    )*};
}

macro_rules! async_bank {
    ($($connection:ty)*) => {$(
        bank!($connection, diesel_async::AsyncConnection, diesel_async::RunQueryDsl, diesel_async::TransactionManager, .await);
    )*};
}

sync_bank!(PgConnection MysqlConnection SqliteConnection);
async_bank!(AsyncPgConnection AsyncMysqlConnection SyncConnectionWrapper<SqliteConnection>);
