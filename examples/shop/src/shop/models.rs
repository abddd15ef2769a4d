//! The rows, and what each of them derives.

use super::tables::{order_lines, orders, products};
use crate::message::{Article, Offer};
use chrono::NaiveDateTime;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use idem_diesel::{SoftDelete, Stateful, Versioned};
use std::fmt;

/// A product: written only by who has seen its latest version, and deleted so that it can come back.
#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned, SoftDelete)]
#[soft_delete(by = deleted_by, reason = delete_reason)]
pub(crate) struct Product {
    pub(crate) id: i64,
    pub(crate) sku: String,
    pub(crate) cents: i64,
    pub(crate) stock: i64,
    pub(crate) lock_version: i64,
    pub(crate) deleted_at: Option<NaiveDateTime>,
}

impl Product {
    /// The product as it is shown, with the `ETag` that a change of it must name.
    pub(crate) fn offer(&self) -> Offer {
        Offer {
            id: self.id,
            sku: self.sku.clone(),
            cents: self.cents,
            etag: self.etag().to_string(),
        }
    }
}

/// A new product. Its version is the column's default: setting it here doesn't compile.
#[derive(Debug, Clone, Copy, Identifiable, Insertable)]
#[diesel(table_name = products)]
pub(crate) struct NewProduct<'a> {
    pub(crate) id: i64,
    pub(crate) sku: &'a str,
    pub(crate) cents: i64,
    pub(crate) stock: i64,
}

impl<'a> From<&'a Article> for NewProduct<'a> {
    fn from(article: &'a Article) -> Self {
        Self {
            id: article.id,
            sku: &article.sku,
            cents: article.cents,
            stock: article.stock,
        }
    }
}

/// An order: goes from state to state, each move once.
#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned, Stateful)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) shopper: String,
    pub(crate) state: OrderState,
    pub(crate) lock_version: i64,
}

#[derive(Debug, Clone, Copy, Identifiable, Insertable)]
#[diesel(table_name = orders)]
pub(crate) struct NewOrder<'a> {
    pub(crate) id: &'a str,
    pub(crate) shopper: &'a str,
    pub(crate) state: OrderState,
}

/// What was ordered of one product.
#[derive(Debug, Clone, Identifiable, Queryable, Selectable)]
#[diesel(primary_key(order_id, product))]
#[diesel(table_name = order_lines)]
pub(crate) struct Line {
    pub(crate) order_id: String,
    pub(crate) product: i64,
    pub(crate) pieces: i64,
}

#[derive(Debug, Clone, Copy, Identifiable, Insertable)]
#[diesel(primary_key(order_id, product))]
#[diesel(table_name = order_lines)]
pub(crate) struct NewLine<'a> {
    pub(crate) order_id: &'a str,
    pub(crate) product: i64,
    pub(crate) pieces: i64,
}

/// placed → paid → shipped, and from the first two → cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub(crate) enum OrderState {
    Placed,
    Paid,
    Shipped,
    Cancelled,
}

impl OrderState {
    const ALL: [Self; 4] = [Self::Placed, Self::Paid, Self::Shipped, Self::Cancelled];

    const fn name(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for OrderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

// Generic, so that the state can be stored through every connection.
impl<DB> ToSql<Text, DB> for OrderState
where
    DB: Backend,
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.name().to_sql(out)
    }
}

impl<DB> FromSql<Text, DB> for OrderState
where
    DB: Backend,
    String: FromSql<Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let name = String::from_sql(value)?;
        let state = Self::ALL.into_iter().find(|state| state.name() == name);
        state.ok_or_else(|| format!("{name:?} is no state of an order").into())
    }
}
