//! The kinds of call that faults are injected into. Each moves money between two accounts of its
//! run, leaves a row in the ledger and says what is left.

use crate::call::{Call, Failure};
use idem_diesel::{Idempotent, InFlightPolicy, Isolation, Outcome, RecordId, RetryPolicy, Status};
use idem_faults::{Fault, Run, Scenario};
use std::time::Duration;

/// One kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// As the attribute makes it when nothing is asked for.
    Usual,
    /// Its result is `()`.
    Nothing,
    /// Errors are recorded, and it ends in one, after it has written.
    Declined,
    /// Errors are recorded, and it succeeds.
    Accepted,
    /// Inside a transaction of the caller, who writes too if the call is fresh.
    Nested,
    /// There is an expired record, of an earlier call with the same key.
    TakeOver,
    /// It waits two seconds at most for a rival.
    Waiting,
    /// It doesn't wait for a rival.
    Rejecting,
    /// It looks for an answer first.
    Peeking,
    /// Its result is too long to travel with COMMIT.
    Big,
    /// Transient errors are retried.
    Retried,
    /// At SERIALIZABLE.
    Serializable,
}

impl Case {
    /// Every kind.
    pub(crate) const ALL: [Self; 12] = [
        Self::Nested,
        Self::Usual,
        Self::Nothing,
        Self::Declined,
        Self::Accepted,
        Self::TakeOver,
        Self::Waiting,
        Self::Rejecting,
        Self::Peeking,
        Self::Big,
        Self::Retried,
        Self::Serializable,
    ];

    /// Those in which the call's own transaction is the outermost: Diesel leaves a transaction of
    /// the caller's open when a panic passes through it.
    pub(crate) const AT_THE_TOP: &[Self] = Self::ALL.split_at(1).1;
}

const OPERATION: &str = "tests.move";

/// The accounts of a run: from, to, and the caller's own.
fn accounts(run: &Run) -> [i64; 3] {
    [1, 2, 3].map(|account| run.number * 10 + account)
}

/// What a call changes.
#[derive(Debug, PartialEq)]
pub(crate) struct State {
    balances: [i64; 3],
    ledger: i64,
    record: Option<(Status, Option<String>, i32, bool)>,
}

impl<C: Call> Scenario<C> for Case {
    /// What is left, or why nothing was done.
    type Answer = Result<String, String>;
    type State = State;
    type Error = Failure;

    fn name(&self) -> &str {
        match self {
            Self::Usual => "usual",
            Self::Nothing => "nothing",
            Self::Declined => "declined",
            Self::Accepted => "accepted",
            Self::Nested => "nested",
            Self::TakeOver => "take over",
            Self::Waiting => "waiting",
            Self::Rejecting => "rejecting",
            Self::Peeking => "peeking",
            Self::Big => "big",
            Self::Retried => "retried",
            Self::Serializable => "serializable",
        }
    }

    // Diesel counts the caller's transaction once it is begun; a panic between the two is Diesel's.
    fn concerns(&self, fault: Fault, statement: &str) -> bool {
        !(fault == Fault::PanicAfter && statement == "BEGIN")
    }

    async fn prepare(&self, conn: &mut C, run: &Run) -> Result<(), Failure> {
        let [from, to, own] = accounts(run);
        let values = format!("({from}, 1000), ({to}, 1000), ({own}, 1000)");
        let sql = format!("INSERT INTO accounts (id, balance) VALUES {values}");
        idem_tests::Bank::execute(conn, &sql).await?;
        if *self == Self::TakeOver {
            let call = Idempotent::new(OPERATION).key(&run.key);
            let body = async |conn: &mut C| transfer(conn, run).await;
            let _ = conn.call(call, body).await?;
            // With every record of the runs before, which nobody asks for again.
            let sql = "UPDATE idem_records SET expires_at = '2001-01-01 00:00:00.000'";
            idem_tests::Bank::execute(conn, sql).await?;
        }
        Ok(())
    }

    async fn call(&self, conn: &mut C, run: &Run) -> Result<Outcome<Self::Answer>, Failure> {
        let mut ran = false;
        let outcome = match self {
            Self::Nested => nested(conn, run).await,
            _ => single(*self, conn, run, &mut ran).await,
        };
        match outcome {
            Ok(outcome) => Ok(outcome.map(Ok)),
            // An error says nothing of how it came about; the body does.
            Err(Failure::Declined(reason)) if ran => Ok(Outcome::Fresh(Err(reason))),
            Err(Failure::Declined(reason)) => Ok(Outcome::Replayed(Err(reason))),
            Err(error) => Err(error),
        }
    }

    async fn state(&self, conn: &mut C, run: &Run) -> Result<State, Failure> {
        let mut balances = [0; 3];
        for (balance, account) in balances.iter_mut().zip(accounts(run)) {
            *balance = conn.balance(account).await?;
        }
        let sql = format!(
            "SELECT count(*) AS n FROM ledger WHERE note = '{}'",
            run.key
        );
        let ledger = idem_tests::Bank::number(conn, &sql).await?;
        let id = RecordId {
            operation: OPERATION,
            tenant: "",
            key: &run.key,
        };
        let record = conn.record(&id).await?.map(|stored| {
            let record = stored.record;
            let expired = record.is_expired();
            (record.status, record.result, record.attempt, expired)
        });
        Ok(State {
            balances,
            ledger,
            record,
        })
    }
}

/// The body: two updates, an insert and a look.
async fn transfer<C: Call>(conn: &mut C, run: &Run) -> Result<String, Failure> {
    let [from, to, _] = accounts(run);
    let sql = format!("UPDATE accounts SET balance = balance - 5 WHERE id = {from}");
    idem_tests::Bank::execute(conn, &sql).await?;
    conn.deposit_noted(to, 5, run.key.as_str()).await?;
    Ok(format!("{} left", conn.balance(from).await?))
}

async fn single<C: Call>(
    case: Case,
    conn: &mut C,
    run: &Run,
    ran: &mut bool,
) -> Result<Outcome<String>, Failure> {
    let call = Idempotent::new(OPERATION).key(&run.key);
    let mut body = async |conn: &mut C| {
        *ran = true;
        transfer(conn, run).await
    };
    match case {
        Case::Usual | Case::TakeOver | Case::Nested => conn.call(call, body).await,
        Case::Nothing => {
            let outcome = conn
                .call(call, async |conn: &mut C| body(conn).await.map(drop))
                .await?;
            Ok(outcome.map(|()| "nothing".to_owned()))
        }
        Case::Declined | Case::Accepted => {
            let call = call.record_errors(|error: &Failure| matches!(error, Failure::Declined(_)));
            let decide = async |conn: &mut C| {
                let left = body(conn).await?;
                match case {
                    Case::Declined => Err(Failure::Declined(left)),
                    _ => Ok(left),
                }
            };
            conn.call(call, decide).await
        }
        Case::Waiting => {
            let policy = InFlightPolicy::WaitAtMost(Duration::from_secs(2));
            conn.call(call.in_flight(policy), body).await
        }
        Case::Rejecting => {
            conn.call(call.in_flight(InFlightPolicy::Reject), body)
                .await
        }
        Case::Peeking => conn.call(call.peek(), body).await,
        Case::Big => {
            let long = async |conn: &mut C| Ok(body(conn).await? + &" and change".repeat(2000));
            conn.call(call, long).await
        }
        Case::Retried => {
            let policy = RetryPolicy::attempts(3).min_delay(Duration::from_millis(1));
            conn.call_retrying(call.retry(policy), body).await
        }
        Case::Serializable => {
            conn.call(call.isolation(Isolation::Serializable), body)
                .await
        }
    }
}

/// A caller with a transaction of its own; what it writes depends on the call, so that all of it
/// is done once.
async fn nested<C: Call>(conn: &mut C, run: &Run) -> Result<Outcome<String>, Failure> {
    let [_, _, own] = accounts(run);
    conn.begin().await?;
    let worked = async {
        conn.balance(own).await?;
        let outcome = single(Case::Nested, conn, run, &mut false).await?;
        if !outcome.is_replayed() {
            let sql = format!("UPDATE accounts SET balance = balance + 1 WHERE id = {own}");
            idem_tests::Bank::execute(conn, &sql).await?;
        }
        Ok(outcome)
    }
    .await;
    match worked {
        Ok(outcome) => {
            conn.commit().await?;
            Ok(outcome)
        }
        Err(error) => {
            let _ = conn.rollback().await;
            Err(error)
        }
    }
}
