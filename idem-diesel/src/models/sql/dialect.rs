//! What differs between the databases when rows are written. One file per database fills it in.

use super::times::AskTimes;
use diesel::sql_types::{BigInt, Integer, Nullable, SmallInt, Text, Timestamp};

/// SQL over a column, cut where the column's name goes.
pub(crate) type Expression = &'static [&'static str];

/// One database's SQL for models.
#[derive(Debug)]
pub struct ModelSql {
    /// Whether an UPDATE or an INSERT can bring back the row it has written.
    pub(crate) returning: bool,
    /// Ends a SELECT that has to see what is committed now, whatever the transaction saw before.
    pub(crate) truth: &'static str,
    /// Where a plain SELECT sees the truth only at some levels of isolation: the condition that it is one
    /// of those. At others, a SELECT that locks the row fails if it was changed since.
    pub(crate) sees_truth: Option<&'static str>,
    /// Ends a SELECT, inside a transaction, of a row that is to be written next.
    pub(crate) to_write: &'static str,
    /// Ends an INSERT that does nothing where a unique key is taken; empty where only an error says
    /// so, which then leaves an open transaction as it was.
    pub(crate) unless_taken: &'static str,
    /// Ends the SELECT of rows to purge; none where DELETE itself has a LIMIT, and a subquery hasn't.
    pub(crate) purge_selected: Option<&'static str>,
    /// The time now, for each form of column.
    pub(crate) now: fn(TimeForm) -> &'static str,
    /// The time a number of milliseconds before now, cut where that number goes.
    pub(crate) ago: fn(TimeForm) -> [&'static str; 2],
    /// The time now, or the column's next possible one if it isn't earlier than now.
    pub(crate) later: fn(TimeForm) -> Expression,
    /// What two times are compared as, cut where each goes.
    pub(crate) instant: [&'static str; 2],
    /// A number that can't be computed.
    pub(crate) fail: Option<&'static str>,
    /// A random UUID.
    pub(crate) random: fn(UuidForm) -> &'static str,
    /// Asks what a column of times keeps, where there is something to ask.
    pub(crate) ask_times: Option<AskTimes>,
    /// Whether a statement that failed leaves an open transaction aborted.
    pub(crate) errors_abort: bool,
}

/// How a time is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeForm {
    /// Without a time zone: taken for UTC.
    Naive,
    /// With a time zone, or converted to and from the session's.
    Zoned,
}

/// How a UUID is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UuidForm {
    /// As the database's own type.
    Native,
    /// As hyphenated text.
    Text,
    /// As 16 bytes.
    Bytes,
}

/// How each write makes a new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// One more than the last one.
    Increment,
    /// A random UUID.
    Uuid(UuidForm),
    /// The time of the write, by the database's clock, or the next possible one after the last.
    Timestamp(TimeForm),
}

/// A SQL type that a version of type `V` can be raised by one in. Implement it for a type of your own
/// that implements [`VersionValue`](crate::VersionValue).
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` can't be raised by one in a field of type `{V}`",
    label = "an `increment` version is a SmallInt in an `i16`, an Integer in an `i32`, or a BigInt in an `i64`",
    note = "where old rows have NULL in it, say what that counts as: `#[versioned(null = 0)]`"
)]
pub trait IncrementColumn<V> {}

impl IncrementColumn<i16> for SmallInt {}
impl IncrementColumn<i32> for Integer {}
impl IncrementColumn<i64> for BigInt {}

/// The same where old rows have NULL.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` has no NULL that could count as a version in a field of type `{V}`",
    label = "`null = …` is for a nullable SmallInt, Integer or BigInt column: remove it"
)]
pub trait NullableIncrementColumn<V> {}

impl<V, ST> NullableIncrementColumn<V> for Nullable<ST> where
    ST: IncrementColumn<V> + diesel::sql_types::SqlType
{
}

/// A SQL type that a UUID can be kept in.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` can't hold a UUID",
    label = "a `uuid` version is a Uuid, a Text or a Binary column"
)]
pub trait UuidColumn {
    #[doc(hidden)]
    const FORM: UuidForm;
}

impl UuidColumn for Text {
    const FORM: UuidForm = UuidForm::Text;
}
impl UuidColumn for diesel::sql_types::Binary {
    const FORM: UuidForm = UuidForm::Bytes;
}
#[cfg(feature = "postgres")]
impl UuidColumn for diesel::sql_types::Uuid {
    const FORM: UuidForm = UuidForm::Native;
}

/// A SQL type that a time can be kept in to the microsecond, or the millisecond on SQLite.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` can't tell one moment from the next",
    label = "a time is kept in a Timestamp, a Timestamptz, a Datetime or a TimestamptzSqlite column",
    note = "days are too coarse, and a time of day comes again"
)]
pub trait TimeColumn {
    #[doc(hidden)]
    const FORM: TimeForm;
}

impl TimeColumn for Timestamp {
    const FORM: TimeForm = TimeForm::Naive;
}
#[cfg(feature = "postgres")]
impl TimeColumn for diesel::sql_types::Timestamptz {
    const FORM: TimeForm = TimeForm::Zoned;
}
#[cfg(feature = "mysql")]
impl TimeColumn for diesel::sql_types::Datetime {
    const FORM: TimeForm = TimeForm::Naive;
}
#[cfg(feature = "sqlite")]
impl TimeColumn for diesel::sql_types::TimestamptzSqlite {
    const FORM: TimeForm = TimeForm::Zoned;
}

/// A SQL type that says when a row was deleted: one of [`TimeColumn`], nullable.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` can't say when a row was deleted, or that it wasn't",
    label = "the time of a deletion is in a nullable Timestamp, Timestamptz, Datetime or TimestamptzSqlite column"
)]
pub trait DeletionColumn {
    #[doc(hidden)]
    const FORM: TimeForm;
}

impl<ST: TimeColumn + diesel::sql_types::SqlType> DeletionColumn for Nullable<ST> {
    const FORM: TimeForm = ST::FORM;
}
