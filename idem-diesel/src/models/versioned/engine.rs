//! Writing a row whose version is known: one statement where it has that version, and a look at the
//! row where it hasn't.

use super::Versioned;
use super::column::{Guard, VersionedOn};
use crate::driver::Driver;
use crate::models::connection::Rows;
use crate::models::error::WriteError;
use crate::models::facts::Facts;
use crate::models::row::{self, Missed, Misses};
use crate::models::sql::fragment::{Fragment, Seq, Sql, Uncached};
use crate::models::sql::times;
use idem_core::{Action, Expected, Updated, VersionValue};
use std::convert::Infallible;

/// One write of one row.
pub(crate) struct Write<M: Versioned> {
    pub(crate) facts: Facts<M>,
    expected: Expected<M::Version>,
    action: Action,
}

impl<M: Versioned> Write<M> {
    pub(crate) async fn new<D: Driver>(
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
    pub(crate) async fn exactly<D: Driver>(
        driver: &mut D,
        copy: &M,
        action: Action,
    ) -> Result<Self, WriteError<M>> {
        Self::new(driver, Expected::Exactly(copy.version().clone()), action).await
    }

    /// Updates the row, with these changes or none, and reads it back.
    pub(crate) async fn update<D, W, S>(
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
        let mut misses = Misses::default();
        loop {
            let statement = self.statement(driver, &place, changes.as_ref());
            if let Some(row) = row::write(driver, &place, statement).await? {
                return Ok(row);
            }
            let missed = |row| self.missed(row);
            misses.look(driver, &place, missed).await?;
        }
    }

    /// Updates the row, with these changes or none.
    pub(crate) async fn write<D, W, S>(
        &self,
        driver: &mut D,
        place: W,
        changes: Option<S>,
    ) -> Result<(), WriteError<M>>
    where
        D: Rows<M>,
        M: VersionedOn<D::Backend>,
        W: Fragment<D::Backend>,
        S: Fragment<D::Backend>,
    {
        let mut misses = Misses::default();
        loop {
            let statement = self.statement(driver, &place, changes.as_ref());
            if row::touch(driver, statement).await?.is_some() {
                return Ok(());
            }
            let missed = |row| self.missed(row);
            misses.look(driver, &place, missed).await?;
        }
    }

    /// Deletes the row.
    pub(crate) async fn delete<D, W>(&self, driver: &mut D, place: W) -> Result<(), WriteError<M>>
    where
        D: Rows<M>,
        M: VersionedOn<D::Backend>,
        W: Fragment<D::Backend>,
    {
        let mut misses = Misses::default();
        loop {
            let statement = Seq((
                Sql("DELETE FROM "),
                M::from_clause(),
                &place,
                self.guard(driver).or_last(),
                self.facts.live(),
            ));
            if row::touch(driver, statement).await?.is_some() {
                return Ok(());
            }
            // Which makes no next version.
            let missed = |row| self.writable(row).map(Missed::<Infallible, M>::Writable);
            misses.look(driver, &place, missed).await?;
        }
    }

    /// That the row has the version that is expected.
    pub(crate) fn guard<D>(&self, driver: &mut D) -> Guard<<M as VersionedOn<D::Backend>>::Bound>
    where
        D: Rows<M>,
        M: VersionedOn<D::Backend>,
    {
        Guard::new::<M, D::Backend>(driver.dialect().models(), &self.expected)
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
            self.guard(driver),
            self.facts.live(),
        ))
    }

    /// Why an update has missed a row.
    fn missed(&self, row: M) -> Result<Missed<Infallible, M>, WriteError<M>> {
        let row = self.facts.with_room(self.writable(row)?)?;
        Ok(Missed::Writable(row))
    }

    /// The row, if it is one to be written.
    pub(crate) fn writable(&self, row: M) -> Result<M, WriteError<M>> {
        if self.facts.is_deleted(&row) {
            let current = Box::new(row);
            return Err(WriteError::Deleted { current });
        }
        if self.expected.allows(row.version()) {
            return Ok(row);
        }
        Err(WriteError::Conflict {
            expected: self.expected.to_versions(),
            actual: row.version().to_version(),
            current: Box::new(row),
            action: self.action,
        })
    }
}

/// Updates a copy's row, unless there is nothing to change.
pub(crate) async fn update_copy<M, D, W, S>(
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
pub(crate) async fn write_copy<M, D, W, S>(
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
    write.write(driver, place, Some(changes)).await?;
    Ok(Updated::Changed(()))
}

/// Updates a row that must have the version that is expected.
pub(crate) async fn update_expecting<M, D, W, S>(
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
    let row = row::read(driver, &place, truth).await?;
    write
        .writable(row.ok_or(WriteError::NotFound)?)
        .map(Updated::Unchanged)
}

/// Updates every row of a target, and raises each one's version.
pub(crate) async fn update_all<M, D, W, S>(
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
pub(crate) async fn delete_copy<M, D, W>(
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

/// Deletes a row that must have the version that is expected.
pub(crate) async fn delete_expecting<M, D, W>(
    driver: &mut D,
    place: W,
    expected: Expected<M::Version>,
) -> Result<(), WriteError<M>>
where
    D: Rows<M>,
    M: VersionedOn<D::Backend>,
    W: Fragment<D::Backend>,
{
    let write = Write::new(driver, expected, Action::DeleteExpecting).await?;
    write.delete(driver, place).await
}

/// Raises a copy's version.
pub(crate) async fn increment_copy<M, D, W>(
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
    write.update(driver, place, None::<()>).await
}
