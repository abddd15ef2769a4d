//! Without the prelude, every name is written out.

#![no_implicit_prelude]

use ::diesel::SqliteConnection;
use ::idem_diesel::{IdempotencyKey, idempotent};
use ::idem_ui::{AsyncSqlite, ChargeError, Receipt, book, book_async, open};
use ::std::clone::Clone;
use ::std::result::Result::{self, Ok};
use ::std::{assert, string::String};

struct Shop;

impl Shop {
    #[idempotent(
        ttl = "1h",
        in_flight = wait("5s"),
        isolation = serializable,
        max_result = "1KiB",
        nested = deny,
        retry = 2,
        peek
    )]
    fn charge(
        &self,
        conn: &mut SqliteConnection,
        (cents, _name): (i64, String),
        mut fee: i64,
        #[cfg(test)] always: i64,
    ) -> Result<Receipt, ChargeError> {
        fee += always;
        Ok(book(conn, cents + fee)?)
    }
}

#[idempotent]
fn by_value(conn: &mut SqliteConnection, key: IdempotencyKey) -> Answer {
    ::std::mem::drop(key);
    Ok(book(conn, 5)?)
}

type Answer = Result<Receipt, ChargeError>;

#[idempotent(retry = 2)]
async fn charge_async(conn: &mut AsyncSqlite, cents: i64) -> Result<Receipt, ChargeError> {
    Ok(book_async(conn, cents).await?)
}

#[::core::prelude::v1::test]
fn it_replays() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    let call = |conn: &mut SqliteConnection| Shop.charge(conn, &key, (5, String::new()), 1, 2);
    assert!(!call(&mut conn).unwrap().is_replayed());
    assert!(call(&mut conn).unwrap().is_replayed());
    by_value(&mut conn, key.clone()).unwrap();
    let _ = charge_async;
}
