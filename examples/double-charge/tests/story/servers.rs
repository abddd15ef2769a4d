//! The same story on servers, each time in a database of its own.

#[path = "../servers/mod.rs"]
mod database;

use super::only_idempotency_charges_everybody_once;
use database::on_a_server;

#[cfg(feature = "postgres")]
#[test]
fn only_idempotency_charges_everybody_once_on_postgres() {
    on_a_server::<diesel::PgConnection>("IDEM_TEST_POSTGRES_URL", |url| {
        only_idempotency_charges_everybody_once(&["--database-url", url]);
    });
}

#[cfg(feature = "mysql")]
#[test]
fn only_idempotency_charges_everybody_once_on_mysql() {
    on_a_server::<diesel::MysqlConnection>("IDEM_TEST_MYSQL_URL", |url| {
        only_idempotency_charges_everybody_once(&["--database-url", url]);
    });
}
