//! What a column of times keeps, where only the database knows: how many digits of a second, and
//! whether it takes the session's time zone.

use super::dialect::{Strategy, TimeForm};
use crate::dialect::Dialect;
use crate::driver::Driver;
use crate::models::error::WriteError;
use crate::models::facts::Facts;
use crate::models::soft_delete::column::DeletedAt;
use crate::models::table::{NamedTable, table_names};
use crate::statement::{Bind, Statement, Template};
use diesel::associations::HasTable;
use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How a database is asked.
#[derive(Debug)]
pub(crate) struct AskTimes {
    /// Brings back two counts: the digits, and 1 where values are converted from the session's time zone
    /// though their type in Rust has none.
    pub(crate) text: Template,
    /// Its parameters, from the names of schema and table, or of the table alone, and the column's.
    pub(crate) binds: for<'a> fn(&'a [String], &'a str) -> Vec<Bind<'a>>,
    /// Whether the second count can be 1.
    pub(crate) converts: bool,
}

/// What a column keeps.
#[derive(Debug, Clone, Copy)]
struct Kept {
    digits: i64,
    converted: bool,
}

/// A model's column on a database.
type Known = (TypeId, &'static str, &'static str);

/// What was found out. Each column is looked up once in a process: one that is altered to keep less while
/// it runs isn't noticed.
static KNOWN: Mutex<Option<HashMap<Known, Kept>>> = Mutex::new(None);

fn known<M: 'static>(dialect: &dyn Dialect, column: &'static str) -> Known {
    (TypeId::of::<M>(), dialect.name(), column)
}

async fn look_up<M, D>(
    driver: &mut D,
    ask: &AskTimes,
    names: impl FnOnce() -> Vec<String>,
    column: &'static str,
) -> Result<Kept, WriteError<M>>
where
    M: 'static,
    D: Driver,
{
    let dialect = driver.dialect();
    let known = known::<M>(dialect, column);
    let found = |all: &mut Option<HashMap<_, _>>| all.get_or_insert_default().get(&known).copied();
    if let Some(kept) = found(&mut KNOWN.lock().unwrap_or_else(PoisonError::into_inner)) {
        return Ok(kept);
    }
    let names = names();
    let statement = Statement::new(ask.text, (ask.binds)(&names, column));
    let rows = driver.counts(&statement).await;
    let rows = rows.map_err(|error| WriteError::of(dialect, error))?;
    let Some(row) = rows.first() else {
        // A view, a table that only this session sees, or one that isn't there yet; its column is the
        // user's to judge.
        return Ok(Kept {
            digits: 6,
            converted: false,
        });
    };
    let kept = Kept {
        digits: row.1,
        converted: row.2 == 1,
    };
    let mut all = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    all.get_or_insert_default().insert(known, kept);
    Ok(kept)
}

/// The facts as they are on this database. Refuses a version that keeps fewer digits of a second than
/// its writes are apart.
pub(crate) async fn settled<M, D>(
    driver: &mut D,
    mut facts: Facts<M>,
) -> Result<Facts<M>, WriteError<M>>
where
    M: 'static,
    D: Driver,
{
    let dialect = driver.dialect();
    let (Some(version), Some(ask)) = (&mut facts.version, &dialect.models().ask_times) else {
        return Ok(facts);
    };
    let Strategy::Timestamp(form) = &mut version.column.strategy else {
        return Ok(facts);
    };
    let column = version.column.name;
    let kept = look_up::<M, D>(driver, ask, version.table_names, column).await?;
    if kept.digits < 6 {
        let digits = kept.digits;
        // The column may be altered to keep more.
        let mut all = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        all.get_or_insert_default()
            .remove(&known::<M>(dialect, column));
        return Err(WriteError::CoarseVersion { column, digits });
    }
    if kept.converted {
        *form = TimeForm::Zoned;
    }
    Ok(facts)
}

/// In which form a time of deletion is written.
pub(crate) async fn form_of<M, D>(
    driver: &mut D,
    column: DeletedAt,
) -> Result<TimeForm, WriteError<M>>
where
    M: HasTable<Table: HasTable<Table: NamedTable>> + 'static,
    D: Driver,
{
    let dialect = driver.dialect();
    let ask = dialect.models().ask_times.as_ref();
    let Some(ask) = ask.filter(|ask| ask.converts) else {
        return Ok(column.form);
    };
    let kept = look_up::<M, D>(driver, ask, table_names::<M::Table>, column.name).await?;
    Ok(match kept.converted {
        true => TimeForm::Zoned,
        false => column.form,
    })
}
