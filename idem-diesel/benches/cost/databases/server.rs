//! Throw-away servers: started on a free port in a folder of their own, and stopped at the end.

use crate::Res;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A folder for the servers and files of one run.
#[derive(Debug)]
pub(crate) struct Room {
    folder: TempDir,
    /// Servers refuse to be root; there, they are `nobody`.
    nobody: Option<(u32, u32)>,
    /// Nobody else on the machine is to use the servers.
    pub(crate) secret: String,
}

impl Room {
    pub(crate) fn new() -> Res<Self> {
        let folder = tempfile::Builder::new().prefix("idem-bench-").tempdir()?;
        let nobody = match id(&["-u"])? {
            0 => Some((id(&["-u", "nobody"])?, id(&["-g", "nobody"])?)),
            _ => None,
        };
        if let Some((user, group)) = nobody {
            chown(folder.path(), Some(user), Some(group))?;
        }
        Ok(Self {
            folder,
            nobody,
            secret: uuid::Uuid::new_v4().simple().to_string(),
        })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file that the servers can read.
    pub(crate) fn write(&self, name: &str, text: &str) -> Res<PathBuf> {
        let path = self.path(name);
        fs::write(&path, text)?;
        if let Some((user, group)) = self.nobody {
            chown(&path, Some(user), Some(group))?;
        }
        Ok(path)
    }

    /// A command as the servers' user, in the room, with its output in a log.
    pub(crate) fn command(&self, program: &Path, log: &str) -> Res<Command> {
        let mut command = match self.nobody {
            // Clears the groups too, and ends the server with us, even after a kill -9.
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command.args(["--pdeathsig", "TERM", "--clear-groups"]);
                command
                    .arg(format!("--reuid={user}"))
                    .arg(format!("--regid={group}"));
                command.arg(program);
                command
            }
            None => Command::new(program),
        };
        let log = File::create(self.path(log))?;
        command
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        Ok(command)
    }
}

fn id(arguments: &[&str]) -> Res<u32> {
    let output = Command::new("id").args(arguments).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// The signal that asks it to stop.
    signal: &'static str,
}

impl Server {
    /// Starts a server and waits until `ready` succeeds.
    pub(crate) fn start(
        mut command: Command,
        signal: &'static str,
        ready: impl Fn() -> Res<()>,
    ) -> Res<Self> {
        let child = command.spawn()?;
        let mut server = Self { child, signal };
        let started = Instant::now();
        while let Err(error) = ready() {
            if server.child.try_wait()?.is_some() || started.elapsed() > Duration::from_secs(60) {
                return Err(format!("its server doesn't start: {error}").into());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        // A server that can't be asked is ended below.
        let _ = Command::new("kill")
            .args(["-s", self.signal, &pid])
            .status();
        for _ in 0..100 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody listens on just now.
pub(crate) fn free_port() -> Res<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Finds a program on the path, or else in one of these folders.
pub(crate) fn find(program: &str, folders: &[PathBuf]) -> Res<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(folders.iter().cloned())
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .ok_or_else(|| format!("{program} is not installed").into())
}

/// The folders in this one, those with the greatest numbers as names first.
pub(crate) fn versions(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    folders.sort_by_key(|folder| {
        let name = folder.file_name().and_then(OsStr::to_str);
        std::cmp::Reverse(name.and_then(|name| name.parse::<u32>().ok()))
    });
    folders
}

/// Runs a command to its end.
pub(crate) fn run(mut command: Command) -> Res<()> {
    let status = command.status()?;
    if status.success() {
        return Ok(());
    }
    let program = command.get_program().to_string_lossy().into_owned();
    Err(format!("{program} ended with {status}").into())
}
