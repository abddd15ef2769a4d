//! Live progress: a bar on a terminal, a few plain lines anywhere else.

use crate::money::group;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _, stderr, stdout};

/// Prints a line. If nobody reads on, as in `double-charge | head`, the story still goes on to its
/// verdict.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(stdout(), "{line}");
}

/// How far an act has come.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    customers: usize,
    /// How many quarters of the way have been told.
    quarters: Cell<usize>,
}

impl Progress {
    pub(crate) fn new(customers: usize) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(customers as u64);
            if let Ok(style) = ProgressStyle::with_template("  {bar:20} {msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self {
            bar,
            customers,
            quarters: Cell::new(0),
        }
    }

    /// Shows how many customers have heard back, how many requests were sent and how many
    /// responses lost.
    pub(crate) fn show(&self, served: usize, sent: u64, lost: u64) {
        let text = format!(
            "{} of {} heard back · {} requests · {} responses lost",
            group(served as u64),
            group(self.customers as u64),
            group(sent),
            group(lost)
        );
        match &self.bar {
            Some(bar) => {
                bar.set_message(text);
                bar.set_position(served as u64);
            }
            None => {
                let quarters = served * 4 / self.customers;
                if quarters > self.quarters.replace(quarters) && quarters < 4 {
                    let _ = writeln!(stderr(), "  {text}");
                }
            }
        }
    }

    /// Prints a line that stays.
    pub(crate) fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| tell(line)),
            None => tell(line),
        }
    }

    /// The act is over.
    pub(crate) fn done(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
