//! Arguments that are taken apart where they are declared count as a whole.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{Charge, ChargeError, Receipt, book, booked, open};

#[idempotent]
fn charge(
    conn: &mut SqliteConnection,
    Charge { cents }: Charge,
    (fee, (ref name, _)): (i64, (String, u8)),
    all @ [first, ..]: [i64; 2],
    _: u8,
    _note: &str,
    mut total: i64,
) -> Result<Receipt, ChargeError> {
    total += cents + fee + first + i64::from(name.is_empty()) + all[1];
    Ok(book(conn, total)?)
}

#[test]
fn every_part_counts() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    let mut call = |cents, name: &str, last, wild, note| {
        let (request, parts) = (Charge { cents }, (1, (name.to_owned(), 9)));
        charge(&mut conn, &key, request, parts, [10, last], wild, note, 1000)
    };
    assert_eq!(call(5, "", 100, 0, "a").unwrap().cents, 1117);
    assert!(call(5, "", 100, 0, "a").unwrap().is_replayed());
    assert!(call(6, "", 100, 0, "a").is_err());
    assert!(call(5, "b", 100, 0, "a").is_err());
    assert!(call(5, "", 101, 0, "a").is_err());
    assert!(call(5, "", 100, 1, "a").is_err());
    assert!(call(5, "", 100, 0, "b").is_err());
    assert_eq!(booked(&mut conn).unwrap(), 1);
}
