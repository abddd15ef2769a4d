//! The user's names don't meet the expansion's.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};

/// What a glob import may bring into the user's scope.
mod shadow {
    pub(super) struct Result;
    pub(super) struct Option;
    pub(super) struct Outcome;
    pub(super) struct Clone;
    pub(super) struct IdempotencyKey;
    pub(super) struct Some;
    pub(super) mod core {}
    pub(super) mod std {}
    pub(super) mod idem_diesel {}
}

mod shadowed {
    use super::shadow::{Clone, IdempotencyKey, Option, Outcome, Result, Some};
    #[expect(unused_imports, reason = "they are in the way, which is their use")]
    use super::shadow::{core, idem_diesel, std};
    use super::{ChargeError, Receipt, SqliteConnection, book};

    #[::idem_diesel::idempotent(retry = 2, ttl = "1h")]
    pub(super) fn charge(
        conn: &mut SqliteConnection,
        call: i64,
        answer: i64,
        held: &str,
        arg0: (),
        (a, _b): (i64, Vec<u8>),
    ) -> ::std::result::Result<Receipt, ChargeError> {
        let _ = (held, arg0);
        let key = call + answer + a;
        Ok(book(conn, key)?)
    }

    #[::idem_diesel::idempotent(retry = 2)]
    pub(super) fn refund(
        call: &mut SqliteConnection,
        conn: i64,
        #[key] held: ::idem_diesel::IdempotencyKey,
    ) -> ::std::result::Result<Receipt, ChargeError> {
        let _ = held;
        Ok(book(call, conn)?)
    }

    pub(super) type Unused = (Clone, IdempotencyKey, Option, Outcome, Result, Some);
}

#[idempotent]
fn plain(conn: &mut SqliteConnection, call: i64) -> Result<Receipt, ChargeError> {
    Ok(book(conn, call)?)
}

#[test]
fn they_replay() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    let mut call = || shadowed::charge(&mut conn, &key, 1, 2, "", (), (3, vec![]));
    assert_eq!(call().unwrap().cents, 6);
    assert!(call().unwrap().is_replayed());
    shadowed::refund(&mut conn, 5, key.clone()).unwrap();
    assert!(plain(&mut conn, &key, 1).is_ok());
    assert_eq!(size_of::<shadowed::Unused>(), 0);
}
