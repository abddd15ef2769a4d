//! The models' tables, in each dialect.

use crate::servers::Database;

/// Statements in the dialect of this database: `:text`, `:bytes` and `:time` stand for its types of
/// short texts, short bytes and times to the microsecond, `:zeros15` and `:zeros16` for that many zero
/// bytes, and double quotes for its own.
pub(super) fn dialect<const N: usize>(database: Database, statements: [&str; N]) -> Vec<String> {
    let [text, bytes, time, quote] = match database {
        Database::Postgres => ["TEXT", "BYTEA", "TIMESTAMP", "\""],
        Database::Mysql => ["VARCHAR(80)", "VARBINARY(80)", "DATETIME(6)", "`"],
        Database::Sqlite => ["TEXT", "BLOB", "TIMESTAMP", "`"],
    };
    let translate = |statement: &str| {
        statement
            .replace('"', quote)
            .replace(":text", text)
            .replace(":bytes", bytes)
            .replace(":time", time)
            .replace(":zeros15", &database.zeros(15))
            .replace(":zeros16", &database.zeros(16))
    };
    statements.into_iter().map(translate).collect()
}

/// A table of rows 1, 2 and 3, whose version is a column of this type.
pub(super) fn numbered(database: Database, table: &str, version: &str) -> Vec<String> {
    let create = format!(
        "CREATE TABLE {table} (id BIGINT PRIMARY KEY, pieces BIGINT NOT NULL, lock_version {version})"
    );
    let fill = format!("INSERT INTO {table} (id, pieces) VALUES (1, 100), (2, 100), (3, 100)");
    dialect(database, [&create, &fill])
}
