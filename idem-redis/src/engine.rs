//! What a store does, written once, in `async`. Over a blocking connection every future is ready
//! at once, and [`now`] takes its output.

use crate::keys::{Kind, key};
use crate::options::Options;
use crate::record::{Fields, milliseconds, token_digits};
use crate::script::{CLAIM, FINISH, LOOKUP, RELEASE, RENEW, Script};
use crate::{Error, eviction};
use idem_core::{Claim, Claimed, FencingToken, Record, RecordId, Status, Write, decide};
use redis::{Cmd, ErrorKind, Pipeline, RedisResult, Value, from_redis_value};
#[cfg(feature = "sync")]
use std::pin::pin;
#[cfg(feature = "sync")]
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use uuid::Uuid;

/// A way to Redis.
pub(crate) trait Link {
    /// Sends a command and waits for its answer.
    fn send(&self, command: &Cmd) -> impl Future<Output = RedisResult<Value>> + Send;

    /// Sends commands over one connection, one right after the other, and waits for their answers.
    fn send_all(&self, commands: &Pipeline)
    -> impl Future<Output = RedisResult<Vec<Value>>> + Send;
}

/// What a script gave, and on how many replicas what it wrote is.
struct Reply {
    value: Value,
    replicas: Option<u32>,
}

/// A store over a link.
#[derive(Debug, Clone)]
pub(crate) struct Engine<L> {
    pub(crate) link: L,
    pub(crate) options: Options,
}

impl<L: Link + Sync> Engine<L> {
    /// See [`idem_core::Store::claim`].
    pub(crate) async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, Error> {
        if let Err(rejection) = claim.id.check() {
            return Ok(Claimed::Rejected(rejection));
        }
        let key = self.key(&claim.id);
        // Made here, so that a claim sent again after a lost answer is known to be the same one.
        let token = Uuid::new_v4().into_bytes();
        let [lease, ttl] = [claim.lease, claim.ttl].map(|it| milliseconds(it).to_string());
        let (digits, fingerprint) = (token_digits(token), claim.fingerprint.to_string());
        let version = claim.result_version.to_string();
        let mut taken_over = String::new();
        loop {
            let arguments = [&*digits, &fingerprint, &version, &lease, &ttl, &taken_over];
            let reply = self.run(&CLAIM, &key, &arguments).await?;
            if let Value::Int(attempt) = reply.value {
                self.is_replicated(&reply)?;
                // The script keeps it in bounds.
                let attempt = i32::try_from(attempt).unwrap_or(i32::MAX);
                return Ok(Claimed::Granted(FencingToken { id: token, attempt }));
            }
            let fields: Fields = from_redis_value(reply.value).map_err(redis::RedisError::from)?;
            let state = fields.state.clone();
            let record = fields.record(&key)?;
            let decision = decide(&claim.id, record, &claim.fingerprint, claim.result_version);
            if let Some(answer) = decision.answer() {
                return Ok(answer);
            }
            // Whoever comes first takes it over; the others find another state, and decide anew.
            taken_over = state;
        }
    }

    /// See [`idem_core::Store::complete`] and [`idem_core::Store::fail`].
    pub(crate) async fn finish(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        status: Status,
        result: Option<&str>,
    ) -> Result<Write, Error> {
        let has_result = if result.is_some() { "1" } else { "0" };
        let arguments = [status.as_str(), has_result, result.unwrap_or_default()];
        self.write(&FINISH, id, token, &arguments).await
    }

    /// See [`idem_core::Store::release`].
    pub(crate) async fn release(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
    ) -> Result<Write, Error> {
        self.write(&RELEASE, id, token, &[]).await
    }

    /// See [`idem_core::Store::renew`].
    pub(crate) async fn renew(
        &self,
        id: &RecordId<'_>,
        token: &FencingToken,
        lease: Duration,
    ) -> Result<Write, Error> {
        let lease = milliseconds(lease).to_string();
        self.write(&RENEW, id, token, &[&lease]).await
    }

    /// See [`idem_core::Store::lookup`].
    pub(crate) async fn lookup(&self, id: &RecordId<'_>) -> Result<Option<Record>, Error> {
        let key = self.key(id);
        match looked_up(self.run(&LOOKUP, &key, &[]).await?.value)? {
            (_, None) => Ok(None),
            (_, Some(fields)) => fields.record(&key).map(Some),
        }
    }

    /// Fails if Redis may evict records before their time.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        let mut info = redis::cmd("INFO");
        info.arg("memory");
        let told = self.link.send(&info).await?;
        if self.options.accept_eviction {
            return Ok(());
        }
        eviction::check(&told)
    }

    fn key(&self, id: &RecordId<'_>) -> String {
        key(&self.options.prefix, Kind::Record, id)
    }

    /// Runs a script that gives whether it wrote.
    async fn write(
        &self,
        script: &Script,
        id: &RecordId<'_>,
        token: &FencingToken,
        arguments: &[&str],
    ) -> Result<Write, Error> {
        let token = token_digits(token.id);
        let arguments: Vec<&str> = [&*token].iter().chain(arguments).copied().collect();
        let reply = self.run(script, &self.key(id), &arguments).await?;
        match &reply.value {
            Value::Int(1) => self.is_replicated(&reply).map(|()| Write::Done),
            Value::Int(0) => Ok(Write::LostClaim),
            other => Err(not_understood(other)),
        }
    }

    fn is_replicated(&self, reply: &Reply) -> Result<(), Error> {
        match (self.options.replicas, reply.replicas) {
            (Some(asked), Some(reached)) if reached < asked.wanted => Err(Error::NotReplicated {
                wanted: asked.wanted,
                reached,
            }),
            _ => Ok(()),
        }
    }

    /// Runs a script, once more if the connection broke: one that lay idle may have broken long
    /// ago, and no script does anything twice.
    async fn run(&self, script: &Script, key: &str, arguments: &[&str]) -> Result<Reply, Error> {
        match self.run_once(script, key, arguments).await {
            Err(error) if error.is_connection_dropped() => {
                Ok(self.run_once(script, key, arguments).await?)
            }
            other => Ok(other?),
        }
    }

    async fn run_once(&self, script: &Script, key: &str, arguments: &[&str]) -> RedisResult<Reply> {
        let send = |command| self.send(command);
        script.run(key, arguments, send).await
    }

    async fn send(&self, command: Cmd) -> RedisResult<Reply> {
        let Some(replicas) = self.options.replicas else {
            let value = self.link.send(&command).await?;
            return Ok(Reply {
                value,
                replicas: None,
            });
        };
        let mut wait = redis::cmd("WAIT");
        // Zero would be for ever.
        wait.arg(replicas.wanted)
            .arg(milliseconds(replicas.within).max(1));
        // On one connection, since WAIT is about what was written on its own.
        let mut both = redis::pipe();
        both.add_command(command).add_command(wait);
        let mut answers = self.link.send_all(&both).await?;
        let reached = answers.pop().unwrap_or_default();
        Ok(Reply {
            value: answers.pop().unwrap_or_default(),
            replicas: Some(from_redis_value(reached)?),
        })
    }
}

/// The time, and the fields that are there, as the lookup gives them.
pub(crate) fn looked_up(value: Value) -> Result<(u64, Option<Fields>), Error> {
    if let Value::Array(parts) = &value
        && let [Value::Int(now)] = parts[..]
        && let Ok(now) = u64::try_from(now)
    {
        return Ok((now, None));
    }
    let fields: Fields = from_redis_value(value).map_err(redis::RedisError::from)?;
    Ok((fields.now, Some(fields)))
}

pub(crate) fn not_understood(reply: &Value) -> Error {
    let kind = ErrorKind::UnexpectedReturnType;
    Error::UnexpectedReply((kind, "a script's reply", format!("{reply:?}")).into())
}

/// Takes the output of a future that is always ready: one over a blocking link.
#[cfg(feature = "sync")]
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
