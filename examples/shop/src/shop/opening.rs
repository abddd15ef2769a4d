//! Opening the shop: its tables made anew, and its first products.

use super::catalogue;
use super::error::ShopError;
use crate::database::{AnyConnection, Kind};
use crate::message::{Article, Person};
use diesel::QueryResult;
use diesel::connection::SimpleConnection as _;
use idem_diesel::IdempotencyKey;

const TABLES: [&str; 6] = [
    "shop_products",
    "shop_orders",
    "shop_order_lines",
    "shop_payments",
    "shop_parcels",
    "shop_log",
];

/// Drops the shop's tables if they are there, and makes them anew, empty.
pub(crate) fn make_tables(conn: &mut AnyConnection) -> QueryResult<()> {
    for table in TABLES {
        conn.batch_execute(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    // Without a time zone on either; MySQL's TIMESTAMP ends in 2038, and keeps whole seconds unless told.
    let (moment, one_live_sku) = match conn.kind() {
        Kind::Sqlite => ("TIMESTAMP", PARTIAL_INDEX),
        #[cfg(feature = "postgres")]
        Kind::Postgres => ("TIMESTAMP", PARTIAL_INDEX),
        #[cfg(feature = "mysql")]
        Kind::Mysql => ("DATETIME(6)", GENERATED_COLUMN),
    };
    conn.batch_execute(&format!(
        "CREATE TABLE shop_products (id BIGINT PRIMARY KEY, sku VARCHAR(40) NOT NULL, \
             cents BIGINT NOT NULL, stock BIGINT NOT NULL, lock_version BIGINT NOT NULL DEFAULT 1, \
             deleted_at {moment} NULL, deleted_by VARCHAR(40), delete_reason VARCHAR(200)); \
         CREATE TABLE shop_orders (id VARCHAR(36) PRIMARY KEY, shopper VARCHAR(40) NOT NULL, \
             state VARCHAR(10) NOT NULL, packed_by VARCHAR(40), \
             lock_version BIGINT NOT NULL DEFAULT 1); \
         CREATE TABLE shop_order_lines (order_id VARCHAR(36), product BIGINT, pieces BIGINT NOT NULL, \
             unit_cents BIGINT, product_version BIGINT, PRIMARY KEY (order_id, product)); \
         CREATE TABLE shop_payments (id VARCHAR(36) PRIMARY KEY, order_id VARCHAR(36) NOT NULL, \
             cents BIGINT NOT NULL); \
         CREATE TABLE shop_parcels (id VARCHAR(36) PRIMARY KEY, order_id VARCHAR(36) NOT NULL); \
         CREATE TABLE shop_log (id VARCHAR(36) PRIMARY KEY, request VARCHAR(255) NOT NULL, \
             who VARCHAR(40) NOT NULL, what VARCHAR(20) NOT NULL, product BIGINT, \
             order_id VARCHAR(36), version BIGINT NOT NULL, cents BIGINT, stock BIGINT); \
         {one_live_sku}"
    ))
}

/// A SKU belongs to one live product, and to any number of deleted ones. Not `UNIQUE (sku,
/// deleted_at)`: two NULLs are not equal, so that would let any number of live ones in.
const PARTIAL_INDEX: &str =
    "CREATE UNIQUE INDEX shop_one_live_sku ON shop_products (sku) WHERE deleted_at IS NULL";

/// The same where an index can't be partial: a column that is NULL in deleted rows.
#[cfg(feature = "mysql")]
const GENERATED_COLUMN: &str = "ALTER TABLE shop_products \
     ADD COLUMN live_sku VARCHAR(40) GENERATED ALWAYS AS \
         (CASE WHEN deleted_at IS NULL THEN sku END) VIRTUAL, \
     ADD CONSTRAINT shop_one_live_sku UNIQUE (live_sku)";

/// Puts the first products on the shelves.
pub(crate) fn stock_up(conn: &mut AnyConnection, articles: &[Article]) -> Result<(), ShopError> {
    for article in articles {
        let key = IdempotencyKey::generate();
        catalogue::introduce(conn, &key, Person::Owner, article)?;
    }
    Ok(())
}
