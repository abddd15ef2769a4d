//! One call with one fault, in this process.

use crate::fault::Fault;
use crate::injector::Injector;
use crate::judge::Clean;
use crate::link::Link;
use crate::probe::{Act, Moment};
use crate::proxy::Action;
use crate::report::{Ended, NextUser};
use crate::scenario::{Run, Scenario};
use crate::supply::Supply;
use crate::trigger::{PATIENCE, Trigger};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use idem_core::Outcome;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

/// The injected panic. It passes by the panic hook: nobody needs its message.
struct Injected;

/// How long [`Fault::Locked`] lasts.
const LOCKED: Duration = Duration::from_millis(30);

/// A fault about to strike.
pub(crate) struct Strike {
    fault: Fault,
    number: usize,
    database: String,
    trigger: Arc<Trigger>,
}

type Called<A, E> = Result<Result<Outcome<A>, E>, Box<dyn Any + Send>>;

impl Strike {
    pub(crate) fn new(fault: Fault, number: usize, database: &str) -> Self {
        Self {
            fault,
            number,
            database: database.to_owned(),
            trigger: Arc::default(),
        }
    }

    /// Makes the call, and says what its client and the connection's next user saw.
    pub(crate) async fn run<S: Supply, N: Scenario<S::Conn>>(
        self,
        injector: &mut Injector<S>,
        scenario: &N,
        run: &Run,
        clean: &Clean<N, S::Conn>,
    ) -> Result<(Ended, Option<NextUser>), String> {
        let supply = S::open(injector.victims_url()).await?;
        let mut conn = supply.take().await?;
        conn.watch(injector.probe.clone());
        injector.probe.start(self.act(injector.proxy.is_some()));
        injector.control.start(self.action());
        let called = self
            .call(&mut *conn, scenario, run, injector.proxy.is_some())
            .await;
        injector.control.stop();
        injector.probe.stop();
        drop(conn);
        let ended = self.ended(called?, clean)?;
        if !self.trigger.has_struck() {
            return Err(format!("the fault never struck, and the call {ended:?}"));
        }
        let next_user = if S::REUSES {
            Some(next_user(injector, &supply, run.number).await?)
        } else {
            None
        };
        Ok((ended, next_user))
    }

    /// Makes the call up to its end or, where the fault drops futures, up to the fault.
    async fn call<C, N: Scenario<C>>(
        &self,
        conn: &mut C,
        scenario: &N,
        run: &Run,
        has_server: bool,
    ) -> Result<Option<Called<N::Answer, N::Error>>, String> {
        let call = Box::pin(caught(scenario.call(conn, run)));
        let mut call = Box::pin(tokio::time::timeout(PATIENCE, call));
        if !self.fault.drops_the_future() {
            return call
                .await
                .map(Some)
                .map_err(|_| "the call hangs".to_owned());
        }
        let ended = tokio::select! {
            biased;
            called = &mut call => Some(called.map_err(|_| "the call hangs".to_owned())?),
            () = self.trigger.struck() => None,
        };
        if !has_server {
            // A blocking connection's future isn't dropped before its statement is done.
            self.trigger.release();
        }
        // Dropping may panic; that is the call's fault, and so is caught like one in it.
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(call)));
        self.trigger.release();
        dropped.map_err(|_| "dropping the future panicked".to_owned())?;
        Ok(ended)
    }

    fn ended<C, N: Scenario<C>>(
        &self,
        called: Option<Called<N::Answer, N::Error>>,
        clean: &Clean<N, C>,
    ) -> Result<Ended, String> {
        match called {
            None => Ok(Ended::Dropped),
            Some(Ok(Ok(outcome))) => {
                clean.must_be_answer(&outcome, "the call's")?;
                Ok(Ended::Answered)
            }
            Some(Ok(Err(error))) => Ok(Ended::Failed(error.to_string())),
            Some(Err(panic)) if panic.is::<Injected>() => Ok(Ended::Panicked),
            Some(Err(_)) => Err("the call panicked by itself".to_owned()),
        }
    }

    /// What happens at a statement.
    fn act(&self, has_server: bool) -> Option<(usize, Moment, Act)> {
        let trigger = Arc::clone(&self.trigger);
        let database = self.database.clone();
        let (moment, act): (Moment, Act) = match self.fault {
            Fault::PanicBefore => (Moment::Before, Box::new(move || panic(&trigger))),
            Fault::PanicAfter => (Moment::After, Box::new(move || panic(&trigger))),
            Fault::Locked => (Moment::Before, Box::new(move || lock(&database, &trigger))),
            Fault::DroppedBefore | Fault::DroppedAfter if !has_server => {
                let moment = match self.fault {
                    Fault::DroppedBefore => Moment::Before,
                    _ => Moment::After,
                };
                let act = move || {
                    trigger.strike();
                    trigger.hold();
                };
                (moment, Box::new(act))
            }
            _ => return None,
        };
        Some((self.number, moment, act))
    }

    /// What happens at a request.
    fn action(&self) -> Option<(usize, Action, Arc<Trigger>)> {
        let action = match self.fault {
            Fault::CutBefore => Action::CutBefore,
            Fault::CutAfter => Action::CutAfter,
            Fault::DroppedBefore => Action::HoldRequest,
            Fault::DroppedAfter => Action::HoldAnswer,
            Fault::Fails(failure) => Action::Fail(failure),
            Fault::Killed | Fault::PanicBefore | Fault::PanicAfter | Fault::Locked => return None,
        };
        Some((self.number, action, Arc::clone(&self.trigger)))
    }
}

/// Runs a future; a panic in it comes back as a value.
async fn caught<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

fn panic(trigger: &Trigger) {
    trigger.strike();
    resume_unwind(Box::new(Injected));
}

/// Takes the write lock if it is free, else a reader's, and keeps it for [`LOCKED`].
fn lock(database: &str, trigger: &Trigger) {
    let Ok(mut rival) = SqliteConnection::establish(database) else {
        return;
    };
    let read = "BEGIN; SELECT count(*) FROM sqlite_master";
    if rival.batch_execute("BEGIN IMMEDIATE").is_ok() || rival.batch_execute(read).is_ok() {
        trigger.strike();
        std::thread::spawn(move || {
            std::thread::sleep(LOCKED);
            drop(rival);
        });
    }
}

/// The connection's next user writes a row outside of any transaction: it must be committed, or
/// the connection must say that it can't.
async fn next_user<S: Supply>(
    injector: &mut Injector<S>,
    supply: &S,
    mark: i64,
) -> Result<NextUser, String> {
    let mut conn = supply.take().await?;
    let sql = format!("INSERT INTO idem_faults_marks (mark) VALUES ({mark})");
    if let Err(error) = conn.execute(&sql).await {
        return Ok(NextUser::Refused(error.to_string()));
    }
    match injector.marks(mark).await? {
        1 => Ok(NextUser::Usable),
        _ => Err("the connection's next user writes into a transaction left open".to_owned()),
    }
}
