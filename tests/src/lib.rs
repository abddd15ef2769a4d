//! What the suite stands on: fresh databases on every server, and one way of writing a test
//! that runs on each of them with blocking and with async connections.
//!
//! A test is an `async fn` over a [`Driver`], the connection type, and is written once:
//!
//! ```
//! use idem_tests::{Driver, TestDb, for_each_driver};
//!
//! for_each_driver! {
//!     async fn a_deposit_changes_the_balance<D: Driver>(db: &TestDb<D>) {
//!         let mut conn = db.connect().await;
//!         conn.deposit(1, 50).await.unwrap();
//!         assert_eq!(db.balance(1).await, 1050);
//!     }
//! }
//! ```
//!
//! [`for_each_driver!`] turns it into one `#[test]` for each server and driver, named
//! `a_deposit_changes_the_balance::postgres_sync` and so on. On a blocking connection the
//! futures never wait: each call blocks its thread, as a user's would.
//!
//! Trouble is reported by panicking, which is how a test fails.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a harness that can't do its work fails the test"
)]

mod bank;
mod calls;
mod database;
mod deadlocks;
mod deposits;
pub mod documents;
mod driver;
mod endings;
mod failure;
mod gate;
pub mod lifecycles;
mod rows;
mod run;
mod schema;
pub mod servers;
mod storage;
pub mod versions;
mod waiters;
mod wire;

pub use bank::Bank;
pub use calls::Calls;
pub use database::TestDb;
pub use deposits::{deposit_call, deposit_once};
pub use driver::Driver;
pub use endings::{caught, dropped_after};
pub use failure::CallError;
pub use gate::Gate;
pub use rows::Row;
pub use run::run;
pub use schema::{accounts, ledger};
pub use servers::Server;
pub use wire::Wire;

/// The six connection types, under the names that [`for_each_driver!`] uses.
pub mod connections {
    pub use diesel::{MysqlConnection, PgConnection, SqliteConnection};
    pub use diesel_async::{AsyncMysqlConnection, AsyncPgConnection};

    /// SQLite's blocking connection on a thread pool.
    pub type AsyncSqliteConnection =
        diesel_async::sync_connection_wrapper::SyncConnectionWrapper<SqliteConnection>;
}
