//! Whether a timestamp column keeps enough of a second to be a version.

use super::dialect::Strategy;
use super::error::WriteError;
use super::facts::Facts;
use crate::driver::Driver;
use crate::statement::{Bind, Statement, Template};
use std::any::TypeId;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// How a database is asked.
#[derive(Debug)]
pub(super) struct Precision {
    /// Brings back the digits as the first count.
    pub(super) text: Template,
    /// Its parameters, from the names of schema and table, or of the table alone, and the column's.
    pub(super) binds: for<'a> fn(&'a [String], &'a str) -> Vec<Bind<'a>>,
}

/// Models whose column was found fit, each on each database. Looked up once in a process: a column
/// that is narrowed while it runs isn't noticed.
static FIT: Mutex<Option<HashSet<(TypeId, &'static str)>>> = Mutex::new(None);

/// Refuses a timestamp column that keeps fewer digits of a second than its writes are apart.
pub(super) async fn check<M, D>(driver: &mut D, facts: &Facts<M>) -> Result<(), WriteError<M>>
where
    M: 'static,
    D: Driver,
{
    let Some(version) = &facts.version else {
        return Ok(());
    };
    let dialect = driver.dialect();
    let (Strategy::Timestamp(_), Some(precision)) =
        (version.column.strategy, &dialect.models().precision)
    else {
        return Ok(());
    };
    let known = (TypeId::of::<M>(), dialect.name());
    let is_fit = |fit: &mut Option<HashSet<_>>| fit.get_or_insert_default().contains(&known);
    if is_fit(&mut FIT.lock().unwrap_or_else(PoisonError::into_inner)) {
        return Ok(());
    }
    let names = (version.table_names)();
    let binds = (precision.binds)(&names, version.column.name);
    let rows = driver.counts(&Statement::new(precision.text, binds)).await;
    let rows = rows.map_err(|error| WriteError::of(dialect, error))?;
    // A view, or a table that only this session sees, is not found; its column is the user's to judge.
    let digits = rows.first().map_or(6, |row| row.1);
    if digits < 6 {
        let column = version.column.name;
        return Err(WriteError::CoarseVersion { column, digits });
    }
    let mut fit = FIT.lock().unwrap_or_else(PoisonError::into_inner);
    fit.get_or_insert_default().insert(known);
    Ok(())
}
