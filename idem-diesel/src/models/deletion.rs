//! Deleting rows so that they can come back, bringing them back, and deleting them for good.

use super::connection::Rows;
use super::derive::DeletedAt;
use super::dialect::ModelSql;
use super::error::WriteError;
use super::fragment::{Fragment, Name, Seq, Sql, Uncached};
use super::on::ModelOn;
use super::soft_delete::SoftDelete;
use super::times;
use super::update::{ATTEMPTS, read, unwritten};
use crate::driver::Driver;
use crate::transaction;
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use idem_core::{Restored, SoftDeleted};
use std::time::Duration;

/// Marks a live row as deleted.
pub(super) async fn soft_delete<M, D, W, S>(
    driver: &mut D,
    place: W,
    attribution: Option<S>,
) -> Result<SoftDeleted, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend> + SoftDelete,
    W: Fragment<D::Backend>,
    S: Fragment<D::Backend>,
{
    let dialect = driver.dialect();
    let facts = times::settled(driver, <M as SoftDelete>::facts()).await?;
    let form = times::form_of::<M, D>(driver, M::DELETION).await?;
    let sql = dialect.models();
    let mut attempt = 1;
    loop {
        let statement = Seq((
            Sql("UPDATE "),
            M::from_clause(),
            Sql(" SET "),
            Name(M::DELETION.name),
            Sql(" = "),
            Sql((sql.now)(form)),
            attribution.as_ref(),
            facts.and_bump(sql),
            &place,
            facts.live(),
            facts.room(),
        ));
        match driver.touch(statement).await {
            Ok(0) => {}
            Ok(_) => return Ok(SoftDeleted::Deleted),
            Err(error) => return Err(WriteError::of(dialect, error)),
        }
        match read(driver, &place, sql.truth).await? {
            None => return Err(WriteError::NotFound),
            Some(row) if row.is_deleted() => return Ok(SoftDeleted::AlreadyDeleted),
            Some(row) if attempt == ATTEMPTS => return Err(unwritten(&facts, Box::new(row))),
            // Somebody has restored it, after the statement had missed it.
            Some(_) => attempt += 1,
        }
    }
}

/// Marks a deleted row as live.
pub(super) async fn restore<M, D, W>(driver: &mut D, place: W) -> Result<Restored, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend> + SoftDelete,
    W: Fragment<D::Backend>,
{
    let dialect = driver.dialect();
    let facts = times::settled(driver, <M as SoftDelete>::facts()).await?;
    let sql = dialect.models();
    let mut attempt = 1;
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
        let row = read(driver, &place, sql.truth).await?;
        match row.ok_or(WriteError::NotFound)? {
            row if !row.is_deleted() => return Ok(Restored::NotDeleted),
            row if attempt == ATTEMPTS => return Err(unwritten(&facts, Box::new(row))),
            // Somebody has deleted it, after the statement had missed it.
            _ => attempt += 1,
        }
    }
}

/// Deletes a row for good.
pub(super) async fn force_delete<M, D, W>(driver: &mut D, place: W) -> Result<(), WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend>,
    W: Fragment<D::Backend>,
{
    let dialect = driver.dialect();
    let mut attempt = 1;
    loop {
        let statement = Seq((Sql("DELETE FROM "), M::from_clause(), &place));
        match driver.touch(statement).await {
            Ok(0) => {}
            Ok(_) => return Ok(()),
            Err(error) => return Err(WriteError::of(dialect, error)),
        }
        match read(driver, &place, dialect.models().truth).await? {
            None => return Err(WriteError::NotFound),
            Some(row) if attempt == ATTEMPTS => {
                return Err(WriteError::Rejected {
                    current: Some(Box::new(row)),
                });
            }
            // Somebody has inserted it, after the statement had missed it.
            Some(_) => attempt += 1,
        }
    }
}

/// Deletes rows for good that were deleted longer ago, oldest first.
pub(super) async fn purge<M, D>(
    driver: &mut D,
    older_than: Duration,
    limit: u32,
) -> Result<usize, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend> + SoftDelete,
{
    let dialect = driver.dialect();
    let column = DeletedAt {
        form: times::form_of::<M, D>(driver, M::DELETION).await?,
        ..M::DELETION
    };
    let sql = dialect.models();
    let (old, name) = (Old::new(sql, column, older_than), Name(M::DELETION.name));
    let limit = Number(u64::from(limit));
    let purged = match sql.purge_selected {
        Some(suffix) => {
            let (from, key) = (M::from_clause, M::key_columns);
            let select = Seq((
                Sql(" FROM "),
                from(),
                Sql(" WHERE "),
                old,
                Sql(" ORDER BY "),
                name,
                Sql(" LIMIT "),
                limit,
                Sql(suffix),
            ));
            let statement = Seq((
                Uncached,
                // As a subquery, PostgreSQL may run it again for each row of the table, and keep to no limit.
                Sql("WITH idem_old AS MATERIALIZED (SELECT "),
                key(),
                select,
                Sql(") DELETE FROM "),
                from(),
                Sql(" WHERE ("),
                key(),
                // A row that was restored meanwhile is looked at again.
                Sql(") IN (SELECT * FROM idem_old) AND "),
                old,
            ));
            driver.touch(statement).await
        }
        None => {
            let statement = Seq((
                Uncached,
                Sql("DELETE FROM "),
                M::from_clause(),
                Sql(" WHERE "),
                old,
                Sql(" ORDER BY "),
                name,
                Sql(" LIMIT "),
                limit,
            ));
            driver.touch(statement).await
        }
    };
    purged.map_err(|error| WriteError::of(dialect, error))
}

/// Runs a statement that may break a constraint, so that an open transaction stays usable.
pub(super) async fn guarded<D: Driver, T>(
    driver: &mut D,
    statement: impl AsyncFnOnce(&mut D) -> QueryResult<T>,
) -> QueryResult<T> {
    let depth = transaction::depth(driver)?;
    if depth == 0 || !driver.dialect().models().errors_abort {
        return statement(driver).await;
    }
    // Dropped from here on, it would leave a savepoint that nobody else knows of.
    driver.arm();
    let answer = match driver.begin().await {
        Ok(()) => match statement(driver).await {
            Ok(value) => driver.commit().await.map(|()| value),
            Err(error) => {
                transaction::roll_back_to(driver, depth + 1).await;
                Err(error)
            }
        },
        Err(error) => Err(error),
    };
    driver.disarm();
    answer
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

/// A number as it stands.
#[derive(Debug, Clone, Copy)]
struct Number(u64);

impl<DB: Backend> QueryFragment<DB> for Number {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(&self.0.to_string());
        Ok(())
    }
}

/// `deleted_at < …`
#[derive(Debug, Clone, Copy)]
struct Old {
    column: &'static str,
    instant: [&'static str; 2],
    ago: [&'static str; 2],
    milliseconds: Number,
}

impl Old {
    fn new(sql: &ModelSql, column: DeletedAt, older_than: Duration) -> Self {
        // Longer than any row has been there, and no database's interval overflows.
        const CENTURY: u64 = 100 * 366 * 24 * 3600 * 1000;
        let milliseconds = u64::try_from(older_than.as_millis()).unwrap_or(CENTURY);
        Self {
            column: column.name,
            instant: sql.instant,
            ago: (sql.ago)(column.form),
            milliseconds: Number(milliseconds.min(CENTURY)),
        }
    }
}

impl<DB: Backend> QueryFragment<DB> for Old {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let ([before, after], [ago, end]) = (self.instant, self.ago);
        out.push_sql(before);
        out.push_identifier(self.column)?;
        out.push_sql(after);
        out.push_sql(" < ");
        out.push_sql(before);
        out.push_sql(ago);
        self.milliseconds.walk_ast(out.reborrow())?;
        out.push_sql(end);
        out.push_sql(after);
        Ok(())
    }
}
