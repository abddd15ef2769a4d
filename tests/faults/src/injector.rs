//! One fault at a time, at each boundary in turn.

use crate::child::Victim;
use crate::fault::{Fault, Place};
use crate::judge::Clean;
use crate::link::Link;
use crate::probe::Probe;
use crate::proxy::{Control, Proxy, Request};
use crate::report::{Broken, Ended, Injected, Report};
use crate::scenario::{Run, Scenario};
use crate::strike::Strike;
use crate::supply::Supply;
use idem_core::Outcome;
use std::sync::Arc;
use std::time::Duration;

/// How often a client calls again before the test gives up.
const RETRIES: usize = 100;

/// Injects faults into calls on one database.
pub struct Injector<S: Supply> {
    url: String,
    test: Option<String>,
    /// The connection through which states are prepared and read, out of the faults' way.
    observer: S::Conn,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) control: Arc<Control>,
    pub(crate) probe: Probe,
    supply: std::marker::PhantomData<fn() -> S>,
}

/// What a clean run shows.
struct Trace<N: Scenario<C>, C> {
    clean: Clean<N, C>,
    statements: Vec<String>,
    requests: Vec<Request>,
}

/// A place to strike at.
pub(crate) struct Boundary {
    /// Its number among those that the fault is counted by.
    pub(crate) number: usize,
    pub(crate) statement: usize,
    pub(crate) text: String,
    name: String,
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl<S: Supply> Injector<S> {
    /// An injector for calls on this database, which gets a table `idem_faults_marks`.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn new(url: &str) -> Result<Self, String> {
        let probe = Probe::default();
        let control = Arc::new(Control::new(probe.clone()));
        let proxy = match S::Conn::WIRE {
            Some(wire) => Some(Proxy::start(url, wire, Arc::clone(&control)).map_err(text)?),
            None => None,
        };
        let mut observer = S::Conn::open(url).await.map_err(text)?;
        let table = "CREATE TABLE IF NOT EXISTS idem_faults_marks (mark BIGINT NOT NULL)";
        observer.execute(table).await.map_err(text)?;
        Ok(Self {
            url: url.to_owned(),
            test: None,
            observer,
            proxy,
            control,
            probe,
            supply: std::marker::PhantomData,
        })
    }

    /// Names the test, as the test binary knows it: a process to be killed is started under this
    /// name. See [`Victim`].
    #[must_use]
    pub fn in_test(mut self, name: &str) -> Self {
        self.test = Some(name.to_owned());
        self
    }

    /// Injects a fault at every boundary it applies to.
    ///
    /// # Errors
    /// With every promise that didn't hold, or with what made the test itself impossible.
    pub async fn inject<N: Scenario<S::Conn>>(
        &mut self,
        fault: Fault,
        scenario: &N,
    ) -> Result<Report, Broken> {
        let name = scenario.name();
        let broken = |promises| Broken {
            scenario: name.to_owned(),
            fault,
            promises,
        };
        let impossible = |reason| broken(vec![format!("the test is impossible: {reason}")]);
        let trace = self.clean_runs(scenario).await.map_err(impossible)?;
        let mut injected = Vec::new();
        let mut promises = Vec::new();
        for boundary in self.boundaries(fault, scenario, &trace) {
            match self
                .inject_at(fault, &boundary, scenario, &trace.clean)
                .await
            {
                Ok(one) => injected.push(one),
                Err(promise) => promises.push(format!("at {}: {promise}", boundary.name)),
            }
        }
        if injected.is_empty() && promises.is_empty() {
            promises.push("there is no boundary for this fault".to_owned());
        }
        if !promises.is_empty() {
            return Err(broken(promises));
        }
        Ok(Report {
            scenario: name.to_owned(),
            fault,
            statements: trace.statements.len(),
            injected,
        })
    }

    fn boundaries<N: Scenario<S::Conn>>(
        &self,
        fault: Fault,
        scenario: &N,
        trace: &Trace<N, S::Conn>,
    ) -> Vec<Boundary> {
        let mut boundaries = Vec::new();
        match fault.place(self.proxy.is_some()) {
            Place::Statement => {
                let mut statements = trace.statements.clone();
                if fault == Fault::Killed {
                    statements.push(String::new());
                }
                boundaries.extend(statements.into_iter().enumerate().map(|(number, text)| {
                    Boundary {
                        number,
                        statement: number,
                        name: format!("statement {number} ({text})"),
                        text,
                    }
                }));
            }
            Place::Request => {
                let requests = trace.requests.iter().enumerate();
                boundaries.extend(requests.map(|(number, request)| Boundary {
                    number,
                    statement: request.mark.statement,
                    text: request.mark.text.clone(),
                    name: format!("request {number}, {request}"),
                }));
            }
        }
        boundaries.retain(|Boundary { text, .. }| {
            fault.applies_to(text) && scenario.concerns(fault, text)
        });
        boundaries
    }

    /// Makes the call twice, each time on a fresh state and without a fault: what it does must not
    /// depend on the run.
    async fn clean_runs<N: Scenario<S::Conn>>(
        &mut self,
        scenario: &N,
    ) -> Result<Trace<N, S::Conn>, String> {
        let first = self.clean_run(scenario).await?;
        let second = self.clean_run(scenario).await?;
        let (one, other) = (&first.clean, &second.clean);
        if (&one.before, &one.after, &one.answer) != (&other.before, &other.after, &other.answer) {
            return Err(format!(
                "two clean runs differ: {:?} became {:?} with {:?}, and {:?} became {:?} with {:?}",
                one.before, one.after, one.answer, other.before, other.after, other.answer
            ));
        }
        if one.before == one.after {
            return Err(format!("the call changes nothing: {:?}", one.before));
        }
        let parts = |trace: &Trace<N, S::Conn>| {
            let requests = trace.requests.iter();
            let parts: Vec<_> = requests.map(|one| (one.mark.statement, one.part)).collect();
            (trace.statements.len(), parts)
        };
        if parts(&first) != parts(&second) {
            return Err("two clean runs send different statements".to_owned());
        }
        Ok(first)
    }

    async fn clean_run<N: Scenario<S::Conn>>(
        &mut self,
        scenario: &N,
    ) -> Result<Trace<N, S::Conn>, String> {
        let run = Run::next();
        scenario
            .prepare(&mut self.observer, &run)
            .await
            .map_err(text)?;
        let before = self.state(scenario, &run).await?;
        let supply = S::open(self.victims_url()).await?;
        let mut conn = supply.take().await?;
        conn.watch(self.probe.clone());
        self.probe.start(None);
        self.control.start(None);
        let outcome = scenario.call(&mut conn, &run).await;
        let requests = self.control.stop();
        let statements = self.probe.stop();
        let outcome = outcome.map_err(text)?;
        if outcome.is_replayed() {
            return Err("the first call of a run is a replay".to_owned());
        }
        Ok(Trace {
            clean: Clean {
                before,
                after: self.state(scenario, &run).await?,
                answer: outcome.into_inner(),
            },
            statements,
            requests,
        })
    }

    async fn inject_at<N: Scenario<S::Conn>>(
        &mut self,
        fault: Fault,
        boundary: &Boundary,
        scenario: &N,
        clean: &Clean<N, S::Conn>,
    ) -> Result<Injected, String> {
        let run = Run::next();
        scenario
            .prepare(&mut self.observer, &run)
            .await
            .map_err(text)?;
        let (ended, next_user) = if fault == Fault::Killed {
            let test = self.test.as_deref().ok_or("the test has no name")?;
            let number = boundary.number;
            Victim::kill(test, scenario.name(), &run, number, &self.url)?;
            (Ended::Killed, None)
        } else {
            let strike = Strike::new(fault, boundary.number, &self.url);
            strike.run(self, scenario, &run, clean).await?
        };
        let state = self.state(scenario, &run).await?;
        let committed = clean.is_done(&state, "after the fault")?;
        if ended == Ended::Answered {
            clean.must_be_done(&state, "after the fault, with an answer given")?;
        }
        self.call_again(scenario, &run, clean, committed).await?;
        Ok(Injected {
            statement: boundary.statement,
            text: boundary.text.clone(),
            ended,
            committed,
            next_user,
        })
    }

    /// Calls with the same key until there is an answer, as a client would, and once more.
    async fn call_again<N: Scenario<S::Conn>>(
        &mut self,
        scenario: &N,
        run: &Run,
        clean: &Clean<N, S::Conn>,
        committed: bool,
    ) -> Result<(), String> {
        let outcome = self.answer(scenario, run).await?;
        clean.must_be_answer(&outcome, "the client's retry's")?;
        if committed {
            clean.must_be_replay(&outcome, "the client's retry's")?;
        }
        let state = self.state(scenario, run).await?;
        clean.must_be_done(&state, "after the client's retry")?;
        let again = scenario.call(&mut self.observer, run).await.map_err(text)?;
        clean.must_be_answer(&again, "a later call's")?;
        clean.must_be_replay(&again, "a later call's")?;
        let state = self.state(scenario, run).await?;
        clean.must_be_done(&state, "after a later call")
    }

    async fn answer<N: Scenario<S::Conn>>(
        &self,
        scenario: &N,
        run: &Run,
    ) -> Result<Outcome<N::Answer>, String> {
        let mut last = String::new();
        for _ in 0..RETRIES {
            let mut conn = S::Conn::open(&self.url).await.map_err(text)?;
            match scenario.call(&mut conn, run).await {
                Ok(outcome) => return Ok(outcome),
                Err(error) => last = error.to_string(),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(format!(
            "after {RETRIES} retries there is no answer: {last}"
        ))
    }

    async fn state<N: Scenario<S::Conn>>(
        &mut self,
        scenario: &N,
        run: &Run,
    ) -> Result<N::State, String> {
        self.observer.begin_snapshot().await.map_err(text)?;
        let state = scenario.state(&mut self.observer, run).await;
        self.observer.end_snapshot().await.map_err(text)?;
        state.map_err(text)
    }

    /// Where the calls go that faults strike.
    pub(crate) fn victims_url(&self) -> &str {
        self.proxy.as_ref().map_or(&self.url, Proxy::url)
    }

    /// How many rows with this mark are committed.
    pub(crate) async fn marks(&mut self, mark: i64) -> Result<i64, String> {
        let sql = format!("SELECT count(*) AS n FROM idem_faults_marks WHERE mark = {mark}");
        self.observer.number(&sql).await.map_err(text)
    }
}
