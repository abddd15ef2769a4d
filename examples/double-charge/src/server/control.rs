//! What the story and its server process say to each other over the process's pipes.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Read as _, Write as _};

/// What the server is told when it starts. It goes through a pipe since anybody can read a
/// command line, and the database's address may hold a password.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Config {
    /// The database's address.
    pub(crate) database: String,
    /// How many requests are worked on at a time, each on a connection of its own.
    pub(crate) workers: usize,
    /// The customer in whose charge to stop, half way, and wait to be killed.
    pub(crate) stop_in: Option<i64>,
}

/// What the server says.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Announcement {
    /// It takes requests.
    Listening { port: u16 },
    /// It has moved this customer's money and committed nothing.
    Halfway { customer: i64 },
}

/// The next message on a pipe.
pub(super) fn read<T: DeserializeOwned>(pipe: &mut impl BufRead) -> io::Result<T> {
    let mut line = String::new();
    pipe.read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}

/// Says it on standard output.
pub(super) fn announce(announcement: &Announcement) {
    if let Ok(text) = serde_json::to_string(announcement) {
        // If nobody listens, the story is over, and so is this process in a moment.
        let _ = writeln!(io::stdout().lock(), "{text}");
    }
}

/// Waits until standard input is closed; then ends this process.
pub(super) fn end_with_the_parent() {
    let _ = io::stdin().lock().read_to_end(&mut Vec::new());
    std::process::exit(0);
}
