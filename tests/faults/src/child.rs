//! A call in a process of its own, to be killed.
//!
//! The process is this test binary, run again for the same test; the environment tells it what to
//! do. It says when it has come to the boundary, and stands still until the SIGKILL.

use crate::link::Link;
use crate::probe::{Moment, Probe};
use crate::scenario::{Run, Scenario};
use idem_core::IdempotencyKey;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

const VARIABLE: &str = "IDEM_FAULTS_VICTIM";
const SEPARATOR: char = '\u{1f}';
const HERE: &str = "idem-faults: at the boundary";

/// What this process is to do, if it was started to be killed.
#[derive(Debug)]
pub struct Victim {
    scenario: String,
    run: Run,
    statement: usize,
    url: String,
}

impl Victim {
    /// What the environment says. A test that kills processes asks this first, before it makes a
    /// database; if there is something, it does [`call`](Self::call) with each of its scenarios.
    #[must_use]
    pub fn from_env() -> Option<Self> {
        let text = std::env::var(VARIABLE).ok()?;
        let mut fields = text.split(SEPARATOR);
        Some(Self {
            scenario: fields.next()?.to_owned(),
            run: Run {
                number: fields.next()?.parse().ok()?,
                key: IdempotencyKey::try_from(fields.next()?).ok()?,
            },
            statement: fields.next()?.parse().ok()?,
            url: fields.next()?.to_owned(),
        })
    }

    /// If this is the scenario, makes the call and ends the process; else returns.
    pub async fn call<C: Link, N: Scenario<C>>(&self, scenario: &N) {
        if scenario.name() != self.scenario {
            return;
        }
        let Ok(mut conn) = C::open(&self.url).await else {
            std::process::exit(1);
        };
        let probe = Probe::default();
        conn.watch(probe.clone());
        probe.start(Some((
            self.statement,
            Moment::Before,
            Box::new(await_the_end),
        )));
        let answered = scenario.call(&mut conn, &self.run).await.is_ok();
        if answered && probe.stop().len() == self.statement {
            await_the_end();
        }
        std::process::exit(2);
    }

    /// Runs this binary's test of this name up to the boundary, and kills it.
    pub(crate) fn kill(
        test: &str,
        scenario: &str,
        run: &Run,
        statement: usize,
        url: &str,
    ) -> Result<(), String> {
        let (number, statement) = (run.number.to_string(), statement.to_string());
        let fields = [scenario, &number, run.key.as_str(), &statement, url];
        let binary = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut child = Command::new(binary)
            .args([test, "--exact", "--nocapture"])
            .env(VARIABLE, fields.join(&SEPARATOR.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let output = child.stdout.take().map(BufReader::new);
        let mut lines = output.into_iter().flat_map(BufRead::lines);
        let is_here = lines.any(|line| line.is_ok_and(|line| line.contains(HERE)));
        let killed = child.kill();
        let status = child.wait().map_err(|error| error.to_string())?;
        if !is_here {
            return Err(format!(
                "the process never came to the boundary ({status}): is its test called {test}?"
            ));
        }
        killed.map_err(|error| error.to_string())
    }
}

/// Says so and stands still, until somebody kills this process or is gone.
fn await_the_end() {
    println!("{HERE}");
    let _ = std::io::stdout().flush();
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    std::process::exit(3);
}
