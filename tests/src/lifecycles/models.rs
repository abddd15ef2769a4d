//! The rows that are deleted, restored, moved and inserted.

use chrono::NaiveDateTime;
use diesel::backend::Backend;
use diesel::deserialize::{FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::serialize::{Output, ToSql};
use diesel::sql_types::{Binary, Text};
use diesel::{deserialize, serialize};
use idem_diesel::{SoftDelete, Stateful, Versioned};
use uuid::Uuid;

use super::Rows;
use super::tables::{
    self, articles, drafts, logs, memberships, orders, parcels, parts, payments, products, seats,
    tickets, tokens,
};
use crate::servers::Database;

/// A model of these tests.
pub trait Model: Sized {
    /// Its primary key.
    type Key;

    /// The statements that create its table.
    fn ddl(database: Database) -> Vec<String>;

    /// This row's primary key.
    fn key(&self) -> Self::Key;

    /// A row as this connection sees it.
    ///
    /// # Panics
    ///
    /// If there is none, or the database refuses.
    #[expect(
        async_fn_in_trait,
        reason = "the suite awaits these in place and never needs them to be Send"
    )]
    async fn read<D: Rows<Self>>(conn: &mut D, key: Self::Key) -> Self {
        let row = conn.find(key).await.expect("the row is read");
        row.expect("the row is there")
    }
}

/// A new row, whose key is chosen by who inserts it.
pub trait New {
    /// What it is once it is stored.
    type Row: Model;

    /// Whether the stored row is what this was to be.
    fn is_same(&self, stored: &Self::Row) -> bool;
}

/// What can be deleted, and say by whom and why.
#[derive(Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, SoftDelete)]
#[soft_delete(by = deleted_by, reason = delete_reason)]
pub struct Product {
    /// Chosen by the test.
    pub id: i64,
    /// Unique among live rows.
    pub name: String,
    /// For the test to tell rows apart.
    pub price: i64,
    /// When it was deleted.
    pub deleted_at: Option<NaiveDateTime>,
    /// By whom.
    pub deleted_by: Option<String>,
    /// Why.
    pub delete_reason: Option<String>,
}

/// A row that holds on to a product.
#[derive(Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, SoftDelete)]
pub struct Part {
    /// Chosen by the test.
    pub id: i64,
    /// A product.
    pub product_id: i64,
    /// When it was deleted.
    pub deleted_at: Option<NaiveDateTime>,
}

/// Of two key columns.
#[derive(Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, SoftDelete)]
#[diesel(primary_key(team, person))]
#[soft_delete(column = left_at)]
pub struct Membership {
    /// The first half of the key.
    pub team: i64,
    /// The second half of the key.
    pub person: i64,
    /// When it was deleted.
    pub left_at: Option<NaiveDateTime>,
}

/// With a version that is a number.
#[derive(Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, SoftDelete, Versioned)]
pub struct Article {
    /// Chosen by the test.
    pub id: i64,
    /// What is changed.
    pub title: String,
    /// Starts at 0.
    pub lock_version: i32,
    /// When it was deleted.
    pub deleted_at: Option<NaiveDateTime>,
}

/// With a version that is a UUID.
#[derive(Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, SoftDelete, Versioned)]
#[versioned(column = revision, strategy = uuid)]
pub struct Draft {
    /// Chosen by the test.
    pub id: i64,
    /// What is changed.
    pub title: String,
    /// Starts at `first`.
    pub revision: String,
    /// When it was deleted.
    pub deleted_at: Option<NaiveDateTime>,
}

/// With a version that is a time.
#[derive(Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, SoftDelete, Versioned)]
#[versioned(column = written_at, strategy = timestamp)]
pub struct Log {
    /// Chosen by the test.
    pub id: i64,
    /// What is changed.
    pub title: String,
    /// Starts in 2020.
    pub written_at: NaiveDateTime,
    /// When it was deleted.
    pub deleted_at: Option<NaiveDateTime>,
}

/// With a state that is an enum, a version and soft deletes.
#[derive(
    Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, SoftDelete, Stateful, Versioned,
)]
pub struct Order {
    /// Chosen by the test.
    pub id: i64,
    /// Where it stands.
    pub state: Stage,
    /// A side column.
    pub carrier: Option<String>,
    /// Starts at 0.
    pub lock_version: i32,
    /// When it was deleted.
    pub deleted_at: Option<NaiveDateTime>,
}

/// Where an order stands, stored as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
#[expect(missing_docs, reason = "they say themselves")]
pub enum Stage {
    New,
    Paid,
    Shipped,
    Cancelled,
}

impl Stage {
    const ALL: [Self; 4] = [Self::New, Self::Paid, Self::Shipped, Self::Cancelled];

    fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Cancelled => "cancelled",
        }
    }
}

impl<DB> ToSql<Text, DB> for Stage
where
    DB: Backend,
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.name().to_sql(out)
    }
}

impl<DB> FromSql<Text, DB> for Stage
where
    DB: Backend,
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let name = String::from_sql(bytes)?;
        let stage = Self::ALL.into_iter().find(|stage| stage.name() == name);
        stage.ok_or_else(|| format!("no stage {name}").into())
    }
}

/// With a state that is a number, and two key columns.
#[derive(Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, Stateful)]
#[diesel(primary_key(depot, number))]
pub struct Parcel {
    /// The first half of the key.
    pub depot: i64,
    /// The second half of the key.
    pub number: i64,
    /// From 0.
    pub state: i16,
    /// A side column.
    pub carrier: Option<String>,
}

/// With a state that is any text, and a key that is text.
#[derive(Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, Stateful)]
pub struct Ticket {
    /// Chosen by the test.
    pub id: String,
    /// Any text.
    pub state: String,
    /// A side column.
    pub carrier: Option<String>,
}

/// With another unique key, a foreign key, a default and soft deletes.
#[derive(Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, SoftDelete)]
pub struct Payment {
    /// Chosen by who inserts.
    pub id: String,
    /// Unique too.
    pub reference: String,
    /// The amount.
    pub cents: i64,
    /// One of the accounts.
    pub account: i64,
    /// `none`, unless it is given.
    pub note: String,
    /// When it was deleted.
    pub deleted_at: Option<NaiveDateTime>,
}

/// A payment that is to be.
#[derive(Clone, Debug, Identifiable, Insertable)]
#[diesel(table_name = payments)]
pub struct NewPayment {
    /// Chosen by who inserts.
    pub id: String,
    /// Unique too.
    pub reference: String,
    /// The amount; `None` is refused by the database.
    pub cents: Option<i64>,
    /// One of the accounts.
    pub account: i64,
}

impl NewPayment {
    /// One of 100 cents on account 1, with this id and a reference of its own.
    #[must_use]
    pub fn of(id: &str) -> Self {
        Self {
            id: id.into(),
            reference: format!("reference of {id}"),
            cents: Some(100),
            account: 1,
        }
    }
}

/// Of two key columns.
#[derive(Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, Insertable)]
#[diesel(primary_key(hall, number))]
pub struct Seat {
    /// The first half of the key.
    pub hall: i16,
    /// The second half of the key.
    pub number: i64,
    /// Who has it.
    pub holder: String,
}

/// With a key of a type of its own.
#[derive(Clone, Debug, PartialEq, Identifiable, Queryable, Selectable, Insertable)]
pub struct Token {
    /// Chosen by who inserts.
    pub id: TokenId,
    /// Who has it.
    pub holder: String,
}

/// A UUID, stored as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct TokenId(pub Uuid);

impl<DB> ToSql<Binary, DB> for TokenId
where
    DB: Backend,
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <[u8] as ToSql<Binary, DB>>::to_sql(self.0.as_bytes(), out)
    }
}

impl<DB> FromSql<Binary, DB> for TokenId
where
    DB: Backend,
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(&Vec::<u8>::from_sql(bytes)?)?))
    }
}

impl New for NewPayment {
    type Row = Payment;

    fn is_same(&self, stored: &Payment) -> bool {
        self.cents == Some(stored.cents) && self.account == stored.account
    }
}

impl New for Seat {
    type Row = Self;

    fn is_same(&self, stored: &Self) -> bool {
        self.holder == stored.holder
    }
}

impl New for Token {
    type Row = Self;

    fn is_same(&self, stored: &Self) -> bool {
        self.holder == stored.holder
    }
}

macro_rules! models {
    ($($model:ident($key:ty, $row:ident => $value:expr) in $table:literal;)+) => {$(
        impl Model for $model {
            type Key = $key;

            fn ddl(database: Database) -> Vec<String> {
                tables::create(database, $table)
            }

            fn key(&self) -> $key {
                let $row = self;
                $value
            }
        }
    )+};
}

models! {
    Part(i64, row => row.id) in "parts";
    Membership((i64, i64), row => (row.team, row.person)) in "memberships";
    Article(i64, row => row.id) in "articles";
    Draft(i64, row => row.id) in "drafts";
    Log(i64, row => row.id) in "logs";
    Order(i64, row => row.id) in "orders";
    Parcel((i64, i64), row => (row.depot, row.number)) in "parcels";
    Ticket(String, row => row.id.clone()) in "tickets";
    Payment(String, row => row.id.clone()) in "payments";
    Seat((i16, i64), row => (row.hall, row.number)) in "seats";
    Token(TokenId, row => row.id) in "tokens";
}

impl Model for Product {
    type Key = i64;

    fn ddl(database: Database) -> Vec<String> {
        tables::create_products(database)
    }

    fn key(&self) -> i64 {
        self.id
    }
}
