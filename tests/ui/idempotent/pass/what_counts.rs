//! Which arguments two calls with one key must agree on.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};

struct Request {
    cents: i64,
    card: String,
    trace: u64,
}

#[idempotent(fingerprint(request.cents, request.card.to_lowercase(), fee + 1))]
fn charge(
    conn: &mut SqliteConnection,
    request: &Request,
    fee: i64,
) -> Result<Receipt, ChargeError> {
    let odd = i64::from(request.trace % 2 == 1);
    Ok(book(conn, request.cents + fee + odd)?)
}

#[test]
fn what_is_named_counts_and_nothing_else() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    let mut call = |cents, card: &str, trace, fee| {
        let card = card.to_owned();
        let request = Request { cents, card, trace };
        charge(&mut conn, &key, &request, fee)
    };
    call(5, "AB", 0, 1).unwrap();
    assert!(call(5, "ab", 1, 1).unwrap().is_replayed());
    assert!(call(6, "AB", 0, 1).is_err());
    assert!(call(5, "AC", 0, 1).is_err());
    assert!(call(5, "AB", 0, 2).is_err());
}
