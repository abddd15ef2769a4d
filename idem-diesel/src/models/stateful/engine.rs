//! Moving a row from one state to another: one statement where it is in a state from which it may go,
//! and a look at the row where it isn't.

use super::{Stateful, StatefulOn};
use crate::models::connection::Rows;
use crate::models::error::WriteError;
use crate::models::facts::Facts;
use crate::models::row::{self, Missed, Misses};
use crate::models::sql::fragment::{Fragment, Join, Name, Seq, Sql, Uncached};
use crate::models::sql::times;
use diesel::Column;
use idem_core::Transitioned;

/// One move of one row.
pub(crate) struct Move<M: Stateful> {
    pub(crate) key: M::Key,
    pub(crate) from: Vec<M::State>,
    pub(crate) to: M::State,
}

impl<M: Stateful> Move<M> {
    /// Moves the row, with these changes or none.
    pub(crate) async fn apply<D, S>(
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
        let mut misses = Misses::default();
        loop {
            if let Some(moved) = self.try_once(driver, &facts, &place, changes).await? {
                return Ok(moved);
            }
            let missed = |row| self.missed(&facts, row);
            if let Some(answer) = misses.look(driver, &place, missed).await? {
                return Ok(answer);
            }
        }
    }

    /// Why the row was missed.
    fn missed(
        &self,
        facts: &Facts<M>,
        row: M,
    ) -> Result<Missed<Transitioned<M>, M>, WriteError<M>> {
        if facts.is_deleted(&row) {
            let current = Box::new(row);
            Err(WriteError::Deleted { current })
        } else if *row.state() == self.to {
            Ok(Missed::As(Transitioned::AlreadyThere(row)))
        } else if self.from.contains(row.state()) {
            facts.with_room(row).map(Missed::Writable)
        } else {
            Err(self.refusal(Box::new(row)))
        }
    }

    async fn try_once<D, S>(
        &self,
        driver: &mut D,
        facts: &Facts<M>,
        place: &M::Where,
        changes: Option<&S>,
    ) -> Result<Option<Transitioned<M>>, WriteError<M>>
    where
        D: Rows<M>,
        M: StatefulOn<D::Backend>,
        S: Fragment<D::Backend>,
    {
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
            facts.and_bump(driver.dialect().models()),
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
        let moved = row::write(driver, place, statement).await?;
        Ok(moved.map(Transitioned::Applied))
    }

    /// That the row is in none of the states from which it may go.
    pub(crate) fn refusal(&self, current: Box<M>) -> WriteError<M> {
        let allowed: Vec<_> = self.from.iter().map(|from| format!("{from:?}")).collect();
        WriteError::InvalidState {
            state: format!("{:?}", current.state()),
            current,
            allowed: allowed.join(", "),
            to: format!("{:?}", self.to),
        }
    }
}
