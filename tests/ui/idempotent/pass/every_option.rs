//! All options at once.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, RecordId, idempotent, records};
use idem_ui::{Charge, Receipt, book, open};
use serde::{Deserialize, Serialize};

#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
#[error("{0}")]
struct Refused(String);

impl From<idem_diesel::Error> for Refused {
    fn from(error: idem_diesel::Error) -> Self {
        Self(error.to_string())
    }
}

const fn never(_: &Refused) -> bool {
    false
}

#[idempotent(
    operation = "payments.charge",
    tenant = shop,
    ttl = "1day 12h",
    fingerprint(request.cents),
    in_flight = wait("5s"),
    record_errors = never,
    result_version = 2,
    retry = 3,
    retry_if = never,
    isolation = serializable,
    max_result = "1MiB",
    nested = deny,
    peek,
    crate = ::idem_diesel,
)]
fn charge(
    conn: &mut SqliteConnection,
    shop: u32,
    request: &Charge,
) -> Result<Receipt, Refused> {
    book(conn, request.cents).map_err(|error| Refused(error.to_string()))
}

#[idempotent(
    in_flight = reject,
    isolation = read_committed,
    nested = join,
    max_result = "100",
    peek = false
)]
fn refund(conn: &mut SqliteConnection) -> Result<Receipt, idem_diesel::Error> {
    Ok(book(conn, -5)?)
}

#[test]
fn they_reach_the_record() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    charge(&mut conn, &key, 7, &Charge { cents: 5 }).unwrap();
    let replay = charge(&mut conn, &key, 7, &Charge { cents: 5 }).unwrap();
    assert!(replay.is_replayed());
    let id = RecordId {
        operation: "payments.charge",
        tenant: "7",
        key: &key,
    };
    assert!(records::get(&mut conn, &id).unwrap().is_some());
    refund(&mut conn, &key).unwrap();
}
