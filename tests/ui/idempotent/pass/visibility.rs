//! Who may call it is kept.

use diesel::SqliteConnection;
use idem_diesel::IdempotencyKey;
use idem_ui::{ChargeError, Receipt, book, open};

mod outer {
    use super::{ChargeError, Receipt, SqliteConnection, book};
    use idem_diesel::idempotent;

    #[idempotent]
    pub(super) fn charge(conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
        Ok(book(conn, 1)?)
    }

    pub(super) mod inner {
        use super::{ChargeError, Receipt, SqliteConnection, book, idempotent};

        #[idempotent]
        pub(in super::super) fn charge(conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
            Ok(book(conn, 2)?)
        }

        #[idempotent]
        pub(crate) fn refund(conn: &mut SqliteConnection) -> Result<Receipt, ChargeError> {
            Ok(book(conn, 3)?)
        }
    }
}

#[test]
fn one_name_in_two_modules_is_two_operations() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    assert_eq!(outer::charge(&mut conn, &key).unwrap().cents, 1);
    assert_eq!(outer::inner::charge(&mut conn, &key).unwrap().cents, 2);
    assert_eq!(outer::inner::refund(&mut conn, &key).unwrap().cents, 3);
}
