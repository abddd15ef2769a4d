//! Versions that are times.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use idem_diesel::Versioned;

use super::model;
use crate::servers::Database;
use crate::versions::sql::dialect;

/// A table of rows 1 and 2, last written in 2020.
fn timed(database: Database, table: &str, ty: &str) -> Vec<String> {
    let create = format!(
        "CREATE TABLE {table} (id BIGINT PRIMARY KEY, pieces BIGINT NOT NULL, updated_at {ty} NOT NULL)"
    );
    let fill = format!(
        "INSERT INTO {table} (id, pieces, updated_at) VALUES (1, 100, '2020-01-01 00:00:00'), (2, 100, '2020-01-01 00:00:00')"
    );
    dialect(database, [&create, &fill])
}

/// Models with such a version that differ in nothing but the column's type.
macro_rules! timed {
    ($(
        $(#[$doc:meta])*
        $model:ident in $table:ident $((of $schema:ident))?, $sql:ident in $field:ty, $ddl:expr;
    )*) => {$(
        diesel::table! {
            $($schema.)? $table (id) {
                id -> BigInt,
                pieces -> BigInt,
                updated_at -> $sql,
            }
        }

        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Identifiable, Queryable, Selectable, Versioned)]
        #[diesel(table_name = $table)]
        #[versioned(column = updated_at, strategy = timestamp)]
        pub struct $model {
            id: i64,
            pieces: i64,
            /// Its version.
            pub updated_at: $field,
        }

        model!($model in $table, pieces, i64: 1, $ddl);
    )*};
}

timed! {
    /// With a time that has no zone.
    Time in times, Timestamp in NaiveDateTime, |database| timed(database, "times", ":time");

    /// With a time that has a zone. On PostgreSQL.
    Zoned in zoned, Timestamptz in DateTime<Utc>, |database| timed(database, "zoned", "timestamptz");

    /// With a `DATETIME` by its own name. On MySQL and MariaDB.
    Dated in dated, Datetime in NaiveDateTime, |database| timed(database, "dated", "DATETIME(6)");

    /// With a time that has a zone, as a text. On SQLite.
    Text in texts, TimestamptzSqlite in DateTime<Utc>, |database| timed(database, "texts", "TEXT");

    /// With a time in whole seconds. On PostgreSQL, MySQL and MariaDB.
    Coarse in coarse, Timestamp in NaiveDateTime, |database| timed(database, "coarse", match database {
        Database::Postgres => "timestamp(0)",
        Database::Mysql | Database::Sqlite => "DATETIME",
    });

    /// The same in a schema that isn't searched. On PostgreSQL.
    Attic in attics (of warehouse), Timestamp in NaiveDateTime, |database| {
        let mut ddl = vec!["CREATE SCHEMA warehouse".to_owned()];
        ddl.extend(timed(database, "warehouse.attics", "timestamp(0)"));
        ddl
    };
}
