//! SQLite: `BEGIN IMMEDIATE` takes the one write lock, under which a look at the records is the
//! truth; the record is then written once, with its result.
//!
//! A deferred transaction that reads and then writes fails at once when another wrote in between
//! (SQLITE_BUSY_SNAPSHOT), so none is used. The savepoint is how the end notices that an error
//! which the body swallowed has rolled everything back (<https://sqlite.org/lang_transaction.html>,
//! "Response To Errors Within A Transaction"): then there is none to release.

use crate::call::Call;
use crate::dialect::{
    Dialect, Ending, Meaning, Step, Texts, Token, Written, meaning_by_kind, unknown_message,
};
use crate::messages::{KnownError, interpret};
use crate::models::{self, ModelSql};
use crate::prepared::Prepared;
use crate::statement::{Bind, CountsSql, Statement, Template};
use crate::store::{self, sql::LeasedTexts};
use diesel::result::Error as DieselError;
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

/// A claim and its ending at once: like `claim`, with how long ago the call began after the time to
/// live and before status and result.
const INSERT: Template = &[
    "INSERT INTO idem_records (key, operation, tenant, fingerprint, token, result_version, expires_at, \
     attempt, created_at, completed_at, status, result) VALUES (",
    ", ",
    ", ",
    ", ",
    ", ",
    ", ",
    ", strftime('%Y-%m-%d %H:%M:%f', 'now', ",
    ", ",
    "), 1, strftime('%Y-%m-%d %H:%M:%f', 'now', ",
    "), strftime('%Y-%m-%d %H:%M:%f', 'now'), ",
    ", ",
    ")",
];

const CLAIM: Template = &[
    "INSERT INTO idem_records (key, operation, tenant, fingerprint, token, result_version, expires_at, \
     attempt, status, created_at) VALUES (",
    ", ",
    ", ",
    ", ",
    ", ",
    ", ",
    ", strftime('%Y-%m-%d %H:%M:%f', 'now', ",
    "), 1, 'processing', strftime('%Y-%m-%d %H:%M:%f', 'now')) ON CONFLICT (key, operation, tenant) DO NOTHING",
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
    ", status = 'processing', result = NULL, attempt = attempt + 1, lease_until = NULL, completed_at = NULL, \
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
     CASE WHEN lease_until = '1970-01-01 00:00:00.000' THEN -1 ELSE \
     CAST(round((julianday(expires_at) - julianday('now')) * 86400000) * 1000 AS INTEGER) END, \
     CAST(max(0, (julianday(lease_until) - julianday('now')) * 86400000 + 0.5) AS INTEGER) \
     FROM idem_records WHERE key = ",
    " AND operation = ",
    " AND tenant = ",
    "",
];

const PURGE: Template = &[
    "DELETE FROM idem_records WHERE (key, operation, tenant) IN (SELECT key, operation, tenant \
     FROM idem_records WHERE expires_at <= strftime('%Y-%m-%d %H:%M:%f', 'now') AND (lease_until IS NULL \
     OR lease_until <= strftime('%Y-%m-%d %H:%M:%f', 'now')) ORDER BY expires_at LIMIT ",
    ")",
];

const FORGET: Template = &[
    "DELETE FROM idem_records WHERE (lease_until IS NULL OR \
     lease_until <= strftime('%Y-%m-%d %H:%M:%f', 'now')) AND key = ",
    " AND operation = ",
    " AND tenant = ",
    " AND token = ",
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

const TEXTS: Texts = Texts {
    finish: FINISH,
    take_over: TAKE_OVER,
    take_over_limited: TAKE_OVER,
    read: READ,
    read_in_transaction: READ,
    purge: PURGE,
    forget: FORGET,
    times: TIMES,
    stats: STATS,
};

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn writes_at_open(&self) -> Written {
        Written::Nothing
    }

    fn always_peeks(&self) -> bool {
        true
    }

    fn longest_wait(&self) -> Option<Duration> {
        Some(Duration::from_secs(60))
    }

    fn own_wait(&self) -> Option<Statement<'static, CountsSql>> {
        Some(Statement::new(PATIENCE, Vec::new()))
    }

    fn set_own_wait(&self, milliseconds: i64) -> String {
        format!("PRAGMA busy_timeout = {milliseconds}")
    }

    fn open<'a>(
        &self,
        call: &'a Call<'a>,
        _token: &'a Token,
        wait: Option<Duration>,
    ) -> Vec<Step<'a>> {
        self.open_plain(call, wait)
    }

    // Every SQLite transaction is serializable: there is no isolation level to choose.
    fn open_plain<'a>(&self, _call: &Call<'_>, _wait: Option<Duration>) -> Vec<Step<'a>> {
        vec![Step::Batch(
            "BEGIN IMMEDIATE; SAVEPOINT idem_claim".to_owned(),
        )]
    }

    // A claim that fails has failed to begin.
    fn abandon<'a>(&self, _call: &Call<'_>) -> Vec<Step<'a>> {
        Vec::new()
    }

    fn roll_back<'a>(&self) -> Vec<Step<'a>> {
        vec![Step::Batch("ROLLBACK".to_owned())]
    }

    fn finish<'a>(&self, call: &'a Call<'a>, ending: Ending<'a>) -> Vec<Step<'a>> {
        vec![match ending.written {
            Written::Nothing => {
                let mut insert = self.claim(INSERT, call, ending.token);
                // Its time counts from the claim, as where that is what writes it.
                let began = call.began.elapsed();
                let ago = format!("-{}.{:03} seconds", began.as_secs(), began.subsec_millis());
                insert.bind(Bind::Owned(ago.clone()));
                insert.bind(Bind::Owned(ago));
                insert.bind(Bind::Text(ending.status.as_str()));
                insert.bind(Bind::NullableText(ending.result));
                Step::One(insert)
            }
            Written::Processing => self.finish_row(call, ending),
        }]
    }

    fn finish_and_commit<'a>(&self, call: &'a Call<'a>, ending: Ending<'a>) -> Vec<Step<'a>> {
        let mut steps = vec![Step::Batch("RELEASE SAVEPOINT idem_claim".to_owned())];
        steps.extend(self.finish(call, ending));
        steps.push(Step::Batch("COMMIT".to_owned()));
        steps
    }

    fn claim_nested<'a>(&self, call: &'a Call<'a>, token: &'a Token) -> Statement<'a> {
        self.claim(CLAIM, call, token)
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

    fn models(&self) -> &'static ModelSql {
        &models::sql::sqlite::SQL
    }

    fn texts(&self) -> &'static Texts {
        &TEXTS
    }

    fn leased(&self) -> &'static LeasedTexts {
        &store::sql::sqlite::TEXTS
    }

    fn ttl_bind(&self, ttl: Duration) -> Bind<'static> {
        Bind::Owned(format!(
            "+{}.{:03} seconds",
            ttl.as_secs(),
            ttl.subsec_millis()
        ))
    }
}
