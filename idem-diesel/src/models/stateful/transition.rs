//! Guarded state changes.

use super::engine::Move;
use super::request::Request;
use super::side_columns::{NoChanges, SideColumns};
use super::{Stateful, StatefulOn};
use crate::IdempotencyKey;
#[cfg(feature = "async")]
use crate::asynchronous::Async;
#[cfg(feature = "async")]
use crate::driver::Driver as _;
use crate::driver::{Blocking, now};
#[cfg(feature = "async")]
use crate::models::connection::AsyncModelConnection;
use crate::models::connection::ModelConnection;
use crate::models::error::WriteError;
use crate::models::table::table_names;
use crate::models::versioned::unversioned::LeavesVersionAlone;
use idem_core::Transitioned;

/// Moves a row from one state to another, if it is in one from which it may go: one statement, so of
/// any number of racers one moves it.
///
/// ```
/// # #[cfg(feature = "sqlite")] fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use diesel::prelude::*;
/// use idem_diesel::{Stateful, Transitioned, WriteError, transition};
///
/// diesel::table! { orders { id -> Integer, state -> Text, carrier -> Nullable<Text>, } }
///
/// #[derive(Identifiable, Queryable, Selectable, Stateful)]
/// struct Order { id: i32, state: String, carrier: Option<String> }
///
/// let conn = &mut SqliteConnection::establish(":memory:")?;
/// diesel::sql_query("CREATE TABLE orders (id INTEGER PRIMARY KEY, state TEXT NOT NULL, carrier TEXT)").execute(conn)?;
/// diesel::insert_into(orders::table).values(orders::state.eq("paid")).execute(conn)?;
///
/// let ship = |carrier| transition::<Order>(1).from(["paid", "packed"]).to("shipped").set(orders::carrier.eq(carrier));
/// assert!(ship("DHL").execute(conn)?.is_applied());
/// let again = ship("UPS").execute(conn)?;
/// assert!(matches!(again, Transitioned::AlreadyThere(order) if order.carrier.as_deref() == Some("DHL")));
///
/// let cancel = transition::<Order>(1).from(["paid"]).to("cancelled").execute(conn);
/// assert!(matches!(cancel, Err(WriteError::InvalidState { .. })));
/// # Ok(()) }
/// # #[cfg(not(feature = "sqlite"))] fn main() {}
/// ```
///
/// Where the model derives [`Versioned`](crate::Versioned) too, the version is raised; where it derives
/// [`SoftDelete`](crate::SoftDelete), a deleted row isn't moved.
#[must_use = "nothing is done before `execute`"]
pub fn transition<M: Stateful>(id: impl Into<M::Key>) -> TransitionOf<M> {
    TransitionOf { id: id.into() }
}

/// A [`transition`] that doesn't know yet from where.
#[derive(Debug, Clone)]
#[must_use = "nothing is done before `execute`"]
pub struct TransitionOf<M: Stateful> {
    id: M::Key,
}

impl<M: Stateful> TransitionOf<M> {
    /// The states from which the row may go.
    pub fn from<S: Into<M::State>>(self, states: impl IntoIterator<Item = S>) -> TransitionFrom<M> {
        TransitionFrom {
            id: self.id,
            from: states.into_iter().map(Into::into).collect(),
        }
    }
}

/// A [`transition`] that doesn't know yet where to.
#[derive(Debug, Clone)]
#[must_use = "nothing is done before `execute`"]
pub struct TransitionFrom<M: Stateful> {
    id: M::Key,
    from: Vec<M::State>,
}

impl<M: Stateful> TransitionFrom<M> {
    /// The state to which it goes. A row that is there is left as it is, also if this is one of the states
    /// that it may come from.
    pub fn to(self, state: impl Into<M::State>) -> Transition<'static, M> {
        Transition {
            id: self.id,
            from: self.from,
            to: state.into(),
            changes: None,
            key: None,
            tenant: String::new(),
        }
    }
}

/// A [`transition`] that can be [executed](Transition::execute).
#[must_use = "nothing is done before `execute`"]
pub struct Transition<'k, M: Stateful, Ch = NoChanges> {
    id: M::Key,
    from: Vec<M::State>,
    to: M::State,
    changes: Option<Ch>,
    key: Option<&'k IdempotencyKey>,
    tenant: String,
}

impl<'k, M: Stateful> Transition<'k, M> {
    /// Side columns that are written if the row is moved: what Diesel's `set` takes.
    pub fn set<Ch>(self, changes: Ch) -> Transition<'k, M, Ch> {
        Transition {
            id: self.id,
            from: self.from,
            to: self.to,
            changes: Some(changes),
            key: self.key,
            tenant: self.tenant,
        }
    }
}

impl<'k, M: Stateful, Ch> Transition<'k, M, Ch> {
    /// Makes this one request among others that ask for the same: it is recorded under the key, in the
    /// same transaction, as that of an `#[idempotent]` function is.
    ///
    /// Without a key, a row that is where it should go counts as moved, whoever moved it. With one, only
    /// the request that moved it is told [`AlreadyThere`](Transitioned::AlreadyThere), and another gets
    /// [`InvalidState`](WriteError::InvalidState); and where the row has left the state again, and could
    /// be moved there once more, a late duplicate doesn't do so.
    ///
    /// The record is kept in the table that [`setup`](crate::setup) makes.
    ///
    /// The key stands for the row and the state, by their `Debug`; side columns aren't compared. A request
    /// that moves several rows [derives](IdempotencyKey::derived) a key for each.
    pub fn key<'l>(self, key: &'l IdempotencyKey) -> Transition<'l, M, Ch> {
        Transition {
            id: self.id,
            from: self.from,
            to: self.to,
            changes: self.changes,
            key: Some(key),
            tenant: self.tenant,
        }
    }

    /// Whose key it is.
    pub fn tenant(self, tenant: impl std::fmt::Display) -> Self {
        Self {
            tenant: tenant.to_string(),
            ..self
        }
    }

    /// Moves the row.
    ///
    /// # Errors
    /// [`NotFound`](WriteError::NotFound), [`InvalidState`](WriteError::InvalidState),
    /// [`Deleted`](WriteError::Deleted), [`Rejected`](WriteError::Rejected),
    /// [`VersionExhausted`](WriteError::VersionExhausted),
    /// [`CoarseVersion`](WriteError::CoarseVersion), on MySQL [`DeletedSince`](WriteError::DeletedSince),
    /// with a key [`Refused`](WriteError::Refused), and the database's.
    pub fn execute<C, LeaveTheVersionColumnOut>(
        self,
        conn: &mut C,
    ) -> Result<Transitioned<M>, WriteError<M>>
    where
        C: ModelConnection,
        M: StatefulOn<C::Backend>,
        Ch: SideColumns<M, C::Backend, Set: LeavesVersionAlone<M, LeaveTheVersionColumnOut>>,
    {
        let (movement, changes, request) = self.parts();
        let changes = changes.and_then(SideColumns::idem_set);
        let Some(request) = request else {
            return now(movement.apply(&mut Blocking::new(conn), changes));
        };
        let mut applied = None;
        let outcome = request.call().run(conn, |conn| {
            let row = now(movement.apply_alone(&mut Blocking::new(conn), changes))?;
            applied = Some(row);
            Ok(())
        });
        now(movement.answer(&mut Blocking::new(conn), outcome, applied))
    }

    /// [`execute`](Self::execute) on an async connection.
    ///
    /// # Errors
    /// As there.
    #[cfg(feature = "async")]
    pub async fn execute_async<C, LeaveTheVersionColumnOut>(
        self,
        conn: &mut C,
    ) -> Result<Transitioned<M>, WriteError<M>>
    where
        C: AsyncModelConnection,
        M: StatefulOn<C::Backend>,
        Ch: SideColumns<M, C::Backend, Set: LeavesVersionAlone<M, LeaveTheVersionColumnOut>>,
    {
        let (movement, changes, request) = self.parts();
        let changes = changes.and_then(SideColumns::idem_set);
        let mut driver = Async::outside(conn);
        let Some(request) = request else {
            let answer = movement.apply(&mut driver, changes).await;
            return driver.done(answer);
        };
        let mut applied = None;
        let body = async |conn: &mut C| {
            let row = movement.apply_alone(&mut Async::new(conn), changes).await?;
            applied = Some(row);
            Ok(())
        };
        let outcome = request.call().run_async(driver.conn(), body).await;
        let answer = movement.answer(&mut driver, outcome, applied).await;
        driver.done(answer)
    }

    fn parts(self) -> (Move<M>, Option<Ch>, Option<Request<'k>>) {
        let request = self.key.map(|key| Request {
            operation: format!("transition of {}", table_names::<M::Table>().join(".")),
            row: format!("{:?}", self.id),
            to: format!("{:?}", self.to),
            tenant: self.tenant,
            key,
        });
        let movement = Move {
            key: self.id,
            from: self.from,
            to: self.to,
        };
        (movement, self.changes, request)
    }
}
