//! What is measured: the transaction, and the ways of calling it.

use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::Error as DieselError;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType};
use idem_diesel::IdempotencyKey;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// A way of calling the transaction. The names are those of the JSON report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Case {
    /// Diesel's own `transaction`, without a key: what everything else is compared with.
    Bare,
    /// A call with a new key and a small struct as its result.
    Fresh,
    /// A call with a new key and `()` as its result.
    FreshUnit,
    /// A call with a key that has an answer.
    Replay,
    /// The same, with `peek`.
    ReplayPeek,
    /// A call with `in_flight = reject` and a key that another call is holding.
    InFlight,
    /// A call with a new key whose body ends in an error that is kept.
    RecordedError,
}

impl Case {
    pub(crate) const ALL: [Self; 7] = [
        Self::Bare,
        Self::Fresh,
        Self::FreshUnit,
        Self::Replay,
        Self::ReplayPeek,
        Self::InFlight,
        Self::RecordedError,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Fresh => "fresh",
            Self::FreshUnit => "fresh_unit",
            Self::Replay => "replay",
            Self::ReplayPeek => "replay_peek",
            Self::InFlight => "in_flight",
            Self::RecordedError => "recorded_error",
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// The operation's name in the records.
pub(crate) const OPERATION: &str = "bank.transfer";

/// How many accounts there are. Enough that 32 clients seldom wait for each other's.
pub(crate) const ACCOUNTS: i64 = 10_000;

/// The request.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Transfer {
    pub(crate) source: i64,
    pub(crate) target: i64,
    pub(crate) cents: i64,
}

impl Transfer {
    /// A transfer between two accounts, chosen by a sequence that is the same in every run.
    pub(crate) fn next() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // SplitMix64's mixing (Steele, Lea and Flood 2014): spreads, without a state per client.
        let mut mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let [a, b, c, d, e, ..] = mixed.to_le_bytes();
        let pick = |bytes| 1 + i64::from(u16::from_le_bytes(bytes)) % (ACCOUNTS - 1);
        let (source, target) = (pick([a, b]), pick([c, d]));
        Self {
            source,
            target: if target == source { ACCOUNTS } else { target },
            cents: 1 + i64::from(e),
        }
    }

    /// The first UPDATE. The lower account comes first, so that no two transfers deadlock.
    pub(crate) fn lower(&self) -> Move {
        if self.source < self.target {
            self.debit()
        } else {
            self.credit()
        }
    }

    /// The second UPDATE.
    pub(crate) fn higher(&self) -> Move {
        if self.source < self.target {
            self.credit()
        } else {
            self.debit()
        }
    }

    /// The INSERT.
    pub(crate) fn note(&self) -> Note {
        Note(*self)
    }

    fn debit(&self) -> Move {
        Move {
            cents: -self.cents,
            account: self.source,
        }
    }

    fn credit(&self) -> Move {
        Move {
            cents: self.cents,
            account: self.target,
        }
    }
}

/// The result.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Receipt {
    pub(crate) source: i64,
    pub(crate) target: i64,
    pub(crate) cents: i64,
    pub(crate) note: String,
}

impl From<&Transfer> for Receipt {
    fn from(transfer: &Transfer) -> Self {
        Self {
            source: transfer.source,
            target: transfer.target,
            cents: transfer.cents,
            note: "transferred".to_owned(),
        }
    }
}

/// Why a transfer wasn't made.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Failure {
    /// The operation's own error, which is kept.
    Declined,
    /// Everything else.
    #[serde(skip)]
    Idem(idem_diesel::Error),
}

impl Failure {
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Self::Declined)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declined => formatter.write_str("declined"),
            Self::Idem(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for Failure {}

impl From<idem_diesel::Error> for Failure {
    fn from(error: idem_diesel::Error) -> Self {
        Self::Idem(error)
    }
}

impl From<DieselError> for Failure {
    fn from(error: DieselError) -> Self {
        Self::Idem(error.into())
    }
}

/// A request that has an answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) key: IdempotencyKey,
    pub(crate) transfer: Transfer,
}

/// An UPDATE. It and [`Note`] are fragments of their own because Diesel caches such, while it
/// prepares the updates of its DSL anew each time: this is the fastest body that there is, which
/// makes what is added to it look largest.
#[derive(Debug, QueryId)]
pub(crate) struct Move {
    cents: i64,
    account: i64,
}

impl<DB> QueryFragment<DB> for Move
where
    DB: diesel::backend::Backend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> diesel::QueryResult<()> {
        out.push_sql("UPDATE bench_accounts SET balance = balance + ");
        out.push_bind_param::<BigInt, i64>(&self.cents)?;
        out.push_sql(" WHERE id = ");
        out.push_bind_param::<BigInt, i64>(&self.account)
    }
}

/// The INSERT.
#[derive(Debug, QueryId)]
pub(crate) struct Note(Transfer);

impl<DB> QueryFragment<DB> for Note
where
    DB: diesel::backend::Backend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> diesel::QueryResult<()> {
        out.push_sql("INSERT INTO bench_transfers (source, target, cents) VALUES (");
        out.push_bind_param::<BigInt, i64>(&self.0.source)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, i64>(&self.0.target)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, i64>(&self.0.cents)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C> diesel::query_dsl::RunQueryDsl<C> for Move {}
impl<C> diesel::query_dsl::RunQueryDsl<C> for Note {}
