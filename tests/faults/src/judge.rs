//! What must hold, whatever happened.

use crate::scenario::Scenario;
use idem_core::Outcome;

/// What a clean call does.
pub(crate) struct Clean<N: Scenario<C>, C> {
    pub(crate) before: N::State,
    pub(crate) after: N::State,
    pub(crate) answer: N::Answer,
}

impl<N: Scenario<C>, C> Clean<N, C> {
    /// Whether the work is done; or why the state is none that may be.
    pub(crate) fn is_done(&self, state: &N::State, when: &str) -> Result<bool, String> {
        if *state == self.after {
            Ok(true)
        } else if *state == self.before {
            Ok(false)
        } else {
            Err(format!(
                "{when}, the work is half done: {state:?}; before the call it is {:?}, after it {:?}",
                self.before, self.after
            ))
        }
    }

    /// Checks that the work is done.
    pub(crate) fn must_be_done(&self, state: &N::State, when: &str) -> Result<(), String> {
        if self.is_done(state, when)? {
            return Ok(());
        }
        Err(format!("{when}, the work is not done: {state:?}"))
    }

    /// Checks an answer.
    pub(crate) fn must_be_answer(
        &self,
        outcome: &Outcome<N::Answer>,
        whose: &str,
    ) -> Result<(), String> {
        let (answer, expected) = (&**outcome, &self.answer);
        if answer == expected {
            return Ok(());
        }
        Err(format!("{whose} answer is {answer:?}, not {expected:?}"))
    }

    /// Checks that an answer is a replay.
    pub(crate) fn must_be_replay(
        &self,
        outcome: &Outcome<N::Answer>,
        whose: &str,
    ) -> Result<(), String> {
        if outcome.is_replayed() {
            return Ok(());
        }
        Err(format!(
            "{whose} work was done already, and it was done again"
        ))
    }
}
