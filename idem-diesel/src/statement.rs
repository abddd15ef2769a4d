//! One parametrised statement, and the rows it may bring back.
//!
//! Not Diesel's DSL: its inserts and updates are never cached as prepared statements, and a
//! prepared claim is one round trip where another is two.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, HasSqlType, Nullable, Text};
use std::marker::PhantomData;

/// A statement's text, cut where its parameters go.
pub(crate) type Template = &'static [&'static str];

/// A parameter.
#[derive(Debug, Clone)]
pub enum Bind<'a> {
    /// Text, UTF-8.
    Text(&'a str),
    /// Text made for this statement.
    Owned(String),
    /// Text or NULL.
    NullableText(Option<&'a str>),
    /// Bytes or NULL.
    NullableBytes(Option<&'a [u8]>),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A whole number.
    Integer(i64),
}

/// A statement that brings back rows of SQL type `S`, or none.
#[derive(Debug, Clone)]
pub struct Statement<'a, S = ()> {
    text: Template,
    binds: Vec<Bind<'a>>,
    rows: PhantomData<fn() -> S>,
}

impl<'a, S> Statement<'a, S> {
    /// `binds` stand between the pieces of `text`: there is one piece more than binds.
    pub(crate) fn new(text: Template, binds: Vec<Bind<'a>>) -> Self {
        Self {
            text,
            binds,
            rows: PhantomData,
        }
    }

    /// Adds the next parameter.
    #[cfg(feature = "sqlite")]
    pub(crate) fn bind(&mut self, bind: Bind<'a>) {
        self.binds.push(bind);
    }
}

// No static id: the cache then goes by the text, which is one of a handful.
impl<S> QueryId for Statement<'_, S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S> Query for Statement<'_, S> {
    type SqlType = S;
}

impl<S, C> diesel::query_dsl::RunQueryDsl<C> for &Statement<'_, S> {}

impl<S, DB> QueryFragment<DB> for Statement<'_, S>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<Binary> + HasSqlType<BigInt>,
    str: ToSql<Text, DB>,
    [u8]: ToSql<Binary, DB>,
    i64: ToSql<BigInt, DB>,
    for<'v> Option<&'v str>: ToSql<Nullable<Text>, DB>,
    for<'v> Option<&'v [u8]>: ToSql<Nullable<Binary>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> diesel::QueryResult<()> {
        debug_assert_eq!(self.text.len(), self.binds.len() + 1, "{:?}", self.text);
        let mut binds = self.binds.iter();
        for piece in self.text {
            out.push_sql(piece);
            match binds.next() {
                None => {}
                Some(Bind::Text(text)) => out.push_bind_param::<Text, str>(text)?,
                Some(Bind::Owned(text)) => out.push_bind_param::<Text, str>(text)?,
                Some(Bind::NullableText(text)) => {
                    out.push_bind_param::<Nullable<Text>, Option<&str>>(text)?;
                }
                Some(Bind::NullableBytes(bytes)) => {
                    out.push_bind_param::<Nullable<Binary>, Option<&[u8]>>(bytes)?;
                }
                Some(Bind::Bytes(bytes)) => out.push_bind_param::<Binary, [u8]>(bytes)?,
                Some(Bind::Integer(number)) => out.push_bind_param::<BigInt, i64>(number)?,
            }
        }
        Ok(())
    }
}

/// What a decision needs of a record: fingerprint, status, token, result, result version,
/// attempt, the microseconds until it expires (negative afterwards), and the milliseconds its
/// lease has left.
pub type RecordSql = (
    Binary,
    Text,
    Binary,
    Nullable<Text>,
    BigInt,
    BigInt,
    BigInt,
    Nullable<BigInt>,
);

/// A [`RecordSql`] as it arrives.
pub type RecordRow = (
    Vec<u8>,
    String,
    Vec<u8>,
    Option<String>,
    i64,
    i64,
    i64,
    Option<i64>,
);

/// A record's times, in ISO 8601 and UTC: created, completed, expires, lease.
pub type TimesSql = (Text, Nullable<Text>, Text, Nullable<Text>);

/// A [`TimesSql`] as it arrives.
pub type TimesRow = (String, Option<String>, String, Option<String>);

/// A name and four counts. Per operation: how many records are completed, failed, processing and expired.
pub type CountsSql = (Binary, BigInt, BigInt, BigInt, BigInt);

/// A [`CountsSql`] as it arrives.
pub type CountsRow = (Vec<u8>, i64, i64, i64, i64);
