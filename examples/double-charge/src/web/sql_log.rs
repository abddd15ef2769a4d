//! The SQL that Diesel sends, as it sends it.

use diesel::connection::{Instrumentation, InstrumentationEvent};
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};

/// What is shown of a statement; a record's result may be long.
const SHOWN: usize = 1200;
/// Between a statement and its parameters, in Diesel's own rendering of a query.
const BINDS: &str = " -- binds: ";

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Sent {
    pub(super) sql: String,
    /// Its parameters, as Diesel shows them.
    pub(super) binds: Option<String>,
    /// What the database said against it.
    pub(super) error: Option<String>,
}

/// Takes down what is sent on the connection that it is set on.
#[derive(Debug, Clone, Default)]
pub(super) struct SqlLog(Arc<Mutex<Vec<Sent>>>);

impl SqlLog {
    /// What was sent since this was last asked.
    pub(super) fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Instrumentation for SqlLog {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            InstrumentationEvent::StartQuery { query, .. } => sent.push(read(&query.to_string())),
            InstrumentationEvent::FinishQuery {
                error: Some(error), ..
            } => {
                if let Some(last) = sent.last_mut() {
                    last.error = Some(error.to_string());
                }
            }
            _ => {}
        }
    }
}

fn read(query: &str) -> Sent {
    let (sql, binds) = match query.split_once(BINDS) {
        Some((sql, binds)) => (sql, Some(binds)),
        None => (query, None),
    };
    Sent {
        sql: shorten(sql),
        binds: binds.filter(|&binds| binds != "[]").map(shorten),
        error: None,
    }
}

fn shorten(text: &str) -> String {
    let mut short: String = text.trim().chars().take(SHOWN).collect();
    if short.len() < text.trim().len() {
        short.push('…');
    }
    short
}
