//! The server process as the story sees it: started, killed, started again.

use super::control::{self, Announcement, Config};
use crate::failure::Failure;
use std::io::{BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// A running server process. Dropping it ends the process.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: Child,
    /// Held open: when it closes, the process ends by itself.
    _stdin: ChildStdin,
    announcements: Receiver<Announcement>,
    port: u16,
}

impl ServerProcess {
    /// Starts one, and waits until it takes requests.
    pub(crate) fn start(config: &Config) -> Result<Self, Failure> {
        let program =
            std::env::current_exe().map_err(Failure::system("can't find this program"))?;
        let mut child = Command::new(program)
            .arg("serve-internal")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Failure::system("can't start the server process"))?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::Server("has no pipes".to_owned()));
        };
        let mut text = serde_json::to_string(config).unwrap_or_default();
        text.push('\n');
        stdin
            .write_all(text.as_bytes())
            .map_err(Failure::system("can't speak to the server process"))?;
        let (sender, announcements) = channel();
        thread::spawn(move || listen(stdout, &sender));
        let mut process = Self {
            child,
            _stdin: stdin,
            announcements,
            port: 0,
        };
        match process.announcements.recv() {
            Ok(Announcement::Listening { port }) => process.port = port,
            _ => return Err(process.ended()),
        }
        Ok(process)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Waits this long for the server to stand in the middle of a charge, and says whose.
    ///
    /// # Errors
    /// When the process has ended by itself.
    pub(crate) fn halfway(&mut self, within: Duration) -> Result<Option<i64>, Failure> {
        match self.announcements.recv_timeout(within) {
            Ok(Announcement::Halfway { customer }) => Ok(Some(customer)),
            Ok(Announcement::Listening { .. }) | Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(self.ended()),
        }
    }

    /// Kills it where it stands: SIGKILL on Unix. When this returns, it is dead.
    pub(crate) fn kill(mut self) -> Result<(), Failure> {
        self.end()
            .map_err(Failure::system("can't kill the server process"))
    }

    fn end(&mut self) -> std::io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(|_| ())
    }

    fn ended(&mut self) -> Failure {
        let _ = self.child.kill();
        let how = self
            .child
            .wait()
            .map_or_else(|error| error.to_string(), |status| status.to_string());
        Failure::Server(format!("ended by itself: {how}"))
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.end(); // it may have ended before
    }
}

/// Passes on what a process says until it ends.
fn listen(stdout: ChildStdout, sender: &Sender<Announcement>) {
    let mut stdout = BufReader::new(stdout);
    while let Ok(announcement) = control::read(&mut stdout) {
        if sender.send(announcement).is_err() {
            return;
        }
    }
}
