//! The tables of the rows that are deleted, restored, moved and inserted.

use crate::schema::accounts;
use crate::servers::Database;

diesel::table! {
    /// What can be deleted, and say by whom and why. Names are unique among live rows.
    products (id) {
        /// Chosen by the test.
        id -> BigInt,
        /// Unique among live rows.
        name -> Text,
        /// For the test to tell rows apart.
        price -> BigInt,
        /// When it was deleted.
        deleted_at -> Nullable<Timestamp>,
        /// By whom.
        deleted_by -> Nullable<Text>,
        /// Why.
        delete_reason -> Nullable<Text>,
    }
}

diesel::table! {
    /// Rows that hold on to a product.
    parts (id) {
        /// Chosen by the test.
        id -> BigInt,
        /// A product.
        product_id -> BigInt,
        /// When it was deleted: named as the products' column.
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// Of two key columns, and with a column whose name is a reserved word.
    memberships (team, person) {
        /// The first half of the key.
        team -> BigInt,
        /// The second half of the key.
        person -> BigInt,
        /// When it was deleted.
        #[sql_name = "left"]
        left_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// With a version that is a number.
    articles (id) {
        /// Chosen by the test.
        id -> BigInt,
        /// What is changed.
        title -> Text,
        /// Starts at 0.
        lock_version -> Integer,
        /// When it was deleted.
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// With a version that is a UUID.
    drafts (id) {
        /// Chosen by the test.
        id -> BigInt,
        /// What is changed.
        title -> Text,
        /// Starts at `first`.
        revision -> Text,
        /// When it was deleted.
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// With a version that is a time.
    logs (id) {
        /// Chosen by the test.
        id -> BigInt,
        /// What is changed.
        title -> Text,
        /// Starts in 2020.
        written_at -> Timestamp,
        /// When it was deleted.
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// With a state that is an enum, a version and soft deletes.
    orders (id) {
        /// Chosen by the test.
        id -> BigInt,
        /// A `Stage`.
        state -> Text,
        /// A side column.
        carrier -> Nullable<Text>,
        /// Starts at 0.
        lock_version -> Integer,
        /// When it was deleted.
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// With a state that is a number, and two key columns.
    parcels (depot, number) {
        /// The first half of the key.
        depot -> BigInt,
        /// The second half of the key.
        number -> BigInt,
        /// From 0.
        state -> SmallInt,
        /// A side column.
        carrier -> Nullable<Text>,
    }
}

diesel::table! {
    /// With a state that is any text, and a key that is text.
    tickets (id) {
        /// Chosen by the test.
        id -> Text,
        /// Any text.
        state -> Text,
        /// A side column.
        carrier -> Nullable<Text>,
    }
}

diesel::table! {
    /// With another unique key, a foreign key, a default and soft deletes.
    payments (id) {
        /// Chosen by who inserts.
        id -> Text,
        /// Unique too.
        reference -> Text,
        /// Not NULL.
        cents -> BigInt,
        /// One of the accounts.
        account -> BigInt,
        /// `none`, unless it is given.
        note -> Text,
        /// When it was deleted.
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// Of two key columns.
    seats (hall, number) {
        /// The first half of the key.
        hall -> SmallInt,
        /// The second half of the key.
        number -> BigInt,
        /// Who has it.
        holder -> Text,
    }
}

diesel::table! {
    /// With a key of a type of its own.
    tokens (id) {
        /// The 16 bytes of a UUID.
        id -> Binary,
        /// Who has it.
        holder -> Text,
    }
}

diesel::joinable!(parts -> products (product_id));
diesel::allow_tables_to_appear_in_same_query!(products, parts, memberships);
diesel::joinable!(payments -> accounts (account));
diesel::allow_tables_to_appear_in_same_query!(payments, accounts);

/// What a column is, in each dialect.
struct Types {
    text: &'static str,
    time: &'static str,
    bytes: &'static str,
    rows: &'static str,
    left: &'static str,
}

fn types(database: Database) -> Types {
    match database {
        Database::Postgres => Types {
            text: "TEXT",
            time: "TIMESTAMP",
            bytes: "BYTEA",
            rows: "",
            left: "\"left\"",
        },
        Database::Mysql => Types {
            text: "VARCHAR(64)",
            time: "DATETIME(6)",
            bytes: "BINARY(16)",
            rows: " ENGINE=InnoDB",
            left: "`left`",
        },
        Database::Sqlite => Types {
            text: "TEXT",
            time: "TIMESTAMP",
            bytes: "BLOB",
            rows: "",
            left: "\"left\"",
        },
    }
}

/// The statements that create products, and make their names unique among live rows.
pub(super) fn create_products(database: Database) -> Vec<String> {
    let Types {
        text, time, rows, ..
    } = types(database);
    let columns = format!(
        "id BIGINT PRIMARY KEY, name {text} NOT NULL, price BIGINT NOT NULL DEFAULT 0, \
         deleted_at {time} NULL, deleted_by {text} NULL, delete_reason {text} NULL"
    );
    match database {
        Database::Mysql => vec![format!(
            "CREATE TABLE products ({columns}, is_live TINYINT AS (CASE WHEN deleted_at IS NULL THEN 1 END) VIRTUAL, \
             UNIQUE KEY products_live_name (name, is_live)){rows}"
        )],
        Database::Postgres | Database::Sqlite => vec![
            format!("CREATE TABLE products ({columns})"),
            "CREATE UNIQUE INDEX products_live_name ON products (name) WHERE deleted_at IS NULL"
                .into(),
        ],
    }
}

/// One table, of these columns and constraints.
pub(super) fn create(database: Database, name: &str) -> Vec<String> {
    let Types {
        text,
        time,
        bytes,
        rows,
        left,
    } = types(database);
    let deleted = format!("deleted_at {time} NULL");
    let columns = match name {
        "parts" => format!(
            "id BIGINT PRIMARY KEY, product_id BIGINT NOT NULL, {deleted}, \
             FOREIGN KEY (product_id) REFERENCES products (id)"
        ),
        "memberships" => format!(
            "team BIGINT NOT NULL, person BIGINT NOT NULL, {left} {time} NULL, PRIMARY KEY (team, person)"
        ),
        "articles" => format!(
            "id BIGINT PRIMARY KEY, title {text} NOT NULL, lock_version INTEGER NOT NULL DEFAULT 0, {deleted}"
        ),
        "drafts" => format!(
            "id BIGINT PRIMARY KEY, title {text} NOT NULL, revision {text} NOT NULL DEFAULT 'first', {deleted}"
        ),
        "logs" => format!(
            "id BIGINT PRIMARY KEY, title {text} NOT NULL, \
             written_at {time} NOT NULL DEFAULT '2020-01-01 00:00:00', {deleted}"
        ),
        "orders" => format!(
            "id BIGINT PRIMARY KEY, state {text} NOT NULL, carrier {text} NULL, \
             lock_version INTEGER NOT NULL DEFAULT 0, {deleted}"
        ),
        "parcels" => format!(
            "depot BIGINT NOT NULL, number BIGINT NOT NULL, state SMALLINT NOT NULL, carrier {text} NULL, \
             PRIMARY KEY (depot, number)"
        ),
        "tickets" => {
            format!("id {text} PRIMARY KEY, state {text} NOT NULL, carrier {text} NULL")
        }
        "payments" => format!(
            "id {text} PRIMARY KEY NOT NULL, reference {text} NOT NULL, cents BIGINT NOT NULL, \
             account BIGINT NOT NULL, note {text} NOT NULL DEFAULT 'none', {deleted}, \
             CONSTRAINT payments_reference UNIQUE (reference), \
             FOREIGN KEY (account) REFERENCES accounts (id)"
        ),
        "seats" => format!(
            "hall SMALLINT NOT NULL, number BIGINT NOT NULL, holder {text} NOT NULL, PRIMARY KEY (hall, number)"
        ),
        "tokens" => format!("id {bytes} PRIMARY KEY, holder {text} NOT NULL"),
        unknown => panic!("no table {unknown}"),
    };
    vec![format!("CREATE TABLE {name} ({columns}){rows}")]
}
