//! Deleting rows for good that were deleted long ago.

use super::SoftDelete;
use super::column::DeletedAt;
use crate::models::connection::Rows;
use crate::models::error::WriteError;
use crate::models::on::ModelOn;
use crate::models::sql::dialect::ModelSql;
use crate::models::sql::fragment::{Name, Seq, Sql, Uncached};
use crate::models::sql::times;
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};
use std::time::Duration;

/// Deletes rows for good that were deleted longer ago, oldest first.
pub(crate) async fn purge<M, D>(
    driver: &mut D,
    older_than: Duration,
    limit: u32,
) -> Result<usize, WriteError<M>>
where
    D: Rows<M>,
    M: ModelOn<D::Backend> + SoftDelete,
{
    let dialect = driver.dialect();
    let column = DeletedAt {
        form: times::form_of::<M, D>(driver, M::DELETION).await?,
        ..M::DELETION
    };
    let sql = dialect.models();
    let (old, name) = (Old::new(sql, column, older_than), Name(M::DELETION.name));
    let limit = Number(u64::from(limit));
    let oldest = Seq((
        Sql(" FROM "),
        M::from_clause(),
        Sql(" WHERE "),
        old,
        Sql(" ORDER BY "),
        name,
        Sql(" LIMIT "),
        limit,
    ));
    let purged = match sql.purge_selected {
        Some(suffix) => {
            let key = M::key_columns;
            let statement = Seq((
                Uncached,
                // As a subquery, PostgreSQL may run it again for each row of the table, and keep to no limit.
                Sql("WITH idem_old AS MATERIALIZED (SELECT "),
                key(),
                oldest,
                Sql(suffix),
                Sql(") DELETE FROM "),
                M::from_clause(),
                Sql(" WHERE ("),
                key(),
                // A row that was restored meanwhile is looked at again.
                Sql(") IN (SELECT * FROM idem_old) AND "),
                old,
            ));
            driver.touch(statement).await
        }
        None => driver.touch(Seq((Uncached, Sql("DELETE"), oldest))).await,
    };
    purged.map_err(|error| WriteError::of(dialect, error))
}

/// A number as it stands.
#[derive(Debug, Clone, Copy)]
struct Number(u64);

impl<DB: Backend> QueryFragment<DB> for Number {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(&self.0.to_string());
        Ok(())
    }
}

/// `deleted_at < …`
#[derive(Debug, Clone, Copy)]
struct Old {
    column: &'static str,
    instant: [&'static str; 2],
    ago: [&'static str; 2],
    milliseconds: Number,
}

impl Old {
    fn new(sql: &ModelSql, column: DeletedAt, older_than: Duration) -> Self {
        // Longer than any row has been there, and no database's interval overflows.
        const CENTURY: u64 = 100 * 366 * 24 * 3600 * 1000;
        let milliseconds = u64::try_from(older_than.as_millis()).unwrap_or(CENTURY);
        Self {
            column: column.name,
            instant: sql.instant,
            ago: (sql.ago)(column.form),
            milliseconds: Number(milliseconds.min(CENTURY)),
        }
    }
}

impl<DB: Backend> QueryFragment<DB> for Old {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let ([before, after], [ago, end]) = (self.instant, self.ago);
        out.push_sql(before);
        out.push_identifier(self.column)?;
        out.push_sql(after);
        out.push_sql(" < ");
        out.push_sql(before);
        out.push_sql(ago);
        self.milliseconds.walk_ast(out.reborrow())?;
        out.push_sql(end);
        out.push_sql(after);
        Ok(())
    }
}
