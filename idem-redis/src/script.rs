//! The scripts, and the commands that run them.

use redis::{Cmd, ErrorKind, RedisResult, ServerErrorKind};
use std::sync::LazyLock;

/// A Lua script. Redis runs it as one step, and all of it is about one key.
///
/// Each may be sent again: what it did the first time, it doesn't do again.
#[derive(Debug)]
pub(crate) struct Script {
    code: &'static str,
    /// What Redis knows it by, once it has seen it.
    digest: String,
}

macro_rules! script {
    ($file:literal) => {
        LazyLock::new(|| {
            Script::new(concat!(
                include_str!("lua/prelude.lua"),
                include_str!(concat!("lua/", $file, ".lua"))
            ))
        })
    };
}

pub(crate) static CLAIM: LazyLock<Script> = script!("claim");
pub(crate) static FINISH: LazyLock<Script> = script!("finish");
pub(crate) static RELEASE: LazyLock<Script> = script!("release");
pub(crate) static RENEW: LazyLock<Script> = script!("renew");
pub(crate) static LOOKUP: LazyLock<Script> = script!("lookup");
#[cfg(feature = "async")]
pub(crate) static CACHE_PUT: LazyLock<Script> = script!("cache_put");
#[cfg(feature = "async")]
pub(crate) static CACHE_FORGET: LazyLock<Script> = script!("cache_forget");

impl Script {
    fn new(code: &'static str) -> Self {
        let digest = redis::Script::new(code).get_hash().to_owned();
        Self { code, digest }
    }

    /// Runs the script by its digest, and by its text where Redis hasn't seen it.
    pub(crate) async fn run<T, F>(
        &self,
        key: &str,
        arguments: &[&str],
        send: impl Fn(Cmd) -> F,
    ) -> RedisResult<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        match send(self.by_digest(key, arguments)).await {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                send(self.by_text(key, arguments)).await
            }
            other => other,
        }
    }

    /// Fails with `NOSCRIPT` where Redis hasn't seen the script.
    fn by_digest(&self, key: &str, arguments: &[&str]) -> Cmd {
        command("EVALSHA", &self.digest, key, arguments)
    }

    /// The text is known to Redis from then on. Unlike `SCRIPT LOAD`, it goes where the key is and
    /// nowhere else, so that a cluster's other nodes may be down.
    fn by_text(&self, key: &str, arguments: &[&str]) -> Cmd {
        command("EVAL", self.code, key, arguments)
    }
}

fn command(name: &str, script: &str, key: &str, arguments: &[&str]) -> Cmd {
    let mut command = redis::cmd(name);
    command.arg(script).arg(1).arg(key).arg(arguments);
    command
}
