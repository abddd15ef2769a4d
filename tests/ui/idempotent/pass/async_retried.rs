//! An async body that may run again.

use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{AsyncSqlite, Charge, ChargeError, Receipt, book_async, booked_async, open_async};

#[idempotent(retry = 3)]
async fn charge(
    conn: &mut AsyncSqlite,
    request: Charge,
    (fee, mut names): (i64, Vec<String>),
    #[cfg(test)] always: i64,
    #[skip] attempts: &mut u32,
) -> Result<Receipt, ChargeError> {
    *attempts += 1;
    names.push(String::new());
    drop(names);
    let receipt = book_async(conn, request.cents + fee + always).await?;
    if *attempts == 1 {
        let text = Box::new(String::from("could not serialize"));
        let kind = diesel::result::DatabaseErrorKind::SerializationFailure;
        return Err(diesel::result::Error::DatabaseError(kind, text).into());
    }
    Ok(receipt)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_attempt_gets_the_same() {
    let mut conn = open_async().await.unwrap();
    let (key, mut attempts) = (IdempotencyKey::generate(), 0);
    for replayed in [false, true] {
        let request = Charge { cents: 5 };
        let paid = charge(&mut conn, &key, request, (1, vec![]), 10, &mut attempts).await;
        let paid = paid.unwrap();
        assert_eq!((paid.is_replayed(), paid.cents), (replayed, 16));
    }
    assert_eq!((attempts, booked_async(&mut conn).await.unwrap()), (2, 1));
}
