//! The servers that the tests run on: one that the environment names, and ones of their own.
//!
//! Where there is none, a test says so and is skipped; with `IDEM_TEST_REQUIRE=1` it fails.

use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The server that `IDEM_TEST_REDIS_URL` names. Everybody uses it at once: use a prefix.
pub(crate) fn shared() -> Option<redis::Client> {
    let Ok(url) = env::var("IDEM_TEST_REDIS_URL") else {
        skip("on Redis: set IDEM_TEST_REDIS_URL or run tests/run");
        return None;
    };
    Some(redis::Client::open(url).unwrap())
}

/// Whether a test can start servers of its own.
pub(crate) fn can_start() -> bool {
    let found = Command::new("redis-server")
        .arg("--version")
        .output()
        .is_ok();
    if !found {
        skip("on a Redis of its own: install redis-server or run tests/run");
    }
    found
}

fn skip(reason: &str) {
    let required = env::var("IDEM_TEST_REQUIRE").is_ok_and(|value| value == "1");
    assert!(!required, "IDEM_TEST_REQUIRE=1 asks for it: {reason}");
    // Not `eprintln!`, which is captured, so that a skip would look like a pass.
    let _ = writeln!(std::io::stderr(), "SKIPPED {reason}");
    if let Ok(path) = env::var("IDEM_TEST_SKIPS") {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .unwrap();
        file.write_all(format!("{reason}\n").as_bytes()).unwrap();
    }
}

/// A server of a test's own, in a folder of its own, which ends with it.
pub(crate) struct Server {
    pub(crate) port: u16,
    options: Vec<String>,
    folder: TempDir,
    process: Option<Child>,
}

impl Server {
    /// A server that writes nothing to disk.
    pub(crate) fn start() -> Self {
        Self::with(&["--save", "", "--appendonly", "no"])
    }

    pub(crate) fn with(options: &[&str]) -> Self {
        let mut server = Self {
            port: 0,
            options: options.iter().map(|it| (*it).to_owned()).collect(),
            folder: tempfile::tempdir().unwrap(),
            process: None,
        };
        for _ in 0..5 {
            server.port = free_port();
            if server.launch() {
                return server;
            }
        }
        panic!("redis-server doesn't start with {options:?}");
    }

    /// Starts it again, on the same port and with what it has on disk.
    pub(crate) fn restart(&mut self) {
        self.kill();
        assert!(self.launch(), "redis-server doesn't start again");
    }

    /// As the kernel would, when memory runs out.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have ended by itself.
            let _ = process.kill();
            process.wait().unwrap();
        }
    }

    /// Has it stop, and answer nobody, or go on.
    pub(crate) fn signal(&self, signal: &str) {
        let process = self.process.as_ref().unwrap().id().to_string();
        let sent = Command::new("kill").args([signal, &process]).status();
        assert!(sent.unwrap().success());
    }

    pub(crate) fn client(&self) -> redis::Client {
        redis::Client::open(self.url()).unwrap()
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    fn launch(&mut self) -> bool {
        let process = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args(&self.options)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        self.process = Some(process.unwrap());
        let client = self.client();
        let ready = wait_until(|| {
            let ended = self.process.as_mut().unwrap().try_wait().unwrap().is_some();
            let ping = || redis::cmd("PING").query::<()>(&mut client.get_connection()?);
            ended || ping().is_ok()
        });
        ready && self.process.as_mut().unwrap().try_wait().unwrap().is_none()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits some time for something to be so.
pub(crate) fn wait_until(mut is_so: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(30) {
        if is_so() {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}

/// A port that nobody listens on, nor on the one that a cluster's nodes talk over, 10,000 above;
/// below those that the system gives to clients.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let is_free = |port| TcpListener::bind(("127.0.0.1", port)).is_ok();
    loop {
        // Tests run in processes of their own, at the same time.
        let start = u16::try_from(std::process::id() % 1_000).unwrap() * 15;
        let port = 12_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 15_000;
        if is_free(port) && is_free(port + 10_000) {
            return port;
        }
    }
}
