//! A transition with a key: one request among others that ask for the same.

use super::engine::Move;
use super::{Stateful, StatefulOn};
use crate::models::connection::Rows;
use crate::models::error::WriteError;
use crate::models::row;
use crate::models::sql::fragment::Fragment;
use crate::{IdempotencyKey, Idempotent};
use idem_core::{Outcome, Transitioned};

/// A transition as one request among others.
pub(super) struct Request<'k> {
    pub(super) operation: String,
    pub(super) row: String,
    pub(super) to: String,
    pub(super) tenant: String,
    pub(super) key: &'k IdempotencyKey,
}

impl Request<'_> {
    pub(super) fn call(&self) -> Idempotent<'_> {
        Idempotent::new(&self.operation)
            .tenant(&self.tenant)
            .key(self.key)
            .fingerprint(&self.row)
            .fingerprint(&self.to)
    }
}

impl<M: Stateful> Move<M> {
    /// The body of a call with a key: that the row is there already isn't this request's doing.
    pub(super) async fn apply_alone<D, S>(
        &self,
        driver: &mut D,
        changes: Option<S>,
    ) -> Result<M, WriteError<M>>
    where
        D: Rows<M>,
        M: StatefulOn<D::Backend>,
        S: Fragment<D::Backend>,
    {
        match self.apply(driver, changes).await? {
            Transitioned::Applied(row) => Ok(row),
            Transitioned::AlreadyThere(row) => Err(self.refusal(Box::new(row))),
        }
    }

    /// What a call with a key came to.
    pub(super) async fn answer<D>(
        &self,
        driver: &mut D,
        outcome: Result<Outcome<()>, WriteError<M>>,
        applied: Option<M>,
    ) -> Result<Transitioned<M>, WriteError<M>>
    where
        D: Rows<M>,
        M: StatefulOn<D::Backend>,
    {
        match (outcome, applied) {
            (Ok(Outcome::Fresh(())), Some(row)) => Ok(Transitioned::Applied(row)),
            (Ok(_), _) => {
                let row = row::look(driver, &M::find(&self.key)).await?;
                row.map(Transitioned::AlreadyThere)
                    .ok_or(WriteError::NotFound)
            }
            (Err(WriteError::Database(error)), _) => Err(WriteError::of(driver.dialect(), error)),
            (Err(error), _) => Err(error),
        }
    }
}
