//! The two tables that the tests' money moves in.

use crate::servers::Database;

diesel::table! {
    /// What each account holds.
    accounts (id) {
        /// Chosen by the test; 1, 2 and 3 exist from the start.
        id -> BigInt,
        /// Starts at 1000.
        balance -> BigInt,
    }
}

diesel::table! {
    /// One row for each deposit.
    ledger (id) {
        /// Given by the database.
        id -> BigInt,
        /// The account deposited to.
        account -> BigInt,
        /// The amount, negative for a withdrawal.
        amount -> BigInt,
        /// For the test to tell rows apart.
        note -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(accounts, ledger);

/// The statements that create both tables and open accounts 1, 2 and 3 with 1000 each.
pub(crate) fn ddl(database: Database) -> [String; 3] {
    let (id, rows) = match database {
        Database::Postgres => ("BIGSERIAL PRIMARY KEY", ""),
        Database::Mysql => ("BIGINT AUTO_INCREMENT PRIMARY KEY", " ENGINE=InnoDB"),
        Database::Sqlite => ("INTEGER PRIMARY KEY AUTOINCREMENT", ""),
    };
    [
        format!("CREATE TABLE accounts (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL){rows}"),
        format!(
            "CREATE TABLE ledger (id {id}, account BIGINT NOT NULL, amount BIGINT NOT NULL, note TEXT NOT NULL){rows}"
        ),
        "INSERT INTO accounts (id, balance) VALUES (1, 1000), (2, 1000), (3, 1000)".into(),
    ]
}
