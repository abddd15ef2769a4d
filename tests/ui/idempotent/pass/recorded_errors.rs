//! Errors that are final are replayed.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{Receipt, book, booked, open};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
enum PaymentError {
    #[error("declined after {0} attempts")]
    Declined(u32),
    #[error("{0}")]
    Database(String),
}

impl PaymentError {
    const fn is_final(&self) -> bool {
        matches!(self, Self::Declined(_))
    }
}

impl From<idem_diesel::Error> for PaymentError {
    fn from(error: idem_diesel::Error) -> Self {
        Self::Database(error.to_string())
    }
}

impl From<diesel::result::Error> for PaymentError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.to_string())
    }
}

#[idempotent(record_errors = PaymentError::is_final)]
fn charge(
    conn: &mut SqliteConnection,
    #[skip] attempts: &mut u32,
) -> Result<Receipt, PaymentError> {
    *attempts += 1;
    book(conn, 5)?;
    Err(PaymentError::Declined(*attempts))
}

#[test]
fn a_final_error_is_replayed_and_its_writes_are_gone() {
    let mut conn = open().unwrap();
    let (key, mut attempts) = (IdempotencyKey::generate(), 0);
    for _ in 0..2 {
        let error = charge(&mut conn, &key, &mut attempts).unwrap_err();
        assert_eq!(error, PaymentError::Declined(1));
    }
    assert_eq!(booked(&mut conn).unwrap(), 0);
}
