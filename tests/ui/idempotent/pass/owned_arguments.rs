//! Arguments that the body consumes or changes.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{Charge, ChargeError, Receipt, book, open};

#[idempotent]
fn charge(
    conn: &mut SqliteConnection,
    request: Charge,
    mut names: Vec<String>,
    #[skip] done: Box<dyn FnOnce(&Receipt)>,
) -> Result<(Receipt, Vec<String>), ChargeError> {
    let Charge { cents } = request;
    names.push(String::from("last"));
    let receipt = book(conn, cents)?;
    done(&receipt);
    Ok((receipt, names))
}

#[test]
fn they_are_consumed_once() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    let names = vec![String::from("first")];
    let mut call = |request, done| charge(&mut conn, &key, request, names.clone(), done);
    let (_, names) = call(Charge { cents: 5 }, Box::new(|_| ())).unwrap().into_inner();
    assert_eq!(names, ["first", "last"]);
    let replay = call(Charge { cents: 5 }, Box::new(|_| panic!("a replay runs nothing")));
    assert_eq!(replay.unwrap().into_inner().1, names);
}
