//! Functions that `macro_rules!` writes, from parts that it was given.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};

macro_rules! plain {
    ($name:ident, $operation:literal, $ttl:literal, $cents:expr) => {
        #[idempotent(operation = $operation, ttl = $ttl, fingerprint($cents))]
        fn $name(conn: &mut SqliteConnection, key: &IdempotencyKey) -> Result<Receipt, ChargeError> {
            let _ = key;
            Ok(book(conn, $cents * 10)?)
        }
    };
}
plain!(five, "payments.five", "1h", 2 + 3);
plain!(six, "payments.six", "1h", 6);

macro_rules! typed {
    ($($name:ident($conn:ident: $conn_ty:ty, $arg:pat => $ty:ty) -> $output:ty $body:block)*) => {$(
        #[idempotent]
        fn $name($conn: $conn_ty, $arg: $ty) -> $output $body
    )*};
}
typed! {
    charge(conn: &mut SqliteConnection, (cents, _) => (i64, u8)) -> Result<Receipt, ChargeError> {
        Ok(book(conn, cents)?)
    }
}

#[test]
fn they_replay() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    assert_eq!(five(&mut conn, &key).unwrap().cents, 50);
    assert!(five(&mut conn, &key).unwrap().is_replayed());
    assert_eq!(six(&mut conn, &key).unwrap().cents, 60);
    charge(&mut conn, &key, (5, 0)).unwrap();
    assert!(charge(&mut conn, &key, (5, 0)).unwrap().is_replayed());
}
