//! PostgreSQL: the claim travels with `BEGIN` and the result with `COMMIT`, one message each.
//!
//! A message of several statements can have no parameters, so its values are literals. Between
//! their quotes stand printable ASCII characters other than quote and backslash, or else hex
//! digits: nothing to escape, whatever `standard_conforming_strings` says. Names are qualified:
//! `search_path` is the session's to set.

use crate::Isolation;
use crate::call::Call;
use crate::dialect::{
    Dialect, Ending, Meaning, Step, Texts, Token, hex, meaning_by_kind, unknown_message,
};
use crate::messages::{self, KnownError, interpret};
use crate::models::{self, ModelSql};
use crate::prepared::Prepared;
use crate::statement::{Bind, Statement, Template};
use crate::store::{self, sql::LeasedTexts};
use diesel::result::Error as DieselError;
use std::time::Duration;

/// The dialect of PostgreSQL.
#[derive(Debug)]
pub(crate) struct Postgres;

/// What `idem_finish` says when there is no record of ours, in every language.
const LOST_CLAIM: &str = "idem lost claim";

/// Results up to this many bytes travel with `COMMIT`; hex doubles them, and beyond this the
/// doubling costs more than the round trip it saves.
const FOLDED_RESULT: usize = 16 * 1024;

impl Postgres {
    fn begin(call: &Call<'_>) -> &'static str {
        match call.isolation {
            None => "BEGIN",
            Some(Isolation::ReadCommitted) => "BEGIN ISOLATION LEVEL READ COMMITTED",
            Some(Isolation::RepeatableRead) => "BEGIN ISOLATION LEVEL REPEATABLE READ",
            Some(Isolation::Serializable) => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        }
    }

    /// Timeouts for the claim alone: the body gets back what the session had. `lock_timeout` counts
    /// anew for each rival that fails and leaves its place to the next, so `statement_timeout` has
    /// the last word. A claim that is slow for other reasons gets a little time for them.
    fn limit_wait(wait: Duration) -> String {
        let wait = wait.as_millis().clamp(1, 2_000_000_000);
        let all = wait.max(100);
        format!(
            "SELECT pg_catalog.set_config('idem.lock_timeout', pg_catalog.current_setting('lock_timeout'), true), \
             pg_catalog.set_config('idem.statement_timeout', pg_catalog.current_setting('statement_timeout'), true), \
             pg_catalog.set_config('lock_timeout', '{wait}ms', true), \
             pg_catalog.set_config('statement_timeout', CASE \
             WHEN pg_catalog.current_setting('statement_timeout') OPERATOR(pg_catalog.=) '0' OR \
             CAST(pg_catalog.current_setting('statement_timeout') AS pg_catalog.interval) \
             OPERATOR(pg_catalog.>) CAST('{all}ms' AS pg_catalog.interval) \
             THEN '{all}ms' ELSE pg_catalog.current_setting('statement_timeout') END, true)"
        )
    }

    const RESTORE_WAIT: &str = "SELECT pg_catalog.set_config('lock_timeout', pg_catalog.current_setting('idem.lock_timeout'), true), \
         pg_catalog.set_config('statement_timeout', pg_catalog.current_setting('idem.statement_timeout'), true)";

    /// The claim as SQL with literals.
    fn claim_sql(call: &Call<'_>, token: &Token) -> String {
        format!(
            "SELECT public.idem_claim({key}, {operation}, {tenant}, {fingerprint}, {token}, {version}, '{ttl}')",
            key = text_literal(call.id.key.as_str()),
            operation = text_literal(call.id.operation),
            tenant = text_literal(call.id.tenant),
            fingerprint = bytes_literal(call.fingerprint.as_bytes()),
            token = bytes_literal(token),
            version = call.result_version,
            ttl = interval(call.ttl),
        )
    }

    /// The end as one statement with literals, which raises an error unless it concerns a record:
    /// in a message with `COMMIT`, nobody could look at a row count before it.
    fn finish_sql(call: &Call<'_>, ending: Ending<'_>) -> String {
        format!(
            "SELECT public.idem_finish({key}, {operation}, {tenant}, {token}, '{status}', {result})",
            key = text_literal(call.id.key.as_str()),
            operation = text_literal(call.id.operation),
            tenant = text_literal(call.id.tenant),
            token = bytes_literal(ending.token),
            status = ending.status,
            result = ending
                .result
                .map_or_else(|| "NULL".to_owned(), text_literal),
        )
    }
}

fn text_literal(text: &str) -> String {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'\'' && byte != b'\\';
    if text.bytes().all(is_plain) {
        return format!("'{text}'");
    }
    let digits = hex(text.as_bytes());
    format!("pg_catalog.convert_from(pg_catalog.decode('{digits}', 'hex'), 'UTF8')")
}

// In `E'…'` a backslash is written as two, whatever the settings
// (https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-ESCAPE), and
// a constant is read once where `decode` would have to be planned and called.
fn bytes_literal(bytes: &[u8]) -> String {
    format!("E'\\\\x{}'", hex(bytes))
}

/// In hours and seconds, as before PostgreSQL 15 seconds alone end after 68 years; never in days,
/// which have 23 or 25 hours in some time zones.
fn interval(time: Duration) -> String {
    let seconds = time.as_secs();
    format!(
        "{} h {}.{:06} s",
        seconds / 3600,
        seconds % 3600,
        time.subsec_micros()
    )
}

fn seconds(time: Duration) -> String {
    format!("{}.{:06}", time.as_secs(), time.subsec_micros())
}

const READ: Template = &[
    "SELECT fingerprint, status, token, result, result_version::bigint, attempt::bigint, \
     CASE WHEN lease_until = 'epoch' THEN -1 ELSE pg_catalog.floor(extract(epoch FROM \
     expires_at - pg_catalog.clock_timestamp()) * 1000000)::bigint END, \
     CASE WHEN lease_until IS NOT NULL THEN greatest(0, \
     pg_catalog.ceil(extract(epoch FROM lease_until - pg_catalog.clock_timestamp()) * 1000))::bigint END \
     FROM public.idem_records WHERE key = ",
    " AND operation = ",
    " AND tenant = ",
    "",
];

const CLAIM: Template = &[
    "INSERT INTO public.idem_records (key, operation, tenant, fingerprint, token, result_version, status, \
     attempt, expires_at) VALUES (",
    ", ",
    ", ",
    ", ",
    ", ",
    ", ",
    "::bigint::integer, 'processing', 1, pg_catalog.clock_timestamp() + \
     pg_catalog.make_interval(secs => ",
    "::text::double precision)) ON CONFLICT (key, operation, tenant) DO NOTHING",
];

const FINISH: Template = &[
    "UPDATE public.idem_records SET status = ",
    ", result = ",
    ", completed_at = pg_catalog.clock_timestamp() WHERE key = ",
    " AND operation = ",
    " AND tenant = ",
    " AND token = ",
    "",
];

const TAKE_OVER: Template = &[
    "UPDATE public.idem_records SET fingerprint = ",
    ", token = ",
    ", result_version = ",
    "::bigint::integer, status = 'processing', result = NULL, attempt = attempt + 1, lease_until = NULL, completed_at = NULL, \
     created_at = pg_catalog.clock_timestamp(), expires_at = pg_catalog.clock_timestamp() + \
     pg_catalog.make_interval(secs => ",
    "::text::double precision) WHERE key = ",
    " AND operation = ",
    " AND tenant = ",
    " AND token = ",
    "",
];

// `ctid = ANY(ARRAY(…))` is the fastest form of a bounded delete; SKIP LOCKED lets several servers
// purge at once.
const PURGE: Template = &[
    "DELETE FROM public.idem_records WHERE ctid = ANY(ARRAY(SELECT ctid FROM public.idem_records \
     WHERE expires_at <= pg_catalog.clock_timestamp() AND (lease_until IS NULL OR \
     lease_until <= pg_catalog.clock_timestamp()) ORDER BY expires_at LIMIT ",
    " FOR UPDATE SKIP LOCKED))",
];

// What is locked is being taken over by a call that runs.
const FORGET: Template = &[
    "DELETE FROM public.idem_records WHERE ctid = ANY(ARRAY(SELECT ctid FROM public.idem_records \
     WHERE (lease_until IS NULL OR lease_until <= pg_catalog.clock_timestamp()) AND key = ",
    " AND operation = ",
    " AND tenant = ",
    " AND token = ",
    " FOR UPDATE SKIP LOCKED))",
];

const TIMES: Template = &[
    "SELECT pg_catalog.to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), \
     pg_catalog.to_char(completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), \
     pg_catalog.to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), \
     pg_catalog.to_char(lease_until AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') \
     FROM public.idem_records WHERE key = ",
    " AND operation = ",
    " AND tenant = ",
    "",
];

const STATS: Template = &["SELECT pg_catalog.convert_to(operation, 'UTF8'), \
     pg_catalog.count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'failed'), \
     pg_catalog.count(*) FILTER (WHERE status = 'processing'), \
     pg_catalog.count(*) FILTER (WHERE expires_at <= pg_catalog.clock_timestamp()) \
     FROM public.idem_records GROUP BY operation ORDER BY operation"];

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

impl Dialect for Postgres {
    fn name(&self) -> &'static str {
        "postgresql"
    }

    fn limits_waits(&self) -> bool {
        true
    }

    fn open<'a>(
        &self,
        call: &'a Call<'a>,
        token: &'a Token,
        wait: Option<Duration>,
    ) -> Vec<Step<'a>> {
        let begin = Self::begin(call);
        let claim = Self::claim_sql(call, token);
        vec![Step::Batch(match wait {
            None => format!("{begin}; {claim}"),
            Some(wait) => format!(
                "{begin}; {}; {claim}; {}",
                Self::limit_wait(wait),
                Self::RESTORE_WAIT
            ),
        })]
    }

    fn open_plain<'a>(&self, call: &Call<'_>, wait: Option<Duration>) -> Vec<Step<'a>> {
        let begin = Self::begin(call);
        vec![Step::Batch(match wait {
            None => begin.to_owned(),
            Some(wait) => format!("{begin}; {}", Self::limit_wait(wait)),
        })]
    }

    fn limit_nested<'a>(&self, wait: Duration) -> Vec<Step<'a>> {
        vec![Step::Batch(Self::limit_wait(wait))]
    }

    fn unlimit<'a>(&self) -> Vec<Step<'a>> {
        vec![Step::Batch(Self::RESTORE_WAIT.to_owned())]
    }

    fn after_duplicate<'a>(&self) -> Vec<Step<'a>> {
        vec![Step::Batch("ROLLBACK; BEGIN".to_owned())]
    }

    fn roll_back<'a>(&self) -> Vec<Step<'a>> {
        vec![Step::Batch("ROLLBACK".to_owned())]
    }

    fn finish_and_commit<'a>(&self, call: &'a Call<'a>, ending: Ending<'a>) -> Vec<Step<'a>> {
        if ending.result.map_or(0, str::len) <= FOLDED_RESULT {
            return vec![Step::Batch(format!(
                "{}; COMMIT",
                Self::finish_sql(call, ending)
            ))];
        }
        vec![
            self.finish_row(call, ending),
            Step::Batch("COMMIT".to_owned()),
        ]
    }

    fn claim_nested<'a>(&self, call: &'a Call<'a>, token: &'a Token) -> Statement<'a> {
        self.claim(CLAIM, call, token)
    }

    fn meaning(&self, error: &DieselError) -> Meaning {
        let Some(message) = unknown_message(error) else {
            return meaning_by_kind(error);
        };
        if message == LOST_CLAIM {
            return Meaning::LostClaim;
        }
        let known = [
            (messages::POSTGRES_DEADLOCK, KnownError::Transient),
            (messages::POSTGRES_SERIALIZATION, KnownError::Transient),
            (messages::POSTGRES_LOCK_TIMEOUT, KnownError::LockTimeout),
            (messages::POSTGRES_ABORTED, KnownError::Aborted),
        ];
        interpret(message, &known).map_or(Meaning::Other, Meaning::from)
    }

    fn meaning_within_limit(&self, error: &DieselError) -> Meaning {
        let timed_out = unknown_message(error)
            .is_some_and(|message| messages::POSTGRES_STATEMENT_TIMEOUT.contains(&message));
        if timed_out {
            Meaning::Blocked
        } else {
            self.meaning(error)
        }
    }

    // Of two that make a table at once, IF NOT EXISTS or not, one fails, in the server's language:
    // they take turns, by a lock whose number reads "idem set". What is there is left alone, since
    // CREATE INDEX IF NOT EXISTS waits for every running call before it looks.
    fn schema(&self) -> &'static str {
        concat!(
            "SELECT pg_catalog.pg_advisory_xact_lock(7594306391023773044);\n\
             DO $setup$ BEGIN IF pg_catalog.to_regclass('public.idem_records') IS NULL OR \
             pg_catalog.to_regprocedure('public.idem_finish(text, text, text, bytea, text, text)') IS NULL \
             THEN EXECUTE $migration$\n",
            include_str!("../migrations/postgres/2026-11-21-000000_idem_records/up.sql"),
            "$migration$; END IF; END $setup$"
        )
    }

    fn models(&self) -> &'static ModelSql {
        &models::sql::postgres::SQL
    }

    fn texts(&self) -> &'static Texts {
        &TEXTS
    }

    fn leased(&self) -> &'static LeasedTexts {
        &store::sql::postgres::TEXTS
    }

    fn ttl_bind(&self, ttl: Duration) -> Bind<'static> {
        Bind::Owned(seconds(ttl))
    }
}
