//! The injector itself: it passes a protocol that is right, and catches those that are wrong.

use crate::call::Call;
use diesel::result::Error;
use idem_diesel::Outcome;
use idem_faults::{Fault, Fresh, Injector, Run, Scenario};
use idem_tests::connections::{PgConnection, SqliteConnection};
use idem_tests::{Server, TestDb};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A withdrawal, written by hand, whose record is a row of the ledger.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Withdrawal {
    /// Work and record in one transaction.
    OneTransaction,
    /// The work, and then the record.
    RecordAfterwards,
    /// The record, and then the work.
    RecordBefore,
    /// The work alone.
    NoRecord,
}

/// What is left in the account, and how many records there are.
type State = (i64, i64);

impl<C: Call> Scenario<C> for Withdrawal {
    type Answer = i64;
    type State = State;
    type Error = Error;

    fn name(&self) -> &str {
        "withdrawal"
    }

    async fn prepare(&self, conn: &mut C, run: &Run) -> Result<(), Error> {
        let sql = format!(
            "INSERT INTO accounts (id, balance) VALUES ({}, 1000)",
            run.number
        );
        idem_tests::Bank::execute(conn, &sql).await.map(drop)
    }

    async fn call(&self, conn: &mut C, run: &Run) -> Result<Outcome<i64>, Error> {
        if self.records(conn, run).await? > 0 {
            return Ok(Outcome::Replayed(5));
        }
        let work = format!(
            "UPDATE accounts SET balance = balance - 5 WHERE id = {}",
            run.number
        );
        let record = format!(
            "INSERT INTO ledger (account, amount, note) VALUES ({}, 5, '{}')",
            run.number, run.key
        );
        let statements = match self {
            Self::OneTransaction | Self::RecordAfterwards => vec![work, record],
            Self::RecordBefore => vec![record, work],
            Self::NoRecord => vec![work],
        };
        if *self == Self::OneTransaction {
            conn.begin().await?;
        }
        for sql in statements {
            idem_tests::Bank::execute(conn, &sql).await?;
        }
        if *self == Self::OneTransaction {
            conn.commit().await?;
        }
        Ok(Outcome::Fresh(5))
    }

    async fn state(&self, conn: &mut C, run: &Run) -> Result<State, Error> {
        Ok((
            conn.balance(run.number).await?,
            self.records(conn, run).await?,
        ))
    }
}

impl Withdrawal {
    async fn records<C: Call>(self, conn: &mut C, run: &Run) -> Result<i64, Error> {
        let sql = format!(
            "SELECT count(*) AS n FROM ledger WHERE note = '{}'",
            run.key
        );
        idem_tests::Bank::number(conn, &sql).await
    }
}

/// What the injector says of a withdrawal when connections are cut after each statement.
fn promises_broken_by(withdrawal: Withdrawal) -> Vec<String> {
    let mut broken = Vec::new();
    idem_tests::run(Server::Postgres, async |db: &TestDb<PgConnection>| {
        let injector = Injector::<Fresh<PgConnection>>::new(db.url()).await;
        let report = injector.unwrap().inject(Fault::CutAfter, &withdrawal).await;
        match report {
            Ok(report) => assert!(report.injected.len() >= report.statements),
            Err(report) => broken = report.promises().to_vec(),
        }
    });
    broken
}

/// Whether this test runs at all: there may be no server to run it on.
fn is_skipped() -> bool {
    std::env::var_os("IDEM_TEST_POSTGRES_URL").is_none()
}

#[test]
fn the_injector_passes_a_record_in_the_same_transaction() {
    assert_eq!(promises_broken_by(Withdrawal::OneTransaction), [""; 0]);
}

#[test]
fn the_injector_catches_a_record_in_another_transaction() {
    let broken = promises_broken_by(Withdrawal::RecordAfterwards);
    let found = |promise: &String| {
        promise.contains("running statement 1 (UPDATE") && promise.contains("half done: (995, 0)")
    };
    assert!(is_skipped() || broken.iter().any(found), "{broken:#?}");
}

#[test]
fn the_injector_catches_a_record_before_the_work() {
    let broken = promises_broken_by(Withdrawal::RecordBefore);
    let found = |promise: &String| {
        promise.contains("running statement 1 (INSERT") && promise.contains("half done: (1000, 1)")
    };
    assert!(is_skipped() || broken.iter().any(found), "{broken:#?}");
}

#[test]
fn the_injector_catches_work_that_is_done_again() {
    let broken = promises_broken_by(Withdrawal::NoRecord);
    let found = |promise: &String| promise.contains("it was done again");
    assert!(is_skipped() || broken.iter().any(found), "{broken:#?}");
}

/// A call that does less from its third run on.
struct Tiring(AtomicUsize);

impl Scenario<SqliteConnection> for Tiring {
    type Answer = i64;
    type State = State;
    type Error = Error;

    fn name(&self) -> &str {
        "tiring"
    }

    async fn prepare(&self, conn: &mut SqliteConnection, run: &Run) -> Result<(), Error> {
        Withdrawal::OneTransaction.prepare(conn, run).await
    }

    async fn call(&self, conn: &mut SqliteConnection, run: &Run) -> Result<Outcome<i64>, Error> {
        let outcome = Withdrawal::OneTransaction.call(conn, run).await?;
        if self.0.fetch_add(1, Ordering::Relaxed) < 2 {
            idem_tests::Bank::execute(conn, "PRAGMA optimize").await?;
        }
        Ok(outcome)
    }

    async fn state(&self, conn: &mut SqliteConnection, run: &Run) -> Result<State, Error> {
        Withdrawal::OneTransaction.state(conn, run).await
    }
}

#[test]
fn a_fault_that_never_strikes_is_a_failure() {
    idem_tests::run(Server::Sqlite, async |db: &TestDb<SqliteConnection>| {
        let injector = Injector::<Fresh<SqliteConnection>>::new(db.url()).await;
        let tiring = Tiring(AtomicUsize::new(0));
        let broken = injector
            .unwrap()
            .inject(Fault::PanicBefore, &tiring)
            .await
            .unwrap_err();
        let found = |promise: &String| promise.contains("the fault never struck");
        assert!(broken.promises().iter().any(found), "{broken:?}");
    });
}
