//! The scripts, and the commands that run them.

use redis::Cmd;
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

    /// Runs the script by its digest, which fails with `NOSCRIPT` where Redis hasn't seen it.
    pub(crate) fn by_digest(&self, key: &str, arguments: &[&str]) -> Cmd {
        command("EVALSHA", &self.digest, key, arguments)
    }

    /// Runs the script by its text, which Redis then knows. Unlike `SCRIPT LOAD`, it goes where
    /// the key is and nowhere else, so that a cluster's other nodes may be down.
    pub(crate) fn by_text(&self, key: &str, arguments: &[&str]) -> Cmd {
        command("EVAL", self.code, key, arguments)
    }
}

fn command(name: &str, script: &str, key: &str, arguments: &[&str]) -> Cmd {
    let mut command = redis::cmd(name);
    command.arg(script).arg(1).arg(key).arg(arguments);
    command
}
