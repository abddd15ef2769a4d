//! What differs between the databases: the statements of the protocol, and how their errors are
//! told apart. One file per database implements this; `engine` drives it.

use crate::call::Call;
use crate::messages::KnownError;
use crate::models::ModelSql;
use crate::prepared::Prepared;
use crate::statement::{Bind, CountsSql, Statement, Template};
use crate::store::sql::LeasedTexts;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use idem_core::Status;
use std::time::Duration;

/// A fencing token: whoever holds the record's may finish it.
pub(crate) type Token = [u8; 16];

/// One thing to send.
#[derive(Debug)]
pub enum Step<'a> {
    /// SQL without parameters; may be several statements in one message.
    Batch(String),
    /// A prepared statement, whatever number of rows it touches.
    Run(Statement<'a>),
    /// A prepared statement that must touch exactly one row.
    One(Statement<'a>),
}

/// How a call ends, as its record will say.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    pub(crate) token: &'a Token,
    pub(crate) status: Status,
    pub(crate) result: Option<&'a str>,
    #[cfg_attr(
        not(feature = "sqlite"),
        expect(dead_code, reason = "only SQLite claims without writing")
    )]
    pub(crate) written: Written,
}

/// What the claim has written of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Nothing: it is but a lock, under which a look at the records is the truth.
    Nothing,
    /// A row that says `processing`.
    Processing,
}

/// What an error means to the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The record is already there.
    Duplicate,
    /// Somebody holds what we need: the claim, or the one write lock.
    Blocked,
    /// A deadlock or a serialization failure: the same again may succeed.
    Transient,
    /// The finish found that the claim isn't ours.
    LostClaim,
    /// The transaction was aborted by an earlier error.
    Aborted,
    /// Anything else.
    Other,
}

impl From<KnownError> for Meaning {
    fn from(known: KnownError) -> Self {
        match known {
            KnownError::Transient => Self::Transient,
            KnownError::LockTimeout => Self::Blocked,
            KnownError::Aborted => Self::Aborted,
        }
    }
}

/// One database's way through the protocol.
pub trait Dialect: std::fmt::Debug + Send + Sync {
    /// The name that a span carries.
    fn name(&self) -> &'static str;

    /// What `open` writes.
    fn writes_at_open(&self) -> Written {
        Written::Processing
    }

    /// Whether a look before the transaction is so cheap that it is always taken.
    fn always_peeks(&self) -> bool {
        false
    }

    /// Whether the server itself waits for a rival no longer than the call allows. Otherwise
    /// `open` doesn't wait at all when there is a limit, and is tried again until it is over.
    fn limits_waits(&self) -> bool {
        false
    }

    /// How long [`InFlightPolicy::Wait`](crate::InFlightPolicy::Wait) goes on trying, where the
    /// server doesn't wait by itself.
    fn longest_wait(&self) -> Option<Duration> {
        None
    }

    /// Whether an error that the caller swallowed may have ended the whole transaction, savepoints
    /// and all, so that the session commits statement by statement now.
    fn may_have_lost_transaction(&self) -> bool {
        false
    }

    /// Brings back a number, as the first count, where an async connection can be out of step: a
    /// query that is dropped leaves its answer to the next one.
    fn echo(&self) -> Option<Template> {
        None
    }

    /// Reads how many milliseconds the connection itself waits for a lock, where that would get
    /// in the way of a limit.
    fn own_wait(&self) -> Option<Statement<'static, CountsSql>> {
        None
    }

    /// Sets what `own_wait` reads.
    fn set_own_wait(&self, _milliseconds: i64) -> String {
        String::new()
    }

    /// Begins a transaction and claims the record in it, at depth 0. `wait` is how long a rival
    /// may still be waited for, where the call has a limit.
    fn open<'a>(
        &self,
        call: &'a Call<'a>,
        token: &'a Token,
        wait: Option<Duration>,
    ) -> Vec<Step<'a>>;

    /// Begins a transaction that will take over an old record, with the same limit.
    fn open_plain<'a>(&self, call: &Call<'_>, wait: Option<Duration>) -> Vec<Step<'a>>;

    /// Gives the transaction back the wait that `open_plain` or a nested claim has limited.
    fn unlimit<'a>(&self) -> Vec<Step<'a>> {
        Vec::new()
    }

    /// After `open` has run into a record: the steps to where it can be read, in a transaction.
    fn after_duplicate<'a>(&self) -> Vec<Step<'a>> {
        Vec::new()
    }

    /// Ends a transaction that `open` began, with nothing written in it.
    fn abandon<'a>(&self, _call: &Call<'_>) -> Vec<Step<'a>> {
        self.roll_back()
    }

    /// Rolls back a transaction that `open` began.
    fn roll_back<'a>(&self) -> Vec<Step<'a>>;

    /// Writes the ending into the record, in a transaction of the caller's. Fails, or touches no
    /// row, if the claim isn't ours.
    fn finish<'a>(&self, call: &'a Call<'a>, ending: Ending<'a>) -> Vec<Step<'a>> {
        vec![self.finish_row(call, ending)]
    }

    /// Like `finish`, and commits. The last step is the commit.
    fn finish_and_commit<'a>(&self, call: &'a Call<'a>, ending: Ending<'a>) -> Vec<Step<'a>>;

    /// Inside the caller's transaction: the steps that limit the waits that follow.
    fn limit_nested<'a>(&self, _wait: Duration) -> Vec<Step<'a>> {
        Vec::new()
    }

    /// The claim inside the caller's transaction. Its row count is 0 for a duplicate where that
    /// doesn't raise an error.
    fn claim_nested<'a>(&self, call: &'a Call<'a>, token: &'a Token) -> Statement<'a>;

    /// What an error means.
    fn meaning(&self, error: &DieselError) -> Meaning;

    /// What it means to a claim whose wait is limited.
    fn meaning_within_limit(&self, error: &DieselError) -> Meaning {
        self.meaning(error)
    }

    /// The statements that make the table, each safe to run again.
    fn schema(&self) -> &'static str;

    /// What differs when rows of models are written.
    fn models(&self) -> &'static ModelSql;

    /// The statements whose parameters are the same everywhere.
    fn texts(&self) -> &'static Texts;

    /// The statements of a store.
    fn leased(&self) -> &'static LeasedTexts;

    /// A key, an operation or a tenant as a parameter.
    fn name_bind<'a>(&self, name: &'a str) -> Bind<'a> {
        Bind::Text(name)
    }

    /// An encoded result as a parameter.
    fn result_bind<'a>(&self, result: Option<&'a str>) -> Bind<'a> {
        Bind::NullableText(result)
    }

    /// A record's time as a parameter.
    fn ttl_bind(&self, ttl: Duration) -> Bind<'static>;
}

/// One database's statements. Parameters come in this order; `id` is key, operation, tenant.
#[derive(Debug)]
pub struct Texts {
    /// Updates the record of a claim: status, result, id, token.
    pub(crate) finish: Template,
    /// Takes over a record: fingerprint, token, result version, time, id, old token.
    pub(crate) take_over: Template,
    /// The same for a call with a limit to its wait.
    pub(crate) take_over_limited: Template,
    /// Reads a record, for a decision: id.
    pub(crate) read: Template,
    /// The same in a transaction, seeing what is committed now, whatever it saw before: id.
    pub(crate) read_in_transaction: Template,
    /// Deletes records whose time is over, oldest first: at most how many.
    pub(crate) purge: Template,
    /// Deletes one record, unless somebody holds a lease on it: id.
    pub(crate) forget: Template,
    /// Reads a record's times: id.
    pub(crate) times: Template,
    /// Counts the records per operation.
    pub(crate) stats: Template,
}

/// What Diesel already tells apart, whatever the server's language.
pub(crate) fn meaning_by_kind(error: &DieselError) -> Meaning {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Meaning::Duplicate,
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => {
            Meaning::Transient
        }
        _ => Meaning::Other,
    }
}

/// The server's words, for what Diesel calls `Unknown`.
pub(crate) fn unknown_message(error: &DieselError) -> Option<&str> {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::Unknown, information) => {
            Some(information.message())
        }
        _ => None,
    }
}

/// Bytes as hexadecimal digits.
#[cfg(feature = "postgres")]
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let mut digits = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        digits.push(DIGITS[usize::from(byte >> 4)]);
        digits.push(DIGITS[usize::from(byte & 15)]);
    }
    digits
}
