//! One row: writing it and bringing it back, and looking at it where a statement has missed it.

use super::connection::Rows;
use super::error::WriteError;
use super::on::ModelOn;
use super::sql::fragment::{Fragment, Seq, Sql};
use crate::transaction;
use diesel::backend::Backend;

/// How often a write is tried that misses the row and then finds it as it should have been: it was
/// changed in between, or the database leaves it as it is.
const ATTEMPTS: u32 = 10;

/// What a row that was missed turns out to be.
pub(super) enum Missed<T, M> {
    /// The answer.
    As(T),
    /// One that can be written, for all that is known: it has changed since.
    Writable(M),
}

/// How often the statements of one write have missed their row.
#[derive(Debug, Default)]
pub(super) struct Misses(u32);

impl Misses {
    /// Looks at the row that a statement has missed. `None` is to try again: it has become one that can
    /// be written.
    pub(super) async fn look<M, D, W, T>(
        &mut self,
        driver: &mut D,
        place: &W,
        judge: impl FnOnce(M) -> Result<Missed<T, M>, WriteError<M>>,
    ) -> Result<Option<T>, WriteError<M>>
    where
        D: Rows<M>,
        M: ModelOn<D::Backend>,
        W: Fragment<D::Backend>,
    {
        let row = look(driver, place).await?.ok_or(WriteError::NotFound)?;
        match judge(row)? {
            Missed::As(answer) => return Ok(Some(answer)),
            Missed::Writable(_) if self.0 < ATTEMPTS - 1 => self.0 += 1,
            Missed::Writable(row) => {
                let current = Some(Box::new(row));
                return Err(WriteError::Rejected { current });
            }
        }
        Ok(None)
    }
}

/// Runs a statement that writes a row, if it is there.
pub(super) async fn touch<M, D, Q>(
    driver: &mut D,
    statement: Q,
) -> Result<Option<()>, WriteError<M>>
where
    D: Rows<M>,
    Q: Fragment<D::Backend>,
{
    match driver.touch(statement).await {
        Ok(0) => Ok(None),
        Ok(_) => Ok(Some(())),
        Err(error) => Err(WriteError::of(driver.dialect(), error)),
    }
}

/// Runs a statement that writes a row, if it is there, and brings it back.
pub(super) async fn write<M, D, W, Q>(
    driver: &mut D,
    place: &W,
    statement: Q,
) -> Result<Option<M>, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend>,
    W: Fragment<D::Backend>,
    Q: Fragment<D::Backend>,
{
    if driver.dialect().models().returning {
        let statement = Seq((statement, Sql(" RETURNING "), M::columns()));
        return first(driver, statement).await;
    }
    match touch(driver, statement).await? {
        Some(()) => read_back(driver, place).await.map(Some),
        None => Ok(None),
    }
}

/// Reads a row that was written by a statement that couldn't return it.
pub(super) async fn read_back<M, D, W>(driver: &mut D, place: &W) -> Result<M, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend>,
    W: Fragment<D::Backend>,
{
    let row = read(driver, place, "").await?;
    row.ok_or(WriteError::DeletedSince)
}

/// Reads a row, which a statement has missed, as it is committed now or was written by this transaction.
pub(super) async fn look<M, D, W>(driver: &mut D, place: &W) -> Result<Option<M>, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend>,
    W: Fragment<D::Backend>,
{
    let sql = driver.dialect().models();
    let inside = transaction::depth(driver).map_err(WriteError::Database)? > 0;
    let Some(sees_truth) = sql.sees_truth.filter(|_| inside) else {
        return read(driver, place, sql.truth).await;
    };
    first(
        driver,
        Seq((
            Sql("WITH idem_locked AS MATERIALIZED ("),
            select::<M, _, _>(place),
            Sql(" AND NOT "),
            Sql(sees_truth),
            Sql(" FOR SHARE) SELECT * FROM idem_locked UNION ALL "),
            select::<M, _, _>(place),
            Sql(" AND "),
            Sql(sees_truth),
        )),
    )
    .await
}

/// Reads a row; `suffix` ends the SELECT.
pub(super) async fn read<M, D, W>(
    driver: &mut D,
    place: &W,
    suffix: &'static str,
) -> Result<Option<M>, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend>,
    W: Fragment<D::Backend>,
{
    first(driver, Seq((select::<M, _, _>(place), Sql(suffix)))).await
}

fn select<M, DB, W>(place: &W) -> impl Fragment<DB> + use<'_, M, DB, W>
where
    DB: Backend,
    M: ModelOn<DB>,
    W: Fragment<DB>,
{
    Seq((
        Sql("SELECT "),
        M::columns(),
        Sql(" FROM "),
        M::from_clause(),
        place,
    ))
}

/// The only row that a statement brings back, if there is one.
async fn first<M, D, Q>(driver: &mut D, statement: Q) -> Result<Option<M>, WriteError<M>>
where
    D: Rows<M>,
    Q: Fragment<D::Backend>,
{
    let dialect = driver.dialect();
    match driver.rows(statement).await {
        Ok(rows) => Ok(rows.into_iter().next()),
        Err(error) => Err(WriteError::of(dialect, error)),
    }
}
