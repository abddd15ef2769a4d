//! A running page, in a database of its own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// `double-charge serve`, until it is dropped.
pub(crate) struct Shop {
    process: Child,
    folder: TempDir,
    pub(crate) port: u16,
}

impl Shop {
    /// Opens one whose line takes this many milliseconds each way.
    pub(crate) fn open(delay: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.sqlite");
        Self::open_on(&format!("sqlite:{}", file.display()), folder, delay)
    }

    pub(crate) fn open_on(database: &str, folder: TempDir, delay: u64) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_double-charge"))
            .args(["serve", "--port", "0", "--database-url", database])
            .args(["--delay", &delay.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut first = String::new();
        stdout.read_line(&mut first).unwrap();
        // It goes on to print, and must not stand still because nobody reads.
        std::thread::spawn(move || stdout.read_to_end(&mut Vec::new()));
        let port = first.trim().strip_prefix("http://127.0.0.1:");
        let port = port.and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("the first line is {first:?}"));
        Self {
            process,
            folder,
            port,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The page, where this becomes of the first requests.
    pub(crate) fn url_with(&self, fates: &str) -> String {
        format!("{}?fates={fates}", self.url())
    }

    /// The file that the shop's books are in.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("shop.sqlite")
    }

    /// Asks it to end, as a service manager does, and waits until it has.
    #[cfg(unix)]
    pub(crate) fn end(&mut self) -> ExitStatus {
        let id = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        let begin = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < Duration::from_secs(10), "it doesn't end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.process.kill(); // it may have ended before
        let _ = self.process.wait();
    }
}
