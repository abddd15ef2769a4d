//! `Result` under other names, with two, one and no parameters.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, booked, open};

type Or<E, T> = Result<T, E>;
type Answer<T = Receipt> = Result<T, ChargeError>;
type Paid = Answer<i64>;

mod own {
    pub(super) type Result<T> = std::result::Result<T, idem_ui::ChargeError>;
}

#[idempotent]
fn two(conn: &mut SqliteConnection) -> Or<ChargeError, Receipt> {
    Ok(book(conn, 2)?)
}

#[idempotent]
fn one(conn: &mut SqliteConnection) -> Answer<Option<Receipt>> {
    Ok(Some(book(conn, 1)?))
}

#[idempotent]
fn default(conn: &mut SqliteConnection) -> Answer {
    Ok(book(conn, 1)?)
}

#[idempotent]
fn none(conn: &mut SqliteConnection) -> Paid {
    Ok(book(conn, 0)?.cents)
}

#[idempotent]
fn same_name(conn: &mut SqliteConnection) -> own::Result<Receipt> {
    Ok(book(conn, 1)?)
}

#[test]
fn each_replays() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    for replayed in [false, true] {
        assert_eq!(two(&mut conn, &key).unwrap().is_replayed(), replayed);
        assert_eq!(one(&mut conn, &key).unwrap().is_replayed(), replayed);
        assert_eq!(default(&mut conn, &key).unwrap().is_replayed(), replayed);
        assert_eq!(none(&mut conn, &key).unwrap().is_replayed(), replayed);
        assert_eq!(same_name(&mut conn, &key).unwrap().is_replayed(), replayed);
    }
    assert_eq!(booked(&mut conn).unwrap(), 5);
}
