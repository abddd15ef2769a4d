//! One row: writing it and bringing it back, and looking at it where a statement has missed it.

use super::connection::Rows;
use super::error::WriteError;
use super::facts::Facts;
use super::on::ModelOn;
use super::sql::fragment::{Fragment, Seq, Sql};

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
        facts: &Facts<M>,
        judge: impl FnOnce(M) -> Result<Missed<T, M>, WriteError<M>>,
    ) -> Result<Option<T>, WriteError<M>>
    where
        D: Rows<M>,
        M: ModelOn<D::Backend>,
        W: Fragment<D::Backend>,
    {
        let row = match judge(look(driver, place).await?)? {
            Missed::As(answer) => return Ok(Some(answer)),
            Missed::Writable(row) => row,
        };
        if let Some(version) = facts.exhausted(&row) {
            return Err(WriteError::VersionExhausted { version });
        }
        self.0 += 1;
        if self.0 < ATTEMPTS {
            return Ok(None);
        }
        let current = Some(Box::new(row));
        Err(WriteError::Rejected { current })
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
    let dialect = driver.dialect();
    if dialect.models().returning {
        let statement = Seq((statement, Sql(" RETURNING "), M::columns()));
        let rows = driver.rows(statement).await;
        let rows = rows.map_err(|error| WriteError::of(dialect, error))?;
        return Ok(rows.into_iter().next());
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

/// Reads a row as it is committed now, or was written by this transaction.
pub(super) async fn look<M, D, W>(driver: &mut D, place: &W) -> Result<M, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend>,
    W: Fragment<D::Backend>,
{
    let truth = driver.dialect().models().truth;
    let row = read(driver, place, truth).await?;
    row.ok_or(WriteError::NotFound)
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
    let dialect = driver.dialect();
    let select = Seq((
        Sql("SELECT "),
        M::columns(),
        Sql(" FROM "),
        M::from_clause(),
        place,
        Sql(suffix),
    ));
    match driver.rows(select).await {
        Ok(rows) => Ok(rows.into_iter().next()),
        Err(error) => Err(WriteError::of(dialect, error)),
    }
}
