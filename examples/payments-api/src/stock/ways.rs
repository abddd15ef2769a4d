//! Three ways to one change. Whichever comes twice, the stock is changed once.

use super::change::{Change, Way, change};
use super::error::StockError;
use super::level::{Adjustment, Level, Message, Pieces, Sku};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use idem_diesel::{IdempotencyKey, IfMatch, WriteError, idempotent};

/// By a request, which says with its `Idempotency-Key` that it is the same one.
#[idempotent(
    operation = "stock.adjust",
    ttl = "24h",
    in_flight = wait("5s"),
    record_errors = StockError::is_final,
    retry = 3
)]
pub(super) async fn by_request(
    conn: &mut AsyncPgConnection,
    sku: &Sku,
    adjustment: &Adjustment,
) -> Result<Level, StockError> {
    change(conn, sku, Change::By(adjustment.pieces), Way::Request).await
}

/// By a message, whose id is the key. It is kept for as long as the queue may deliver it again.
///
/// The operation is another one than a request's, so that a key and an id that are the same text are two.
#[idempotent(
    operation = "stock.message",
    ttl = "7d",
    in_flight = wait("5s"),
    record_errors = StockError::is_final,
    retry = 3
)]
pub(super) async fn by_message(
    conn: &mut AsyncPgConnection,
    #[key] id: &IdempotencyKey,
    message: &Message,
) -> Result<Level, StockError> {
    change(conn, &message.sku, Change::By(message.pieces), Way::Message).await
}

/// By a count, if nothing has come or gone since the stock was seen.
///
/// No key is needed: the first copy has raised the version, so the second one changes nothing. Where it
/// finds the stock as counted, that is a success, as
/// [RFC 9110, section 13.1.1](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1) allows.
pub(super) async fn by_count(
    conn: &mut AsyncPgConnection,
    sku: &Sku,
    seen: &IfMatch,
    counted: Pieces,
) -> Result<Level, StockError> {
    let changed = conn
        .transaction(async |conn| change(conn, sku, Change::To(counted, seen), Way::Count).await)
        .await;
    match changed {
        Err(StockError::Write(WriteError::Conflict { current, .. }))
            if current.pieces == counted.get() =>
        {
            Ok(*current)
        }
        other => other,
    }
}
