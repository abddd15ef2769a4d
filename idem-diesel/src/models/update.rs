//! Writing a row whose version is known: one statement where it has that version, and a look at the
//! row where it hasn't.

use super::connection::Rows;
use super::error::WriteError;
use super::facts::Facts;
use super::fragment::{Fragment, Seq, Sql, Uncached};
use super::nothing::Nothing;
use super::on::ModelOn;
use super::times;
use super::version::{Guard, VersionedOn};
use super::versioned::Versioned;
use crate::driver::Driver;
use idem_core::{Action, Expected, Updated, VersionValue};

/// How often a write is tried that misses the row and then finds it as it should have been: it was
/// changed in between, or the database leaves it as it is.
pub(super) const ATTEMPTS: u32 = 10;

/// One write of one row.
pub(super) struct Write<M: Versioned> {
    pub(super) facts: Facts<M>,
    pub(super) expected: Expected<M::Version>,
    pub(super) action: Action,
}

impl<M: Versioned> Write<M> {
    pub(super) async fn new<D: Driver>(
        driver: &mut D,
        expected: Expected<M::Version>,
        action: Action,
    ) -> Result<Self, WriteError<M>> {
        Ok(Self {
            facts: times::settled(driver, M::facts()).await?,
            expected,
            action,
        })
    }

    /// Of the row that a copy was read from.
    pub(super) async fn exactly<D: Driver>(
        driver: &mut D,
        copy: &M,
        action: Action,
    ) -> Result<Self, WriteError<M>> {
        Self::new(driver, Expected::Exactly(copy.version().clone()), action).await
    }

    /// Updates the row, with these changes or none, and reads it back.
    pub(super) async fn update<D, W, S>(
        &self,
        driver: &mut D,
        place: W,
        changes: Option<S>,
    ) -> Result<M, WriteError<M>>
    where
        D: Rows<M>,
        M: VersionedOn<D::Backend>,
        W: Fragment<D::Backend>,
        S: Fragment<D::Backend>,
    {
        let (dialect, sql) = (driver.dialect(), driver.dialect().models());
        if !sql.returning {
            self.write(driver, &place, changes).await?;
            return read_back(driver, &place).await;
        }
        let mut attempt = 1;
        loop {
            let statement = Seq((
                self.statement(driver, &place, changes.as_ref()),
                Sql(" RETURNING "),
                M::columns(),
            ));
            let rows = driver.rows(statement).await;
            let rows = rows.map_err(|error| WriteError::of(dialect, error))?;
            match rows.into_iter().next() {
                Some(row) => return Ok(row),
                None => self.missed(driver, &place, &mut attempt).await?,
            }
        }
    }

    /// Updates the row, with these changes or none.
    pub(super) async fn write<D, W, S>(
        &self,
        driver: &mut D,
        place: &W,
        changes: Option<S>,
    ) -> Result<(), WriteError<M>>
    where
        D: Rows<M>,
        M: VersionedOn<D::Backend>,
        W: Fragment<D::Backend>,
        S: Fragment<D::Backend>,
    {
        let mut attempt = 1;
        loop {
            let statement = self.statement(driver, place, changes.as_ref());
            match driver.touch(statement).await {
                Ok(0) => self.missed(driver, place, &mut attempt).await?,
                Ok(_) => return Ok(()),
                Err(error) => return Err(WriteError::of(driver.dialect(), error)),
            }
        }
    }

    /// Deletes the row.
    pub(super) async fn delete<D, W>(&self, driver: &mut D, place: W) -> Result<(), WriteError<M>>
    where
        D: Rows<M>,
        M: VersionedOn<D::Backend>,
        W: Fragment<D::Backend>,
    {
        let mut attempt = 1;
        loop {
            let sql = driver.dialect().models();
            let statement = Seq((
                Sql("DELETE FROM "),
                M::from_clause(),
                &place,
                Guard::new::<M, D::Backend>(sql, &self.expected).or_last(),
                self.facts.live(),
            ));
            match driver.touch(statement).await {
                Ok(0) => self.missed(driver, &place, &mut attempt).await?,
                Ok(_) => return Ok(()),
                Err(error) => return Err(WriteError::of(driver.dialect(), error)),
            }
        }
    }

    fn statement<D, W, S>(
        &self,
        driver: &mut D,
        place: W,
        changes: Option<S>,
    ) -> impl Fragment<D::Backend> + use<D, W, S, M>
    where
        D: Rows<M>,
        M: VersionedOn<D::Backend>,
        W: Fragment<D::Backend>,
        S: Fragment<D::Backend>,
    {
        let sql = driver.dialect().models();
        Seq((
            Sql("UPDATE "),
            M::from_clause(),
            Sql(" SET "),
            changes.map(|changes| Seq((Uncached, changes, Sql(", ")))),
            self.facts.bump(sql),
            place,
            Guard::new::<M, D::Backend>(sql, &self.expected),
            self.facts.live(),
        ))
    }

    /// Why no row was written, unless it has become one that can be, after the statement had missed it.
    async fn missed<D, W>(
        &self,
        driver: &mut D,
        place: &W,
        attempt: &mut u32,
    ) -> Result<(), WriteError<M>>
    where
        D: Rows<M>,
        M: ModelOn<D::Backend>,
        W: Fragment<D::Backend>,
    {
        let truth = driver.dialect().models().truth;
        let row = read(driver, place, truth).await?;
        match self.judge(row.ok_or(WriteError::NotFound)?) {
            WriteError::Rejected { .. } if self.may_come_right() && *attempt < ATTEMPTS => {
                *attempt += 1;
                Ok(())
            }
            error => Err(error),
        }
    }

    /// Whether a row that wasn't as it should be can become so again: one version never comes twice.
    const fn may_come_right(&self) -> bool {
        !matches!(self.expected, Expected::Exactly(_)) || self.facts.deletion.is_some()
    }

    fn judge(&self, row: M) -> WriteError<M> {
        let (version, current) = (row.version().to_version(), Box::new(row));
        if self.facts.is_deleted(&current) {
            WriteError::Deleted { current }
        } else if !self.expected.allows(current.version()) {
            WriteError::Conflict {
                expected: self.expected.to_versions(),
                actual: version,
                current,
                action: self.action,
            }
        } else {
            unwritten(&self.facts, current)
        }
    }
}

/// Why a row wasn't written that could be, for all that is known.
pub(super) fn unwritten<M>(facts: &Facts<M>, current: Box<M>) -> WriteError<M> {
    match facts.exhausted(&current) {
        Some(version) => WriteError::VersionExhausted { version },
        None => WriteError::Rejected {
            current: Some(current),
        },
    }
}

/// Reads a row; `truth` ends the SELECT.
pub(super) async fn read<M, D, W>(
    driver: &mut D,
    place: &W,
    truth: &'static str,
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
        Sql(truth),
    ));
    match driver.rows(select).await {
        Ok(rows) => Ok(rows.into_iter().next()),
        Err(error) => Err(WriteError::of(dialect, error)),
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

/// Updates a copy's row, unless there is nothing to change.
pub(super) async fn update_copy<M, D, W, S>(
    driver: &mut D,
    copy: &M,
    place: W,
    changes: S,
) -> Result<Updated<M>, WriteError<M>>
where
    D: Rows<M>,
    M: VersionedOn<D::Backend> + Clone,
    W: Fragment<D::Backend>,
    S: Fragment<D::Backend>,
{
    if driver.is_empty(&changes)? {
        return Ok(Updated::Unchanged(copy.clone()));
    }
    let write = Write::exactly(driver, copy, Action::Update).await?;
    let row = write.update(driver, place, Some(changes)).await?;
    Ok(Updated::Changed(row))
}

/// The same, without reading it back.
pub(super) async fn write_copy<M, D, W, S>(
    driver: &mut D,
    copy: &M,
    place: W,
    changes: S,
) -> Result<Updated<()>, WriteError<M>>
where
    D: Rows<M>,
    M: VersionedOn<D::Backend>,
    W: Fragment<D::Backend>,
    S: Fragment<D::Backend>,
{
    if driver.is_empty(&changes)? {
        return Ok(Updated::Unchanged(()));
    }
    let write = Write::exactly(driver, copy, Action::Update).await?;
    write.write(driver, &place, Some(changes)).await?;
    Ok(Updated::Changed(()))
}

/// Updates a row that must have the version that is expected.
pub(super) async fn update_expecting<M, D, W, S>(
    driver: &mut D,
    place: W,
    expected: Expected<M::Version>,
    changes: S,
) -> Result<Updated<M>, WriteError<M>>
where
    D: Rows<M>,
    M: VersionedOn<D::Backend>,
    W: Fragment<D::Backend>,
    S: Fragment<D::Backend>,
{
    let write = Write::new(driver, expected, Action::UpdateExpecting).await?;
    if !driver.is_empty(&changes)? {
        let row = write.update(driver, place, Some(changes)).await?;
        return Ok(Updated::Changed(row));
    }
    let truth = driver.dialect().models().truth;
    let row = read(driver, &place, truth)
        .await?
        .ok_or(WriteError::NotFound)?;
    if write.facts.is_deleted(&row) || !write.expected.allows(row.version()) {
        return Err(write.judge(row));
    }
    Ok(Updated::Unchanged(row))
}

/// Updates every row of a target, and raises each one's version.
pub(super) async fn update_all<M, D, W, S>(
    driver: &mut D,
    target: W,
    changes: S,
) -> Result<usize, WriteError<M>>
where
    D: Rows<M>,
    M: VersionedOn<D::Backend>,
    W: Fragment<D::Backend>,
    S: Fragment<D::Backend>,
{
    if driver.is_empty(&changes)? {
        return Ok(0);
    }
    let facts = times::settled(driver, M::facts()).await?;
    let dialect = driver.dialect();
    let sql = dialect.models();
    let statement = Seq((
        Sql("UPDATE "),
        M::from_clause(),
        Sql(" SET "),
        Uncached,
        changes,
        Sql(", "),
        facts.bump(sql).map(|bump| bump.or_fail(sql)),
        target,
    ));
    let touched = driver.touch(statement).await;
    touched.map_err(|error| WriteError::of(dialect, error))
}

/// Deletes a copy's row.
pub(super) async fn delete_copy<M, D, W>(
    driver: &mut D,
    copy: &M,
    place: W,
) -> Result<(), WriteError<M>>
where
    D: Rows<M>,
    M: VersionedOn<D::Backend>,
    W: Fragment<D::Backend>,
{
    let write = Write::exactly(driver, copy, Action::Delete).await?;
    write.delete(driver, place).await
}

/// Raises a copy's version.
pub(super) async fn increment_copy<M, D, W>(
    driver: &mut D,
    copy: &M,
    place: W,
) -> Result<M, WriteError<M>>
where
    D: Rows<M>,
    M: VersionedOn<D::Backend>,
    W: Fragment<D::Backend>,
{
    let write = Write::exactly(driver, copy, Action::Increment).await?;
    write.update(driver, place, None::<Nothing>).await
}
