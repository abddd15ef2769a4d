//! MySQL and MariaDB: every step is a cached prepared statement, one round trip each; Diesel's
//! own `BEGIN` and `COMMIT` are three.
//!
//! The transaction is `SET autocommit = 0` … `SET autocommit = 1` (which commits) rather than
//! `BEGIN` … `COMMIT`. A deadlock ends the whole transaction; if the body swallows it, what the
//! body writes next would be committed statement by statement. With autocommit off it falls into
//! a new transaction, which is rolled back when the finish doesn't find its claim.

use crate::Isolation;
use crate::call::Call;
use crate::dialect::{
    Dialect, Ending, Meaning, Step, Texts, Token, meaning_by_kind, unknown_message,
};
use crate::messages::{self, KnownError, interpret};
use crate::models::{self, ModelSql};
use crate::prepared::Prepared;
use crate::statement::{Bind, Statement, Template};
use crate::store::{self, sql::LeasedTexts};
use diesel::result::Error as DieselError;
use std::time::Duration;

/// The dialect of MySQL and MariaDB.
#[derive(Debug)]
pub(crate) struct Mysql;

/// MariaDB 1020 with `innodb_snapshot_isolation`: its serialization failure. A table's name follows.
const SNAPSHOT_CHANGED: &str = "Record has changed since last read in table '";

// A plain INSERT: IGNORE would cut long names short and make false duplicates of them.
macro_rules! claim {
    ($before:literal) => {
        &[
            concat!(
                $before,
                "INSERT INTO idem_records (`key`, operation, tenant, fingerprint, token, result_version, \
                 expires_at, status, attempt, created_at) VALUES (",
            ),
            ", ",
            ", ",
            ", ",
            ", ",
            ", ",
            ", UTC_TIMESTAMP(6) + INTERVAL ",
            " MICROSECOND, 'processing', 1, UTC_TIMESTAMP(6))",
        ]
    };
}

const CLAIM: Template = claim!("");

// `/*M! … */` is for MariaDB alone (https://mariadb.com/kb/en/comment-syntax/); MySQL has no such
// statement and waits as long as its `innodb_lock_wait_timeout` says.
const CLAIM_AT_ONCE: Template =
    claim!("/*M!100102 SET STATEMENT innodb_lock_wait_timeout=0 FOR */ ");

// The result's bytes are UTF-8, whatever the connection's charset says of text.
const FINISH: Template = &[
    "UPDATE idem_records SET status = ",
    ", result = CONVERT(CAST(",
    " AS BINARY) USING utf8mb4), completed_at = UTC_TIMESTAMP(6) WHERE `key` = ",
    " AND operation = ",
    " AND tenant = ",
    " AND token = ",
    "",
];

macro_rules! take_over {
    ($before:literal) => {
        &[
    concat!($before, "UPDATE idem_records SET fingerprint = "),
    ", token = ",
    ", result_version = ",
    ", status = 'processing', result = NULL, attempt = attempt + 1, lease_until = NULL, completed_at = NULL, \
     created_at = UTC_TIMESTAMP(6), expires_at = UTC_TIMESTAMP(6) + INTERVAL ",
    " MICROSECOND WHERE `key` = ",
    " AND operation = ",
    " AND tenant = ",
    " AND token = ",
    "",
]
    };
}

const TAKE_OVER: Template = take_over!("");

const TAKE_OVER_AT_ONCE: Template =
    take_over!("/*M!100102 SET STATEMENT innodb_lock_wait_timeout=0 FOR */ ");

macro_rules! read {
    ($after:literal) => {
        &[
            "SELECT fingerprint, status, token, CONVERT(result USING binary), CAST(result_version AS SIGNED), \
             CAST(attempt AS SIGNED), \
             CASE WHEN lease_until = '1970-01-01' THEN -1 ELSE \
             CAST(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), expires_at) AS SIGNED) END, \
             CAST(GREATEST(0, CEIL(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), lease_until) / 1000)) AS SIGNED) \
             FROM idem_records WHERE `key` = ",
            " AND operation = ",
            " AND tenant = ",
            $after,
        ]
    };
}

const READ: Template = read!("");

// A plain read would see the snapshot that the transaction took when it first read.
const READ_LOCKING: Template = read!(" LOCK IN SHARE MODE");

// A running call has its record locked, old as it may be: SKIP LOCKED (MySQL 8.0, MariaDB 10.6)
// neither waits for it nor for another server's purge. A DELETE of one table can't say that, and in
// a join the order is for the planner to choose unless told: in a small table it would go through
// all records, locked or not. `sql_safe_updates` would refuse any such join: MariaDB is told that
// this one is meant.
const PURGE: Template = &[
    "/*M!100102 SET STATEMENT sql_safe_updates=0 FOR */ \
     DELETE record FROM (SELECT `key`, operation, tenant FROM idem_records \
     WHERE expires_at <= UTC_TIMESTAMP(6) AND (lease_until IS NULL OR \
     lease_until <= UTC_TIMESTAMP(6)) ORDER BY expires_at LIMIT ",
    " FOR UPDATE SKIP LOCKED) AS old STRAIGHT_JOIN idem_records AS record FORCE INDEX (PRIMARY) \
     ON record.`key` = old.`key` AND record.operation = old.operation AND record.tenant = old.tenant",
];

// In the same way, what is running is not there.
const FORGET: Template = &[
    "/*M!100102 SET STATEMENT sql_safe_updates=0 FOR */ \
     DELETE record FROM (SELECT `key`, operation, tenant FROM idem_records WHERE (lease_until IS NULL OR \
     lease_until <= UTC_TIMESTAMP(6)) AND `key` = ",
    " AND operation = ",
    " AND tenant = ",
    " AND token = ",
    " FOR UPDATE SKIP LOCKED) AS old STRAIGHT_JOIN idem_records AS record FORCE INDEX (PRIMARY) \
     ON record.`key` = old.`key` AND record.operation = old.operation AND record.tenant = old.tenant",
];

const TIMES: Template = &[
    "SELECT DATE_FORMAT(created_at, '%Y-%m-%dT%H:%i:%s.%fZ'), DATE_FORMAT(completed_at, '%Y-%m-%dT%H:%i:%s.%fZ'), \
     DATE_FORMAT(expires_at, '%Y-%m-%dT%H:%i:%s.%fZ'), DATE_FORMAT(lease_until, '%Y-%m-%dT%H:%i:%s.%fZ') \
     FROM idem_records WHERE `key` = ",
    " AND operation = ",
    " AND tenant = ",
    "",
];

const STATS: Template = &[
    "SELECT operation, CAST(SUM(status = 'completed') AS SIGNED), \
     CAST(SUM(status = 'failed') AS SIGNED), CAST(SUM(status = 'processing') AS SIGNED), \
     CAST(SUM(expires_at <= UTC_TIMESTAMP(6)) AS SIGNED) FROM idem_records GROUP BY operation ORDER BY operation",
];

const ECHO: Template = &["SELECT '', CAST(", " AS SIGNED), 0, 0, 0"];

fn plain<'a>(sql: Template) -> Step<'a> {
    Step::Run(Statement::new(sql, Vec::new()))
}

const TEXTS: Texts = Texts {
    finish: FINISH,
    take_over: TAKE_OVER,
    take_over_limited: TAKE_OVER_AT_ONCE,
    read: READ,
    read_in_transaction: READ_LOCKING,
    purge: PURGE,
    forget: FORGET,
    times: TIMES,
    stats: STATS,
};

/// Commits. A level that was set for one transaction is forgotten at a COMMIT of its own, on
/// MariaDB, not when the transaction ends otherwise: the next one would have it too.
fn commit<'a>(call: &Call<'_>) -> Vec<Step<'a>> {
    let mut steps = vec![plain(&["SET autocommit = 1"])];
    if call.isolation.is_some() {
        steps.push(plain(&["COMMIT"]));
    }
    steps
}

impl Dialect for Mysql {
    fn name(&self) -> &'static str {
        "mysql"
    }

    fn may_have_lost_transaction(&self) -> bool {
        true
    }

    // https://github.com/blackbeam/mysql_async: a `Conn` reads whatever answer comes next.
    fn echo(&self) -> Option<Template> {
        Some(ECHO)
    }

    fn open<'a>(
        &self,
        call: &'a Call<'a>,
        token: &'a Token,
        wait: Option<Duration>,
    ) -> Vec<Step<'a>> {
        let text = if wait.is_some() { CLAIM_AT_ONCE } else { CLAIM };
        let mut steps = self.open_plain(call, wait);
        steps.push(Step::One(self.claim(text, call, token)));
        steps
    }

    fn open_plain<'a>(&self, call: &Call<'_>, _wait: Option<Duration>) -> Vec<Step<'a>> {
        let isolation: Option<Template> = call.isolation.map(|isolation| -> Template {
            match isolation {
                Isolation::ReadCommitted => &["SET TRANSACTION ISOLATION LEVEL READ COMMITTED"],
                Isolation::RepeatableRead => &["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"],
                Isolation::Serializable => &["SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"],
            }
        });
        let begin: Template = &["SET autocommit = 0"];
        isolation.into_iter().chain([begin]).map(plain).collect()
    }

    fn abandon<'a>(&self, call: &Call<'_>) -> Vec<Step<'a>> {
        commit(call)
    }

    fn roll_back<'a>(&self) -> Vec<Step<'a>> {
        vec![plain(&["ROLLBACK"]), plain(&["SET autocommit = 1"])]
    }

    fn finish_and_commit<'a>(&self, call: &'a Call<'a>, ending: Ending<'a>) -> Vec<Step<'a>> {
        let mut steps = self.finish(call, ending);
        steps.extend(commit(call));
        steps
    }

    fn claim_nested<'a>(&self, call: &'a Call<'a>, token: &'a Token) -> Statement<'a> {
        let limited = call.in_flight.limit().is_some();
        self.claim(if limited { CLAIM_AT_ONCE } else { CLAIM }, call, token)
    }

    fn meaning(&self, error: &DieselError) -> Meaning {
        let Some(message) = unknown_message(error) else {
            return meaning_by_kind(error);
        };
        if message.starts_with(SNAPSHOT_CHANGED) {
            return Meaning::Transient;
        }
        let known = [
            (messages::MYSQL_DEADLOCK, KnownError::Transient),
            (messages::MYSQL_LOCK_TIMEOUT, KnownError::LockTimeout),
        ];
        interpret(message, &known).map_or(Meaning::Other, Meaning::from)
    }

    fn schema(&self) -> &'static str {
        include_str!("../migrations/mysql/2026-11-21-000000_idem_records/up.sql")
    }

    fn models(&self) -> &'static ModelSql {
        &models::sql::mysql::SQL
    }

    fn texts(&self) -> &'static Texts {
        &TEXTS
    }

    fn leased(&self) -> &'static LeasedTexts {
        &store::sql::mysql::TEXTS
    }

    // Bytes compare as bytes, whatever the connection's collation.
    fn name_bind<'a>(&self, name: &'a str) -> Bind<'a> {
        Bind::Bytes(name.as_bytes())
    }

    // As for names: `SET NAMES` would have the server convert what a later session reads.
    fn result_bind<'a>(&self, result: Option<&'a str>) -> Bind<'a> {
        Bind::NullableBytes(result.map(str::as_bytes))
    }

    fn ttl_bind(&self, ttl: Duration) -> Bind<'static> {
        Bind::Integer(i64::try_from(ttl.as_micros()).unwrap_or(i64::MAX))
    }
}
