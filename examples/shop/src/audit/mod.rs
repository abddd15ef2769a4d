//! What the database says happened, and whether it can be. Every check is SQL, over the tables alone:
//! nothing here relies on what the shop believes.

mod invariants;
#[cfg(test)]
mod tests;

use crate::database::{AnyConnection, Kind};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use invariants::{INVARIANTS, Invariant};
use std::collections::BTreeSet;

/// What one check came to.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) promise: &'static str,
    /// How many of what it was checked for.
    pub(crate) checked: i64,
    pub(crate) of: &'static str,
    /// For how many of them it isn't so.
    pub(crate) wrong: i64,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    request: String,
}

/// Checks every invariant. `told`: the keys of the requests of which somebody was told that they did
/// something.
pub(crate) fn check(
    conn: &mut AnyConnection,
    told: &BTreeSet<String>,
) -> QueryResult<Vec<Finding>> {
    let mut findings = Vec::new();
    for invariant in &INVARIANTS {
        findings.push(look(conn, invariant)?);
    }
    findings.push(answers(conn, told)?);
    Ok(findings)
}

/// What is in the till.
pub(crate) fn takings(conn: &mut AnyConnection) -> QueryResult<i64> {
    // The sum of 64-bit integers is NUMERIC, or DECIMAL: cast back, and each calls that differently.
    let integer = match conn.kind() {
        Kind::Sqlite => "BIGINT",
        #[cfg(feature = "postgres")]
        Kind::Postgres => "BIGINT",
        #[cfg(feature = "mysql")]
        Kind::Mysql => "SIGNED",
    };
    number(
        conn,
        &format!("SELECT CAST(COALESCE(SUM(cents), 0) AS {integer}) AS number FROM shop_payments"),
    )
}

fn look(conn: &mut AnyConnection, invariant: &Invariant) -> QueryResult<Finding> {
    let Invariant {
        promise,
        of,
        all,
        wrong,
    } = *invariant;
    Ok(Finding {
        promise,
        of,
        checked: number(
            conn,
            &format!("SELECT COUNT(*) AS number FROM ({all}) AS t"),
        )?,
        wrong: number(
            conn,
            &format!("SELECT COUNT(*) AS number FROM ({wrong}) AS t"),
        )?,
    })
}

/// Who was told that it is done has its effect in the database; nothing else has one there.
fn answers(conn: &mut AnyConnection, told: &BTreeSet<String>) -> QueryResult<Finding> {
    let logged: Vec<Key> =
        sql_query("SELECT DISTINCT request FROM shop_log WHERE who <> 'the owner'").load(conn)?;
    let logged: BTreeSet<_> = logged.into_iter().map(|key| key.request).collect();
    Ok(Finding {
        promise: "a request took effect if its sender was told so, and no other did",
        checked: count(logged.union(told).count()),
        of: "requests",
        wrong: count(logged.symmetric_difference(told).count()),
    })
}

fn number(conn: &mut AnyConnection, sql: &str) -> QueryResult<i64> {
    let number: Number = sql_query(sql).get_result(conn)?;
    Ok(number.number)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
