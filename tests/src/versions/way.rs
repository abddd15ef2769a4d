//! The ways to write a row under a guard.

use idem_diesel::{Action, Expected, WriteError};

use super::{Model, Versions};

/// The operations that write a row under a guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `update_versioned`
    Update,
    /// `write_versioned`
    Write,
    /// `update_expecting`
    Expecting,
    /// `delete_versioned`
    Delete,
    /// `delete_expecting`
    DeleteExpecting,
    /// `force_increment`
    Increment,
}

impl Way {
    /// Each of them.
    pub const ALL: [Self; 6] = [
        Self::Update,
        Self::Write,
        Self::Expecting,
        Self::Delete,
        Self::DeleteExpecting,
        Self::Increment,
    ];

    /// Writes the row of a copy in this way: 7 pieces, if it can be told how many.
    ///
    /// # Errors
    ///
    /// The operation's.
    pub async fn take<M: Model, D: Versions<M>>(
        self,
        conn: &mut D,
        copy: &M,
    ) -> Result<(), WriteError<M>> {
        match self {
            Self::Update => conn.update(copy, Some(7)).await.map(drop),
            Self::Write => conn.write(copy, Some(7)).await.map(drop),
            Self::Expecting => {
                let expected = Expected::Exactly(copy.version().clone());
                conn.update_expecting(expected, Some(7)).await.map(drop)
            }
            Self::Delete => conn.delete(copy).await,
            Self::DeleteExpecting => {
                let expected = Expected::Exactly(copy.version().clone());
                conn.delete_expecting(expected).await
            }
            Self::Increment => conn.increment(copy).await.map(drop),
        }
    }

    /// Whether the row is gone afterwards.
    #[must_use]
    pub const fn deletes(self) -> bool {
        matches!(self, Self::Delete | Self::DeleteExpecting)
    }

    /// What a conflict says was being done.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Update | Self::Write => Action::Update,
            Self::Expecting => Action::UpdateExpecting,
            Self::Delete => Action::Delete,
            Self::DeleteExpecting => Action::DeleteExpecting,
            Self::Increment => Action::Increment,
        }
    }
}
