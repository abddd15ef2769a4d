//! With `retry`, arguments taken by value are cloned for each attempt.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{Charge, ChargeError, Receipt, book, booked, open};

#[idempotent(retry = 3)]
fn charge(
    conn: &mut SqliteConnection,
    request: Charge,
    mut names: Vec<String>,
    (fee, note): (i64, String),
    _: u8,
    by_ref: &str,
    #[skip] attempts: &mut u32,
) -> Result<Receipt, ChargeError> {
    *attempts += 1;
    names.push(note);
    names.push(by_ref.to_owned());
    drop(names);
    let receipt = book(conn, request.cents + fee)?;
    if *attempts == 1 {
        return Err(transient_error().into());
    }
    Ok(receipt)
}

#[idempotent(retry = 3)]
fn settle(conn: &mut SqliteConnection, key: IdempotencyKey) -> Result<String, ChargeError> {
    book(conn, 0)?;
    Ok(key.to_string())
}

fn transient(error: &anyhow::Error) -> bool {
    error.to_string() == "try again"
}

#[idempotent(retry = 2, retry_if = transient)]
fn opaque(
    conn: &mut SqliteConnection,
    #[skip] attempts: &mut u32,
) -> anyhow::Result<Receipt> {
    *attempts += 1;
    let receipt = book(conn, 5)?;
    anyhow::ensure!(*attempts > 1, "try again");
    Ok(receipt)
}

fn transient_error() -> diesel::result::Error {
    let text = Box::new(String::from("could not serialize"));
    let kind = diesel::result::DatabaseErrorKind::SerializationFailure;
    diesel::result::Error::DatabaseError(kind, text)
}

#[test]
fn a_second_attempt_gets_the_same() {
    let mut conn = open().unwrap();
    let (key, mut attempts) = (IdempotencyKey::generate(), 0);
    let mut call = |attempts: &mut u32| {
        let names = vec![String::from("a")];
        let note = (1, String::from("b"));
        charge(&mut conn, &key, Charge { cents: 5 }, names, note, 8, "c", attempts)
    };
    let first = call(&mut attempts).unwrap();
    assert_eq!((first.cents, attempts), (6, 2));
    assert!(call(&mut attempts).unwrap().is_replayed());
    assert_eq!(booked(&mut conn).unwrap(), 1);
}

#[test]
fn a_key_taken_by_value_is_cloned_too() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    let first = settle(&mut conn, key.clone()).unwrap();
    assert_eq!(first.into_inner(), key.to_string());
}

#[test]
fn a_condition_says_what_is_worth_another_attempt() {
    let mut conn = open().unwrap();
    let (key, mut attempts) = (IdempotencyKey::generate(), 0);
    opaque(&mut conn, &key, &mut attempts).unwrap();
    assert_eq!((attempts, booked(&mut conn).unwrap()), (2, 1));
}
