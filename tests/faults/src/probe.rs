//! Counts a connection's statements on Diesel's instrumentation events, and strikes at one.

use crate::mark::Mark;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Before a statement is sent, or after its answer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Before,
    After,
}

/// What happens at a statement.
pub(crate) type Act = Box<dyn FnOnce() + Send>;

/// The watch over one connection at a time. Its clones are the same watch.
#[derive(Clone, Default)]
pub(crate) struct Probe(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    watching: bool,
    begun: Vec<String>,
    ended: usize,
    plan: Option<(usize, Moment, Act)>,
}

impl Probe {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts from here on, and acts once, at this statement (from 0).
    pub(crate) fn start(&self, plan: Option<(usize, Moment, Act)>) {
        *self.state() = State {
            watching: true,
            plan,
            ..State::default()
        };
    }

    /// Stops counting and gives the statements that were begun.
    pub(crate) fn stop(&self) -> Vec<String> {
        std::mem::take(&mut *self.state()).begun
    }

    /// The statement that was begun last, and its number.
    pub(crate) fn current(&self) -> Mark {
        let state = self.state();
        Mark {
            statement: state.begun.len().saturating_sub(1),
            text: state.begun.last().cloned().unwrap_or_default(),
        }
    }

    fn reaches(&self, moment: Moment, text: Option<String>) {
        let mut state = self.state();
        if !state.watching {
            return;
        }
        let number = match (moment, text) {
            (Moment::Before, text) => {
                state.begun.push(text.unwrap_or_default());
                state.begun.len() - 1
            }
            (Moment::After, _) => {
                state.ended += 1;
                state.ended - 1
            }
        };
        let is_now = |plan: &mut (usize, Moment, Act)| (plan.0, plan.1) == (number, moment);
        let plan = state.plan.take_if(is_now);
        // What it does may be a panic, or take its time.
        drop(state);
        if let Some((_, _, act)) = plan {
            act();
        }
    }
}

impl Instrumentation for Probe {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                let text = query.to_string();
                // Bound values follow, and differ from run to run.
                let text = text.split(" -- binds:").next().unwrap_or_default();
                self.reaches(Moment::Before, Some(text.to_owned()));
            }
            InstrumentationEvent::FinishQuery { .. } => self.reaches(Moment::After, None),
            _ => {}
        }
    }
}
