//! A server's worker: takes one request at a time, on a database connection of its own.

use crate::database::{AnyConnection, Location};
use crate::shop::{ChargeError, ChargeRequest, charge, charge_without_key};
use crate::wire::{Answer, Line, Request};
use std::io;
use std::net::TcpListener;

/// What is called in the middle of a charge.
type Halfway<'a> = dyn Fn(&ChargeRequest) + Sync + 'a;

/// Answers requests as long as the process lives.
pub(super) fn work(
    listener: &TcpListener,
    location: &Location,
    mut conn: AnyConnection,
    halfway: &Halfway<'_>,
) {
    loop {
        let served = listener
            .accept()
            .and_then(|(stream, _)| serve_one(Line::new(stream)?, &mut conn, halfway));
        // A caller who hung up is his own affair; a broken connection is ours.
        if let Ok(Served::ConnectionInDoubt) = served
            && let Ok(fresh) = location.connect()
        {
            conn = fresh;
        }
    }
}

enum Served {
    Well,
    ConnectionInDoubt,
}

fn serve_one(
    mut line: Line,
    conn: &mut AnyConnection,
    halfway: &Halfway<'_>,
) -> io::Result<Served> {
    let request: Request = line.receive()?;
    let charged = match &request.key {
        Some(key) => {
            charge(conn, key, &request.charge, halfway).map(|outcome| outcome.into_inner())
        }
        None => charge_without_key(conn, &request.charge, halfway),
    };
    let served = match &charged {
        Ok(_) | Err(ChargeError::NotEnoughMoney) => Served::Well,
        Err(_) => Served::ConnectionInDoubt,
    };
    line.send(&answer(charged.map(Answer::Charged)))?;
    Ok(served)
}

fn answer(charged: Result<Answer, ChargeError>) -> Answer {
    charged.unwrap_or_else(|error| match error {
        ChargeError::NotEnoughMoney => Answer::Declined(error.to_string()),
        ChargeError::Idempotency(error) if !error.is_retryable() => {
            Answer::Declined(error.to_string())
        }
        ChargeError::Idempotency(_) | ChargeError::Database(_) => {
            Answer::TryAgain(error.to_string())
        }
    })
}
