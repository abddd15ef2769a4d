//! The version column in a statement: how it is compared, and how it moves on.

use super::Versioned;
use crate::models::on::ModelOn;
use crate::models::sql::dialect::{
    Expression, IncrementColumn, ModelSql, NullableIncrementColumn, Strategy, TimeColumn,
    UuidColumn,
};
use crate::models::sql::fragment::Fragment;
use diesel::backend::Backend;
use diesel::dsl::SqlTypeOf;
use diesel::expression::{AsExpression, TypedExpressionType};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::SqlType;
use diesel::{Column, QueryResult};
use idem_core::{Expected, Version, VersionValue};

/// What a derive says of a version column.
#[derive(Debug, Clone, Copy)]
pub struct VersionColumn {
    /// Its name.
    pub name: &'static str,
    /// How each write makes a new version.
    pub strategy: Strategy,
    /// The largest version, where there is one.
    pub max: Option<i64>,
    /// Which version a row has whose column is NULL.
    pub null: Option<i64>,
}

/// A version that is raised by one.
#[must_use]
pub const fn increment<V, C>() -> VersionColumn
where
    V: VersionValue,
    C: Column,
    SqlTypeOf<C>: IncrementColumn<V>,
{
    VersionColumn {
        name: C::NAME,
        strategy: Strategy::Increment,
        max: V::MAX,
        null: None,
    }
}

/// The same in a nullable column, where NULL stands for `null`.
#[must_use]
pub const fn increment_or_null<V, C>(null: i64) -> VersionColumn
where
    V: VersionValue,
    C: Column,
    SqlTypeOf<C>: NullableIncrementColumn<V>,
{
    VersionColumn {
        name: C::NAME,
        strategy: Strategy::Increment,
        max: V::MAX,
        null: Some(null),
    }
}

/// A version that is a random UUID.
#[must_use]
pub const fn uuid<V, C>() -> VersionColumn
where
    V: VersionValue,
    C: Column,
    SqlTypeOf<C>: UuidColumn,
{
    VersionColumn {
        name: C::NAME,
        strategy: Strategy::Uuid(<SqlTypeOf<C> as UuidColumn>::FORM),
        max: None,
        null: None,
    }
}

/// A version that is the time of the last write.
#[must_use]
pub const fn timestamp<V, C>() -> VersionColumn
where
    V: VersionValue,
    C: Column,
    SqlTypeOf<C>: TimeColumn,
{
    VersionColumn {
        name: C::NAME,
        strategy: Strategy::Timestamp(<SqlTypeOf<C> as TimeColumn>::FORM),
        max: None,
        null: None,
    }
}

/// A [`Versioned`] model on a database with the backend `DB`. Always met where the version field can
/// be bound as its column's type.
#[diagnostic::on_unimplemented(
    message = "rows of `{Self}` can't be written to `{DB}` by their version",
    label = "not a versioned model of this database",
    note = "it needs `#[derive(Identifiable, Queryable, Selectable, Versioned)]`",
    note = "`#[diesel(check_for_backend(…))]` on it says which field doesn't fit"
)]
pub trait VersionedOn<DB: Backend>: Versioned + ModelOn<DB> {
    #[doc(hidden)]
    type Bound: Fragment<DB>;
    #[doc(hidden)]
    fn bound(version: &Self::Version) -> Self::Bound;
}

#[diagnostic::do_not_recommend]
impl<M, DB, ST> VersionedOn<DB> for M
where
    DB: Backend,
    ST: SqlType + TypedExpressionType,
    M: Versioned<VersionSql = ST> + ModelOn<DB>,
    M::Version: AsExpression<ST>,
    <M::Version as AsExpression<ST>>::Expression: Fragment<DB>,
{
    type Bound = <M::Version as AsExpression<ST>>::Expression;

    fn bound(version: &M::Version) -> Self::Bound {
        version.clone().as_expression()
    }
}

/// ` AND version < …`: there is a next version, if there are versions at all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room(pub(crate) Option<VersionColumn>);

impl<DB: Backend> QueryFragment<DB> for Room {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some((column, max)) = self.0.and_then(|column| Some((column, column.max?))) else {
            return Ok(());
        };
        out.push_sql(" AND (");
        out.push_identifier(column.name)?;
        out.push_sql(&format!(" < {max}"));
        if column.null.is_some() {
            out.push_sql(" OR ");
            out.push_identifier(column.name)?;
            out.push_sql(" IS NULL");
        }
        out.push_sql(")");
        Ok(())
    }
}

/// ` AND …`: the row has the version that is expected, and there is a next one if that could be the
/// last.
#[derive(Debug)]
pub(crate) struct Guard<E> {
    column: VersionColumn,
    instant: [&'static str; 2],
    expected: Option<Vec<E>>,
    or_null: bool,
    room: Room,
}

impl<E> Guard<E> {
    pub(crate) fn new<M, DB>(sql: &ModelSql, expected: &Expected<M::Version>) -> Self
    where
        DB: Backend,
        M: VersionedOn<DB, Bound = E>,
    {
        let column = M::VERSION;
        let is = |number: Option<i64>, version: &M::Version| {
            number.is_some_and(|number| version.to_version() == Version::Integer(number))
        };
        let versions: Option<&[M::Version]> = match expected {
            Expected::Exactly(version) => Some(std::slice::from_ref(version)),
            Expected::OneOf(versions) => Some(versions),
            _ => None,
        };
        Self {
            column,
            instant: match column.strategy {
                Strategy::Timestamp(_) => sql.instant,
                _ => ["", ""],
            },
            or_null: versions.is_some_and(|all| all.iter().any(|version| is(column.null, version))),
            room: Room(match versions {
                Some(all) if !all.iter().any(|version| is(column.max, version)) => None,
                _ => Some(column),
            }),
            expected: versions.map(|versions| versions.iter().map(M::bound).collect()),
        }
    }

    /// For a delete, which makes no next version.
    pub(crate) fn or_last(self) -> Self {
        Self {
            room: Room(None),
            ..self
        }
    }
}

impl<DB: Backend, E: QueryFragment<DB>> QueryFragment<DB> for Guard<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let [before, after] = self.instant;
        let column = |out: &mut AstPass<'_, 'b, DB>| {
            out.push_sql(before);
            out.push_identifier(self.column.name)?;
            out.push_sql(after);
            QueryResult::Ok(())
        };
        let Some(versions) = &self.expected else {
            return self.room.walk_ast(out);
        };
        out.push_sql(" AND (");
        if versions.is_empty() {
            out.push_sql("1 = 0");
        }
        for (index, version) in versions.iter().enumerate() {
            if index > 0 {
                out.push_sql(" OR ");
            }
            column(&mut out)?;
            out.push_sql(" = ");
            out.push_sql(before);
            version.walk_ast(out.reborrow())?;
            out.push_sql(after);
        }
        if self.or_null {
            out.push_sql(" OR ");
            out.push_identifier(self.column.name)?;
            out.push_sql(" IS NULL");
        }
        out.push_sql(")");
        if versions.len() != 1 {
            out.unsafe_to_cache_prepared();
        }
        self.room.walk_ast(out)
    }
}

/// `version = …`: the row's next version, made by the database.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bump {
    column: VersionColumn,
    next: Expression,
    random: &'static str,
    /// Fails where there is no next version; elsewhere the guard has seen to that.
    fail: Option<&'static str>,
}

impl Bump {
    pub(crate) fn new(sql: &ModelSql, column: VersionColumn) -> Self {
        let (next, random): (Expression, _) = match column.strategy {
            Strategy::Increment => (&["", " + 1"], ""),
            Strategy::Uuid(form) => (&[], (sql.random)(form)),
            Strategy::Timestamp(form) => ((sql.later)(form), ""),
        };
        Self {
            column,
            next,
            random,
            fail: None,
        }
    }

    /// For rows whose versions nobody has looked at.
    pub(crate) const fn or_fail(self, sql: &ModelSql) -> Self {
        Self {
            fail: sql.fail,
            ..self
        }
    }
}

impl<DB: Backend> QueryFragment<DB> for Bump {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Self {
            column,
            next,
            random,
            fail,
        } = self;
        out.push_identifier(column.name)?;
        out.push_sql(" = ");
        let fail = fail.zip(column.max);
        if let Some((fail, max)) = fail {
            out.push_sql("CASE ");
            out.push_identifier(column.name)?;
            out.push_sql(&format!(" WHEN {max} THEN {fail} ELSE "));
        }
        out.push_sql(random);
        for (index, piece) in next.iter().enumerate() {
            if index > 0 {
                match column.null {
                    None => out.push_identifier(column.name)?,
                    Some(null) => {
                        out.push_sql("COALESCE(");
                        out.push_identifier(column.name)?;
                        out.push_sql(&format!(", {null})"));
                    }
                }
            }
            out.push_sql(piece);
        }
        if fail.is_some() {
            out.push_sql(" END");
        }
        Ok(())
    }
}
