//! Every fault at every statement boundary of one call, and what is left afterwards.
//!
//! A crash test that picks its moments by chance misses the one that matters. This one counts: a
//! clean run of the call shows where its boundaries are, on Diesel's instrumentation events (the
//! statements) and in a small TCP proxy (what travels to the server and back). Then, for each of
//! them, on a fresh state: the call is made, the one [`Fault`] strikes, the same call is made again
//! with the same key until it gives an answer, as a client would. All along it must hold that
//!
//! - the state is the one before the call or the one after a clean call, never one between;
//! - whoever gets an answer gets the clean call's, and then the state is the clean call's too;
//! - a call that finds its work done doesn't do it again.
//!
//! What is tested is a [`Scenario`]: a function that makes one call on a connection, and one that
//! reads the state. It may be any function that promises one effect and one answer per key.
//!
//! ```no_run
//! # use diesel::prelude::*;
//! # use idem_core::Outcome;
//! use idem_faults::{Fault, Fresh, Injector, Run, Scenario};
//!
//! # fn charge(_: &mut PgConnection, _: &idem_core::IdempotencyKey, _: i64) -> QueryResult<Outcome<i64>> { todo!() }
//! struct Charge;
//!
//! impl Scenario<PgConnection> for Charge {
//!     type Answer = i64;
//!     type State = i64;
//!     type Error = diesel::result::Error;
//!
//!     fn name(&self) -> &str {
//!         "a charge"
//!     }
//!     async fn prepare(&self, _: &mut PgConnection, _: &Run) -> QueryResult<()> {
//!         Ok(())
//!     }
//!     async fn call(&self, conn: &mut PgConnection, run: &Run) -> QueryResult<Outcome<i64>> {
//!         charge(conn, &run.key, run.number)
//!     }
//!     async fn state(&self, conn: &mut PgConnection, run: &Run) -> QueryResult<i64> {
//!         // how often this run's customer was charged
//!         # diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>("0")).get_result(conn)
//!     }
//! }
//!
//! # async fn test() {
//! let mut injector = Injector::<Fresh<PgConnection>>::new("postgres://…").await.unwrap();
//! injector.inject(Fault::CutAfter, &Charge).await.unwrap();
//! # }
//! ```
//!
//! The databases' sessions are in the clear between client and proxy: TLS is refused.

mod child;
mod fault;
mod injector;
mod judge;
mod link;
mod mark;
mod probe;
mod proxy;
mod report;
mod scenario;
mod strike;
mod supply;
mod trigger;

pub use child::Victim;
pub use fault::{Failure, Fault};
pub use injector::Injector;
pub use link::{Link, Wire};
pub use report::{Broken, Ended, Injected, NextUser, Report};
pub use scenario::{Run, Scenario};
pub use supply::{AsyncMysqlPool, AsyncPgPool, AsyncSqlitePool, Fresh, Kept, Pool, Supply};
