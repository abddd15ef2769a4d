//! Rows that are safe to write twice.

mod connection;
mod error;
mod facts;
mod insert_once;
mod key;
mod on;
mod row;
mod savepoint;
mod soft_delete;
pub(crate) mod sql;
mod stateful;
mod table;
mod versioned;

#[cfg(feature = "async")]
pub use connection::AsyncModelConnection;
pub use connection::ModelConnection;
pub use error::WriteError;
pub use facts::{Deletion, Facts, NotDerived, Probe};
pub use insert_once::new_row::NewRow;
pub use insert_once::{Answers, InsertAllOnce, InsertOnce, insert_all_once, insert_once};
pub use key::KeyOf;
pub use on::{Changes, Copied, Finds, ModelOn, Target};
pub use soft_delete::attribution::{Attribution, Because, By, ByBecause};
pub use soft_delete::column::{DeletedAt, NullableColumn, deletion, is_deleted, mark};
pub use soft_delete::{Kept, NoColumn, OnlyDeleted, SoftDelete};
pub(crate) use sql::dialect::ModelSql;
pub use sql::dialect::{
    DeletionColumn, IncrementColumn, NullableIncrementColumn, Strategy, TimeColumn, TimeForm,
    UuidColumn, UuidForm,
};
pub use sql::null::NullAsZero;
pub use stateful::side_columns::SideColumns;
pub use stateful::transition::{Transition, TransitionFrom, TransitionOf, transition};
pub use stateful::{Stateful, StatefulOn};
pub use table::table_names;
pub use versioned::Versioned;
pub use versioned::column::{
    VersionColumn, VersionedOn, increment, increment_or_null, timestamp, uuid,
};
#[cfg(feature = "async")]
pub use versioned::retry::retry_on_conflict_async;
pub use versioned::retry::{Conflicting, retry_on_conflict};
pub use versioned::unversioned::{LeavesVersionAlone, TheVersionColumnIsSet};
