//! Types that the caller chooses, for what is asked and for what is given.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{ChargeError, Receipt, book, open};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[idempotent]
fn charge<T, R>(
    conn: &mut SqliteConnection,
    request: &T,
    #[skip] answer: fn(&T, Receipt) -> R,
) -> Result<R, ChargeError>
where
    T: Serialize + ?Sized,
    R: Serialize + DeserializeOwned,
{
    let receipt = book(conn, 5)?;
    Ok(answer(request, receipt))
}

#[test]
fn it_replays_as_the_type_that_is_asked_for() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    let first = charge(&mut conn, &key, "a", |who, paid| (who.len(), paid.cents)).unwrap();
    let second = charge(&mut conn, &key, "a", |_, _| (0, 0)).unwrap();
    assert_eq!(first.into_inner(), (1, 5));
    assert_eq!(second.into_inner(), (1, 5));
}
