//! Live progress: a bar on a terminal, a few plain lines anywhere else.

use crate::money::group;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::Cell;
use std::io::{IsTerminal as _, stderr};
use std::time::Duration;

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
            if let Ok(style) = ProgressStyle::with_template("  {bar:24} {msg}") {
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

    /// Shows how many customers have heard an answer, how many requests were sent and how many
    /// answers lost.
    pub(crate) fn show(&self, served: usize, sent: u64, lost: u64) {
        let text = format!(
            "{} of {} customers have their answer · {} requests · {} answers lost",
            group(served as u64),
            group(self.customers as u64),
            group(sent),
            group(lost)
        );
        match &self.bar {
            Some(bar) => {
                bar.set_position(served as u64);
                bar.set_message(text);
            }
            None => {
                let quarters = served * 4 / self.customers;
                if quarters > self.quarters.replace(quarters) && quarters < 4 {
                    eprintln!("  {text}");
                }
            }
        }
    }

    /// Prints a line that stays.
    pub(crate) fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| println!("{line}")),
            None => println!("{line}"),
        }
    }

    /// The act is over.
    pub(crate) fn done(&self, took: Duration) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        println!(
            "  All {} customers have their answer, after {:.1} s.",
            group(self.customers as u64),
            took.as_secs_f64()
        );
    }
}
