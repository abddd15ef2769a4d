//! Counts the requests of the connection that is watched, and says what to do with each.

use crate::fault::Failure;
use crate::mark::Mark;
use crate::probe::Probe;
use crate::trigger::Trigger;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a request asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text, to be run at once.
    Query,
    /// Text, to be prepared.
    Prepare,
    /// A prepared statement, to be run.
    Execute,
}

/// One request that the server answers: a boundary of the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) mark: Mark,
    pub(crate) part: Part,
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.part {
            Part::Query => "",
            Part::Prepare => "preparing ",
            Part::Execute => "running ",
        };
        write!(f, "{what}{}", self.mark)
    }
}

/// What to do with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Close both sides instead of passing it on.
    CutBefore,
    /// Pass it on, and close both sides when the answer is there.
    CutAfter,
    /// Hold it back until the trigger is released.
    HoldRequest,
    /// Pass it on, and hold its answer back until the trigger is released.
    HoldAnswer,
    /// Have the server raise an error instead.
    Fail(Failure),
}

/// The watch over one connection at a time.
pub(crate) struct Control {
    probe: Probe,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    watching: bool,
    seen: Vec<Request>,
    plan: Option<(usize, Action, Arc<Trigger>)>,
}

impl Control {
    pub(crate) fn new(probe: Probe) -> Self {
        Self {
            probe,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts from here on, and acts once, at this request (from 0).
    pub(crate) fn start(&self, plan: Option<(usize, Action, Arc<Trigger>)>) {
        *self.state() = State {
            watching: true,
            seen: Vec::new(),
            plan,
        };
    }

    /// Stops counting and gives the requests that came.
    pub(crate) fn stop(&self) -> Vec<Request> {
        std::mem::take(&mut *self.state()).seen
    }

    /// A request has come: what to do with it.
    pub(super) fn arrives(&self, part: Part) -> Option<(Action, Arc<Trigger>)> {
        let mark = self.probe.current();
        let mut state = self.state();
        if !state.watching {
            return None;
        }
        state.seen.push(Request { mark, part });
        let number = state.seen.len() - 1;
        let plan = state.plan.take_if(|plan| plan.0 == number)?;
        Some((plan.1, plan.2))
    }
}
