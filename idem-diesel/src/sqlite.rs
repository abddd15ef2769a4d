//! SQLite: `BEGIN IMMEDIATE` takes the one write lock, under which a look at the records is the
//! truth; the record is then written once, with its result.
//!
//! A deferred transaction that reads and then writes fails at once when another wrote in between
//! (SQLITE_BUSY_SNAPSHOT), so none is used. The savepoint is how the end notices that an error
//! which the body swallowed has rolled everything back (<https://sqlite.org/lang_transaction.html>,
//! "Response To Errors Within A Transaction"): then there is none to release.

use crate::call::Call;
use crate::dialect::{
    Dialect, Ending, Meaning, NestedClaim, Step, Token, Written, meaning_by_kind, unknown_message,
};
use crate::messages::{KnownError, interpret};
use crate::statement::{Bind, CountsSql, RecordSql, Statement, Template, TimesSql};
use diesel::result::Error as DieselError;
use idem_core::{RecordId, Status};
use std::time::Duration;

/// The dialect of SQLite.
#[derive(Debug)]
pub(crate) struct Sqlite;

/// SQLITE_BUSY, and SQLITE_LOCKED with a shared cache. SQLite's messages have one language.
const BUSY: &[&str] = &["database is locked", "database table is locked"];

/// The transaction has ended without us.
const GONE: &[&str] = &[
    "no such savepoint: idem_claim",
    "cannot commit - no transaction is active",
    "cannot rollback - no transaction is active",
];

const INSERT: Template = &[
    "INSERT INTO idem_records (key, operation, tenant, fingerprint, token, result_version, attempt, \
     status, result, created_at, completed_at, expires_at) VALUES (",
    ", ",
    ", ",
    ", ",
    ", ",
    ", ",
    ", 1, ",
    ", ",
    ", strftime('%Y-%m-%d %H:%M:%f', 'now'), strftime('%Y-%m-%d %H:%M:%f', 'now'), \
     strftime('%Y-%m-%d %H:%M:%f', 'now', ",
    "))",
];

const CLAIM: Template = &[
    "INSERT INTO idem_records (key, operation, tenant, fingerprint, token, result_version, attempt, \
     status, created_at, expires_at) VALUES (",
    ", ",
    ", ",
    ", ",
    ", ",
    ", ",
    ", 1, 'processing', strftime('%Y-%m-%d %H:%M:%f', 'now'), strftime('%Y-%m-%d %H:%M:%f', 'now', ",
    ")) ON CONFLICT (key, operation, tenant) DO NOTHING",
];

const FINISH: Template = &[
    "UPDATE idem_records SET status = ",
    ", result = ",
    ", completed_at = strftime('%Y-%m-%d %H:%M:%f', 'now') WHERE key = ",
    " AND operation = ",
    " AND tenant = ",
    " AND token = ",
    "",
];

const TAKE_OVER: Template = &[
    "UPDATE idem_records SET fingerprint = ",
    ", token = ",
    ", result_version = ",
    ", status = ",
    ", result = NULL, attempt = attempt + 1, lease_until = NULL, completed_at = NULL, \
     created_at = strftime('%Y-%m-%d %H:%M:%f', 'now'), \
     expires_at = strftime('%Y-%m-%d %H:%M:%f', 'now', ",
    ") WHERE key = ",
    " AND operation = ",
    " AND tenant = ",
    " AND token = ",
    "",
];

const READ: Template = &[
    "SELECT fingerprint, status, token, result, result_version, attempt, \
     CAST(round((julianday(expires_at) - julianday('now')) * 86400000) * 1000 AS INTEGER), \
     CAST(max(0, (julianday(lease_until) - julianday('now')) * 86400000 + 0.5) AS INTEGER) \
     FROM idem_records WHERE key = ",
    " AND operation = ",
    " AND tenant = ",
    "",
];

const PURGE: Template = &[
    "DELETE FROM idem_records WHERE (key, operation, tenant) IN (SELECT key, operation, tenant \
     FROM idem_records WHERE expires_at <= strftime('%Y-%m-%d %H:%M:%f', 'now') AND (status <> 'processing' \
     OR lease_until <= strftime('%Y-%m-%d %H:%M:%f', 'now')) ORDER BY expires_at LIMIT ",
    ")",
];

const FORGET: Template = &[
    "DELETE FROM idem_records WHERE status <> 'processing' AND key = ",
    " AND operation = ",
    " AND tenant = ",
    "",
];

const TIMES: Template = &[
    "SELECT replace(created_at, ' ', 'T') || 'Z', replace(completed_at, ' ', 'T') || 'Z', \
     replace(expires_at, ' ', 'T') || 'Z', replace(lease_until, ' ', 'T') || 'Z' FROM idem_records WHERE key = ",
    " AND operation = ",
    " AND tenant = ",
    "",
];

const STATS: Template = &[
    "SELECT CAST(operation AS BLOB), sum(status = 'completed'), sum(status = 'failed'), \
     sum(status = 'processing'), sum(expires_at <= strftime('%Y-%m-%d %H:%M:%f', 'now')) \
     FROM idem_records GROUP BY operation ORDER BY operation",
];

const PATIENCE: Template = &["SELECT x'', timeout, 0, 0, 0 FROM pragma_busy_timeout"];

fn id_binds<'a>(id: &RecordId<'a>) -> [Bind<'a>; 3] {
    [
        Bind::Text(id.key.as_str()),
        Bind::Text(id.operation),
        Bind::Text(id.tenant),
    ]
}

fn ttl(call: &Call<'_>) -> Bind<'static> {
    Bind::Owned(format!(
        "+{}.{:03} seconds",
        call.ttl.as_secs(),
        call.ttl.subsec_millis()
    ))
}

fn request_binds<'a>(call: &'a Call<'a>, token: &'a Token) -> Vec<Bind<'a>> {
    let mut binds = Vec::from(id_binds(&call.id));
    binds.extend([
        Bind::Bytes(call.fingerprint.as_bytes()),
        Bind::Bytes(token),
        Bind::Integer(call.result_version.into()),
    ]);
    binds
}

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn writes_at_open(&self, _call: &Call<'_>) -> Written {
        Written::Nothing
    }

    fn always_peeks(&self) -> bool {
        true
    }

    fn longest_wait(&self) -> Option<Duration> {
        Some(Duration::from_secs(60))
    }

    fn patience(&self) -> Option<Statement<'static, CountsSql>> {
        Some(Statement::new(PATIENCE, Vec::new()))
    }

    fn set_patience(&self, milliseconds: i64) -> String {
        format!("PRAGMA busy_timeout = {milliseconds}")
    }

    fn open<'a>(
        &self,
        call: &'a Call<'a>,
        _token: &'a Token,
        _wait: Option<Duration>,
    ) -> Vec<Step<'a>> {
        self.open_plain(call)
    }

    // Every SQLite transaction is serializable: there is no isolation level to choose.
    fn open_plain<'a>(&self, _call: &Call<'_>) -> Vec<Step<'a>> {
        vec![Step::Batch(
            "BEGIN IMMEDIATE; SAVEPOINT idem_claim".to_owned(),
        )]
    }

    // A claim that fails has failed to begin.
    fn abandon<'a>(&self) -> Vec<Step<'a>> {
        Vec::new()
    }

    fn roll_back<'a>(&self) -> Vec<Step<'a>> {
        vec![Step::Batch("ROLLBACK".to_owned())]
    }

    fn finish<'a>(&self, call: &'a Call<'a>, ending: Ending<'a>) -> Vec<Step<'a>> {
        let outcome = [
            Bind::Text(ending.status.as_str()),
            Bind::NullableText(ending.result),
        ];
        let statement = if ending.written != Written::Nothing {
            let mut binds = Vec::from(outcome);
            binds.extend(id_binds(&call.id));
            binds.push(Bind::Bytes(ending.token));
            Statement::new(FINISH, binds)
        } else {
            let mut binds = request_binds(call, ending.token);
            binds.extend(outcome);
            binds.push(ttl(call));
            Statement::new(INSERT, binds)
        };
        vec![Step::One(statement)]
    }

    fn finish_and_commit<'a>(&self, call: &'a Call<'a>, ending: Ending<'a>) -> Vec<Step<'a>> {
        let mut steps = vec![Step::Batch("RELEASE SAVEPOINT idem_claim".to_owned())];
        steps.extend(self.finish(call, ending));
        steps.push(Step::Batch("COMMIT".to_owned()));
        steps
    }

    fn claim_nested<'a>(&self, call: &'a Call<'a>, token: &'a Token) -> NestedClaim<'a> {
        let mut binds = request_binds(call, token);
        binds.push(ttl(call));
        NestedClaim {
            before: Vec::new(),
            claim: Statement::new(CLAIM, binds),
            after: Vec::new(),
        }
    }

    fn read<'a>(&self, id: &RecordId<'a>, _in_transaction: bool) -> Statement<'a, RecordSql> {
        Statement::new(READ, id_binds(id).into())
    }

    fn take_over<'a>(&self, call: &'a Call<'a>, old: &'a Token, new: &'a Token) -> Statement<'a> {
        let mut binds = vec![
            Bind::Bytes(call.fingerprint.as_bytes()),
            Bind::Bytes(new),
            Bind::Integer(call.result_version.into()),
            Bind::Text(Status::Processing.as_str()),
            ttl(call),
        ];
        binds.extend(id_binds(&call.id));
        binds.push(Bind::Bytes(old));
        Statement::new(TAKE_OVER, binds)
    }

    fn meaning(&self, error: &DieselError) -> Meaning {
        match unknown_message(error) {
            None => meaning_by_kind(error),
            Some(message) if GONE.contains(&message) => Meaning::LostClaim,
            Some(message) => interpret(message, &[(BUSY, KnownError::LockTimeout)])
                .map_or(Meaning::Other, Meaning::from),
        }
    }

    fn schema(&self) -> &'static str {
        include_str!("../migrations/sqlite/2026-11-21-000000_idem_records/up.sql")
    }

    fn purge(&self, batch: i64) -> Statement<'static> {
        Statement::new(PURGE, vec![Bind::Integer(batch)])
    }

    fn forget<'a>(&self, id: &RecordId<'a>) -> Statement<'a> {
        Statement::new(FORGET, id_binds(id).into())
    }

    fn times<'a>(&self, id: &RecordId<'a>) -> Statement<'a, TimesSql> {
        Statement::new(TIMES, id_binds(id).into())
    }

    fn stats(&self) -> Statement<'static, CountsSql> {
        Statement::new(STATS, Vec::new())
    }
}
