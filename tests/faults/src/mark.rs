//! A place in a call.

use std::fmt;

/// A statement of a call, for reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Its number, from 0.
    pub(crate) statement: usize,
    /// Its text, which may hold values.
    pub(crate) text: String,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self.text.chars().take(80).collect();
        write!(f, "statement {} ({text})", self.statement)
    }
}
