//! An `async fn`, with borrowed and owned arguments.

use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{AsyncSqlite, Charge, ChargeError, Receipt, book_async, booked_async, open_async};

#[idempotent]
async fn charge(
    conn: &mut AsyncSqlite,
    request: &Charge,
    (fee, name): (i64, String),
    mut total: i64,
    #[skip] done: impl FnOnce(String),
) -> Result<Receipt, ChargeError> {
    total += request.cents + fee;
    let receipt = book_async(conn, total).await?;
    done(name);
    Ok(receipt)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_once_and_replays() {
    let mut conn = open_async().await.unwrap();
    let (key, request) = (IdempotencyKey::generate(), Charge { cents: 5 });
    let name = || (1, String::from("a"));
    let first = charge(&mut conn, &key, &request, name(), 10, |_| ()).await.unwrap();
    let second = charge(&mut conn, &key, &request, name(), 10, drop).await.unwrap();
    assert_eq!((first.cents, second.cents), (16, 16));
    assert!(second.is_replayed());
    assert!(charge(&mut conn, &key, &request, name(), 11, drop).await.is_err());
    assert_eq!(booked_async(&mut conn).await.unwrap(), 1);
}
