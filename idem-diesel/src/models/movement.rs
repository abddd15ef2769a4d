//! Moving a row from one state to another: one statement where it is in a state from which it may go,
//! and a look at the row where it isn't.

use super::connection::Rows;
use super::error::WriteError;
use super::facts::Facts;
use super::fragment::{Fragment, Join, Name, Seq, Sql, Uncached};
use super::stateful::{Stateful, StatefulOn};
use super::times;
use super::update::{ATTEMPTS, read, read_back, unwritten};
use diesel::Column;
use idem_core::Transitioned;

/// One move of one row.
pub(super) struct Move<M: Stateful> {
    pub(super) key: M::Key,
    pub(super) from: Vec<M::State>,
    pub(super) to: M::State,
}

impl<M: Stateful> Move<M> {
    /// Moves the row, with these changes or none.
    pub(super) async fn apply<D, S>(
        &self,
        driver: &mut D,
        changes: Option<S>,
    ) -> Result<Transitioned<M>, WriteError<M>>
    where
        D: Rows<M>,
        M: StatefulOn<D::Backend>,
        S: Fragment<D::Backend>,
    {
        let facts = times::settled(driver, M::facts()).await?;
        let (place, mut changes) = (M::find(&self.key), changes.as_ref());
        if let Some(set) = changes
            && driver.is_empty(set).map_err(WriteError::Database)?
        {
            changes = None;
        }
        let mut attempt = 1;
        loop {
            if let Some(row) = self.try_once(driver, &facts, &place, changes).await? {
                return Ok(Transitioned::Applied(row));
            }
            let truth = driver.dialect().models().truth;
            let row = read(driver, &place, truth).await?;
            let current = Box::new(row.ok_or(WriteError::NotFound)?);
            if facts.is_deleted(&current) {
                return Err(WriteError::Deleted { current });
            } else if *current.state() == self.to {
                return Ok(Transitioned::AlreadyThere(*current));
            } else if !self.from.contains(current.state()) {
                return Err(self.refusal(current));
            }
            // It came to a state from which it may go, after the statement had missed it.
            attempt += 1;
            if attempt > ATTEMPTS {
                return Err(unwritten(&facts, current));
            }
        }
    }

    async fn try_once<D, S>(
        &self,
        driver: &mut D,
        facts: &Facts<M>,
        place: &M::Where,
        changes: Option<&S>,
    ) -> Result<Option<M>, WriteError<M>>
    where
        D: Rows<M>,
        M: StatefulOn<D::Backend>,
        S: Fragment<D::Backend>,
    {
        let (dialect, sql) = (driver.dialect(), driver.dialect().models());
        let state = Name(M::StateColumn::NAME);
        let is = |from| Seq((state, Sql(" = "), M::bound(from)));
        let may_go: Vec<_> = self.from.iter().filter(|from| **from != self.to).collect();
        if may_go.is_empty() {
            return Ok(None);
        }
        let set = Seq((
            changes.map(|changes| Seq((Uncached, changes, Sql(", ")))),
            // Last, where a database lets the last of two assignments win.
            is(&self.to),
            facts.and_bump(sql),
        ));
        let statement = Seq((
            Sql("UPDATE "),
            M::from_clause(),
            Sql(" SET "),
            set,
            place,
            Sql(" AND ("),
            Join(" OR ", may_go.into_iter().map(is).collect()),
            Sql(")"),
            facts.live(),
            facts.room(),
        ));
        if sql.returning {
            let statement = Seq((statement, Sql(" RETURNING "), M::columns()));
            let rows = driver.rows(statement).await;
            let rows = rows.map_err(|error| WriteError::of(dialect, error))?;
            return Ok(rows.into_iter().next());
        }
        match driver.touch(statement).await {
            Ok(0) => Ok(None),
            Ok(_) => read_back(driver, place).await.map(Some),
            Err(error) => Err(WriteError::of(dialect, error)),
        }
    }

    /// That the row is in none of the states from which it may go.
    pub(super) fn refusal(&self, current: Box<M>) -> WriteError<M> {
        let allowed: Vec<_> = self.from.iter().map(|from| format!("{from:?}")).collect();
        WriteError::InvalidState {
            state: format!("{:?}", current.state()),
            current,
            allowed: allowed.join(", "),
            to: format!("{:?}", self.to),
        }
    }
}
