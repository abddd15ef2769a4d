//! What came of a fault at every boundary.

use crate::fault::Fault;
use std::fmt;

/// One kind of fault, injected at every boundary of a call, and every promise kept.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// The scenario's name.
    pub scenario: String,
    /// What was injected.
    pub fault: Fault,
    /// How many statements a clean call runs.
    pub statements: usize,
    /// One injection for each boundary that the fault applies to.
    pub injected: Vec<Injected>,
}

/// One fault that struck.
#[derive(Debug)]
#[non_exhaustive]
pub struct Injected {
    /// The statement it struck at, from 0.
    pub statement: usize,
    /// The statement's text, as Diesel shows it; empty after the last.
    pub text: String,
    /// What the client saw of the call.
    pub ended: Ended,
    /// Whether the call's work was committed when the fault had struck.
    pub committed: bool,
    /// What the next user of the connection saw, where a supply hands it out again.
    pub next_user: Option<NextUser>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// With its answer: the fault stayed hidden.
    Answered,
    /// With an error.
    Failed(String),
    /// With the injected panic.
    Panicked,
    /// Its future was dropped.
    Dropped,
    /// Its process was killed.
    Killed,
}

/// What the next user of a connection saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextUser {
    /// A connection that is as good as new.
    Usable,
    /// An error at the first statement.
    Refused(String),
}

/// The promises that didn't hold.
pub struct Broken {
    pub(crate) scenario: String,
    pub(crate) fault: Fault,
    pub(crate) promises: Vec<String>,
}

impl Broken {
    /// The promises that didn't hold, each with the boundary.
    #[must_use]
    pub fn promises(&self) -> &[String] {
        &self.promises
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?} in {}:", self.fault, self.scenario)?;
        self.promises
            .iter()
            .try_for_each(|promise| writeln!(f, "- {promise}"))
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Broken {}
