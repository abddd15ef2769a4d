//! What a write came to.

use serde::{Deserialize, Serialize};
use std::fmt::{Display, Formatter};

/// What an update came to. Either way the row is as it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub enum Updated<M> {
    /// It was written: this is the row with its new version.
    Changed(M),
    /// There was nothing to change: nothing was written, and the version is the old one.
    Unchanged(M),
}

impl<M> Updated<M> {
    /// The row, changed or not.
    pub fn into_inner(self) -> M {
        match self {
            Self::Changed(row) | Self::Unchanged(row) => row,
        }
    }

    /// Whether the row was written.
    pub const fn is_changed(&self) -> bool {
        matches!(self, Self::Changed(_))
    }
}

/// What a soft delete came to. Either way the row is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub enum SoftDeleted {
    /// It was live, and is deleted now.
    Deleted,
    /// It was deleted before: nothing was written, and when, by whom and why it was, stays.
    AlreadyDeleted,
}

/// What a restore came to. Either way the row is live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub enum Restored {
    /// It was deleted, and is live now.
    Restored,
    /// It was live: nothing was written.
    NotDeleted,
}

/// What a transition came to. Either way the row is in the state that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub enum Transitioned<M> {
    /// It was moved: this is the row in its new state.
    Applied(M),
    /// It was moved before: nothing was written, side columns are as they were.
    AlreadyThere(M),
}

impl<M> Transitioned<M> {
    /// The row, moved or not.
    pub fn into_inner(self) -> M {
        match self {
            Self::Applied(row) | Self::AlreadyThere(row) => row,
        }
    }

    /// The row, if this call moved it: for what must follow the move once, and not each time it is asked
    /// for.
    pub fn into_applied(self) -> Option<M> {
        match self {
            Self::Applied(row) => Some(row),
            Self::AlreadyThere(_) => None,
        }
    }

    /// Whether this call moved it.
    pub const fn is_applied(&self) -> bool {
        matches!(self, Self::Applied(_))
    }
}

/// What an insert came to. Either way the row is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub enum Inserted<M> {
    /// It wasn't there: this is the new row.
    Created(M),
    /// It was there: nothing was written, and this is the stored row.
    Existing(M),
}

impl<M> Inserted<M> {
    /// The row, new or not.
    pub fn into_inner(self) -> M {
        match self {
            Self::Created(row) | Self::Existing(row) => row,
        }
    }

    /// Whether this call created it.
    pub const fn is_created(&self) -> bool {
        matches!(self, Self::Created(_))
    }
}

/// What was being done to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// An update of a copy that was read before.
    Update,
    /// An update under an `If-Match`: a conflict is 412.
    UpdateExpecting,
    /// A delete of a copy that was read before.
    Delete,
    /// A delete under an `If-Match`: a conflict is 412.
    DeleteExpecting,
    /// A raise of the version alone.
    Increment,
}

impl Display for Action {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Update | Self::UpdateExpecting => "update",
            Self::Delete | Self::DeleteExpecting => "delete",
            Self::Increment => "increment",
        })
    }
}
