//! Rows that are safe to write twice.

mod attribution;
mod connection;
mod deletion;
mod derive;
mod dialect;
mod error;
mod facts;
mod fragment;
mod insert;
mod insert_once;
mod movement;
#[cfg(feature = "mysql")]
pub(crate) mod mysql;
mod new_row;
mod nothing;
mod null;
mod on;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
mod retry;
mod soft_delete;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
mod stateful;
mod times;
mod transition;
mod unversioned;
mod update;
mod version;
mod versioned;

pub use attribution::{Attribution, Because, By, ByBecause};
#[cfg(feature = "async")]
pub use connection::AsyncModelConnection;
pub use connection::ModelConnection;
pub use derive::{
    DeletedAt, KeyOf, NullableColumn, deletion, increment, increment_or_null, is_deleted, mark,
    table_names, timestamp, uuid,
};
pub(crate) use dialect::ModelSql;
pub use dialect::{
    DeletionColumn, IncrementColumn, NullableIncrementColumn, Strategy, TimeColumn, TimeForm,
    UuidColumn, UuidForm,
};
pub use error::WriteError;
pub use facts::{Deletion, Facts, NotDerived, Probe};
pub use insert_once::{Answers, InsertAllOnce, InsertOnce, insert_all_once, insert_once};
pub use new_row::NewRow;
pub use null::NullAsZero;
pub use on::{Changes, Copied, Finds, ModelOn, Target};
#[cfg(feature = "async")]
pub use retry::retry_on_conflict_async;
pub use retry::{Conflicting, retry_on_conflict};
pub use soft_delete::{Kept, NoColumn, OnlyDeleted, SoftDelete};
pub use stateful::{Stateful, StatefulOn};
pub use transition::{SideColumns, Transition, TransitionFrom, TransitionOf, transition};
pub use unversioned::{LeavesVersionAlone, TheVersionColumnIsSet};
pub use version::{VersionColumn, VersionedOn};
pub use versioned::Versioned;
