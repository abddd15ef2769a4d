//! Deleting rows so that they can come back, bringing them back, and deleting them for good.

use super::SoftDelete;
use crate::models::connection::Rows;
use crate::models::error::WriteError;
use crate::models::facts::Facts;
use crate::models::on::ModelOn;
use crate::models::row::{self, Missed, Misses};
use crate::models::savepoint::guarded;
use crate::models::sql::fragment::{Fragment, Name, Seq, Sql};
use crate::models::sql::times;
use crate::models::versioned::column::VersionedOn;
use crate::models::versioned::engine::Write;
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use idem_core::{Action, Expected, Restored, SoftDeleted};
use std::convert::Infallible;

/// Marks a live row as deleted.
pub(crate) async fn soft_delete<M, D, W, S>(
    driver: &mut D,
    place: W,
    attribution: S,
) -> Result<SoftDeleted, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend> + SoftDelete,
    W: Fragment<D::Backend>,
    S: Fragment<D::Backend>,
{
    let facts = times::settled(driver, <M as SoftDelete>::facts()).await?;
    mark(driver, place, attribution, &facts, facts.room(), Ok).await
}

/// Marks a live row as deleted that must have the version that is expected.
pub(crate) async fn soft_delete_expecting<M, D, W, S>(
    driver: &mut D,
    place: W,
    expected: Expected<M::Version>,
    attribution: S,
) -> Result<SoftDeleted, WriteError<M>>
where
    D: Rows<M>,
    M: VersionedOn<D::Backend> + SoftDelete,
    W: Fragment<D::Backend>,
    S: Fragment<D::Backend>,
{
    let write = Write::new(driver, expected, Action::DeleteExpecting).await?;
    let guard = write.guard(driver);
    let judge = |row| write.writable(row);
    mark(driver, place, attribution, &write.facts, guard, judge).await
}

/// Marks a live row as deleted that also meets the guard, or that of which `judge` says that it should.
async fn mark<M, D, W, S, G>(
    driver: &mut D,
    place: W,
    attribution: S,
    facts: &Facts<M>,
    guard: G,
    judge: impl Fn(M) -> Result<M, WriteError<M>>,
) -> Result<SoftDeleted, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend> + SoftDelete,
    W: Fragment<D::Backend>,
    S: Fragment<D::Backend>,
    G: Fragment<D::Backend>,
{
    let form = times::form_of::<M, D>(driver, M::DELETION).await?;
    let sql = driver.dialect().models();
    let missed = |row: M| match row.is_deleted() {
        true => Ok(Missed::As(SoftDeleted::AlreadyDeleted)),
        false => facts.with_room(judge(row)?).map(Missed::Writable),
    };
    let mut misses = Misses::default();
    loop {
        let statement = Seq((
            Sql("UPDATE "),
            M::from_clause(),
            Sql(" SET "),
            Name(M::DELETION.name),
            Sql(" = "),
            Sql((sql.now)(form)),
            &attribution,
            facts.and_bump(sql),
            &place,
            facts.live(),
            &guard,
        ));
        if row::touch(driver, statement).await?.is_some() {
            return Ok(SoftDeleted::Deleted);
        }
        if let Some(answer) = misses.look(driver, &place, &missed).await? {
            return Ok(answer);
        }
    }
}

/// Marks a deleted row as live.
pub(crate) async fn restore<M, D, W>(driver: &mut D, place: W) -> Result<Restored, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend> + SoftDelete,
    W: Fragment<D::Backend>,
{
    let dialect = driver.dialect();
    let facts = times::settled(driver, <M as SoftDelete>::facts()).await?;
    let sql = dialect.models();
    let missed = |row: M| match row.is_deleted() {
        true => facts.with_room(row).map(Missed::Writable),
        false => Ok(Missed::As(Restored::NotDeleted)),
    };
    let mut misses = Misses::default();
    loop {
        let statement = Seq((
            Sql("UPDATE "),
            M::from_clause(),
            Sql(" SET "),
            Name(M::DELETION.name),
            Sql(" = NULL"),
            Emptied(M::MARKS),
            facts.and_bump(sql),
            &place,
            Sql(" AND "),
            Name(M::DELETION.name),
            Sql(" IS NOT NULL"),
            facts.room(),
        ));
        match guarded(driver, async |driver: &mut D| driver.touch(statement).await).await {
            Ok(0) => {}
            Ok(_) => return Ok(Restored::Restored),
            Err(DieselError::DatabaseError(
                DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ExclusionViolation,
                information,
            )) => {
                let constraint = constraint(&*information);
                return Err(WriteError::RestoreConflict { constraint });
            }
            Err(error) => return Err(WriteError::of(dialect, error)),
        }
        if let Some(answer) = misses.look(driver, &place, missed).await? {
            return Ok(answer);
        }
    }
}

/// Deletes a row for good.
pub(crate) async fn force_delete<M, D, W>(driver: &mut D, place: W) -> Result<(), WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend>,
    W: Fragment<D::Backend>,
{
    let mut misses = Misses::default();
    loop {
        let statement = Seq((Sql("DELETE FROM "), M::from_clause(), &place));
        if row::touch(driver, statement).await?.is_some() {
            return Ok(());
        }
        // Somebody has inserted it, after the statement had missed it.
        let missed = |row| Ok(Missed::<Infallible, M>::Writable(row));
        misses.look(driver, &place, missed).await?;
    }
}

/// The constraint that was broken, as well as the database names it.
fn constraint(information: &(dyn DatabaseErrorInformation + Send + Sync)) -> String {
    if let Some(name) = information.constraint_name() {
        return name.to_owned();
    }
    let message = information.message();
    // MySQL 1062 ends with `for key 'table.key'`, in every language.
    let quoted = message.trim_end_matches('.').strip_suffix('\'');
    match quoted.and_then(|text| text.rsplit_once('\'')) {
        Some((_, key)) => key.to_owned(),
        // SQLITE_CONSTRAINT_UNIQUE: `UNIQUE constraint failed: table.column, …`.
        None => match message.split_once(": ") {
            Some((_, columns)) => columns.to_owned(),
            None => message.to_owned(),
        },
    }
}

/// `, column = NULL` for each.
#[derive(Debug, Clone, Copy)]
struct Emptied(&'static [&'static str]);

impl<DB: Backend> QueryFragment<DB> for Emptied {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for column in self.0 {
            out.push_sql(", ");
            out.push_identifier(column)?;
            out.push_sql(" = NULL");
        }
        Ok(())
    }
}
