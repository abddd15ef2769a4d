//! One set of operations for sync and async connections, so that the protocol is written once.
//!
//! A sync connection's operations are futures that are ready at once; [`now`] is all the runtime
//! they need.

use crate::connection::IdempotentConnection;
use crate::dialect::Dialect;
use crate::statement::{CountsRow, CountsSql, RecordRow, RecordSql, Statement, TimesRow, TimesSql};
use diesel::QueryResult;
use diesel::connection::TransactionManagerStatus;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// What the protocol needs of a connection. Futures are `Send` where the connection's are: that
/// is seen through these functions when they are used, so it isn't asked for here.
pub(crate) trait Driver {
    /// The connection that the body gets.
    type Conn;

    fn conn(&mut self) -> &mut Self::Conn;
    fn dialect(&mut self) -> &'static dyn Dialect;
    fn status(&mut self) -> &mut TransactionManagerStatus;
    /// From here on, a driver that is dropped marks its connection as broken: its transaction may
    /// be open, and a dropped future can't roll back.
    fn arm(&mut self);
    fn disarm(&mut self);
    /// Marks the connection as broken, for its pool to throw away.
    fn give_up(&mut self) {
        self.status().set_in_error();
    }
    async fn batch(&mut self, sql: &str) -> QueryResult<()>;
    async fn run(&mut self, statement: &Statement<'_>) -> QueryResult<usize>;
    async fn record(&mut self, statement: &Statement<'_, RecordSql>)
    -> QueryResult<Vec<RecordRow>>;
    async fn times(&mut self, statement: &Statement<'_, TimesSql>) -> QueryResult<Vec<TimesRow>>;
    async fn counts(&mut self, statement: &Statement<'_, CountsSql>)
    -> QueryResult<Vec<CountsRow>>;
    async fn begin(&mut self) -> QueryResult<()>;
    async fn commit(&mut self) -> QueryResult<()>;
    async fn sleep(&mut self, time: Duration);
    /// Whether the connection's answers are those to what it was asked. If they aren't, or nobody
    /// knows, nothing that was answered is to be believed, and the connection is marked as broken.
    async fn is_in_step(&mut self) -> QueryResult<bool> {
        Ok(true)
    }
}

/// A sync connection.
pub(crate) struct Blocking<'c, C: IdempotentConnection> {
    conn: &'c mut C,
    armed: bool,
}

impl<'c, C: IdempotentConnection> Blocking<'c, C> {
    pub(crate) fn new(conn: &'c mut C) -> Self {
        Self { conn, armed: false }
    }
}

// A panic in the body is caught; one elsewhere, as in the user's instrumentation, ends here.
impl<C: IdempotentConnection> Drop for Blocking<'_, C> {
    fn drop(&mut self) {
        if self.armed {
            self.give_up();
        }
    }
}

impl<C: IdempotentConnection> Driver for Blocking<'_, C> {
    type Conn = C;

    fn conn(&mut self) -> &mut C {
        self.conn
    }
    fn dialect(&mut self) -> &'static dyn Dialect {
        self.conn.dialect()
    }
    fn status(&mut self) -> &mut TransactionManagerStatus {
        self.conn.status()
    }
    fn arm(&mut self) {
        self.armed = true;
    }
    fn disarm(&mut self) {
        self.armed = false;
    }
    async fn batch(&mut self, sql: &str) -> QueryResult<()> {
        self.conn.batch(sql)
    }
    async fn run(&mut self, statement: &Statement<'_>) -> QueryResult<usize> {
        self.conn.run(statement)
    }
    async fn record(
        &mut self,
        statement: &Statement<'_, RecordSql>,
    ) -> QueryResult<Vec<RecordRow>> {
        self.conn.record(statement)
    }
    async fn times(&mut self, statement: &Statement<'_, TimesSql>) -> QueryResult<Vec<TimesRow>> {
        self.conn.times(statement)
    }
    async fn counts(
        &mut self,
        statement: &Statement<'_, CountsSql>,
    ) -> QueryResult<Vec<CountsRow>> {
        self.conn.counts(statement)
    }
    async fn begin(&mut self) -> QueryResult<()> {
        self.conn.begin()
    }
    async fn commit(&mut self) -> QueryResult<()> {
        self.conn.commit()
    }
    async fn sleep(&mut self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// Runs a future that is always ready: one over a [`Blocking`] driver.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
