//! What is known of a model besides the derive that is at work: whether it is versioned, whether it
//! can be soft-deleted. Each derive must heed the other, and sees only its own attributes.

use super::error::WriteError;
use super::soft_delete::SoftDelete;
use super::sql::dialect::ModelSql;
use super::sql::fragment::{Seq, Sql};
use super::versioned::Versioned;
use super::versioned::column::{Bump, Room, VersionColumn};
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};
use idem_core::{Version, VersionValue};
use std::marker::PhantomData;

/// What is known of a model.
pub struct Facts<M> {
    pub(super) version: Option<Versioning<M>>,
    pub(super) deletion: Option<Deletion<M>>,
}

/// How a model's rows are versioned.
pub struct Versioning<M> {
    pub(super) column: VersionColumn,
    pub(super) of: fn(&M) -> Version,
    pub(super) table_names: fn() -> Vec<String>,
}

/// How a model says that it is deleted.
pub struct Deletion<M> {
    pub(super) column: &'static str,
    pub(super) is_deleted: fn(&M) -> bool,
}

impl<M> Facts<M> {
    /// For derives, which fill it in by a [`Probe`].
    pub const fn new(version: Option<Versioning<M>>, deletion: Option<Deletion<M>>) -> Self {
        Self { version, deletion }
    }

    /// `, version = …`, if there is one.
    pub(super) fn bump(&self, sql: &ModelSql) -> Option<Bump> {
        let version = self.version.as_ref();
        version.map(|version| Bump::new(sql, version.column))
    }

    /// `, version = …` after other changes, if there is one.
    pub(super) fn and_bump(&self, sql: &ModelSql) -> Option<Seq<(Sql, Bump)>> {
        self.bump(sql).map(|bump| Seq((Sql(", "), bump)))
    }

    /// ` AND version < …`, if it can run out.
    pub(super) fn room(&self) -> Room {
        Room(self.version.as_ref().map(|version| version.column))
    }

    /// The row, if there is a version after the one it has.
    pub(super) fn with_room(&self, row: M) -> Result<M, WriteError<M>> {
        let Some(version) = &self.version else {
            return Ok(row);
        };
        match version.column.max.map(Version::Integer) {
            Some(last) if (version.of)(&row) == last => {
                Err(WriteError::VersionExhausted { version: last })
            }
            _ => Ok(row),
        }
    }

    /// ` AND deleted_at IS NULL`, if it can be deleted.
    pub(super) fn live(&self) -> Live {
        Live(self.deletion.as_ref().map(|deletion| deletion.column))
    }

    pub(super) fn is_deleted(&self, row: &M) -> bool {
        let deletion = self.deletion.as_ref();
        deletion.is_some_and(|deletion| (deletion.is_deleted)(row))
    }
}

/// ` AND deleted_at IS NULL`
#[derive(Debug, Clone, Copy)]
pub(super) struct Live(Option<&'static str>);

impl<DB: Backend> QueryFragment<DB> for Live {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some(column) = self.0 else {
            return Ok(());
        };
        out.push_sql(" AND ");
        out.push_identifier(column)?;
        out.push_sql(" IS NULL");
        Ok(())
    }
}

/// Finds out what else a type derives: its own methods are there if it does, and those of
/// [`NotDerived`] otherwise.
pub struct Probe<M>(PhantomData<fn(M)>);

impl<M> Probe<M> {
    /// A probe of `M`.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "for derives only")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<M: Versioned> Probe<M> {
    /// Its version column.
    #[must_use]
    pub const fn idem_version(&self) -> Option<Versioning<M>> {
        Some(Versioning {
            column: M::VERSION,
            of: |row| VersionValue::to_version(row.version()),
            table_names: M::table_names,
        })
    }
}

impl<M: SoftDelete> Probe<M> {
    /// How it is deleted.
    #[must_use]
    pub const fn idem_deletion(&self) -> Option<Deletion<M>> {
        Some(Deletion {
            column: M::DELETION.name,
            is_deleted: M::is_deleted,
        })
    }
}

/// What a [`Probe`] says of a type that doesn't derive it.
pub trait NotDerived<M> {
    /// None.
    fn idem_version(&self) -> Option<Versioning<M>> {
        None
    }
    /// None.
    fn idem_deletion(&self) -> Option<Deletion<M>> {
        None
    }
}

impl<M> NotDerived<M> for Probe<M> {}
