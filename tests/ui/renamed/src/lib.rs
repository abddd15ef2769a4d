//! A user who depends on idem-diesel under another name: `crate = path` is all that it takes.

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use safe::idempotent;

/// An operation that uses most of what an expansion can name.
///
/// # Errors
/// When the database says no.
#[idempotent(
    crate = ::safe,
    ttl = "1h",
    in_flight = wait("5s"),
    isolation = serializable,
    nested = deny,
    retry = 3
)]
pub fn charge(conn: &mut SqliteConnection, cents: i64, note: String) -> Answer {
    conn.batch_execute("CREATE TABLE charges AS SELECT 1 AS cents")?;
    Ok(cents + i64::from(note.is_empty()))
}

type Answer = Result<i64, safe::Error>;

#[test]
fn a_renamed_dependency_replays() {
    let mut conn = diesel::Connection::establish(":memory:").unwrap();
    safe::setup(&mut conn).unwrap();
    let key = safe::IdempotencyKey::generate();
    for replayed in [false, true] {
        let cents = charge(&mut conn, &key, 5, String::new()).unwrap();
        assert_eq!((cents.is_replayed(), *cents), (replayed, 6));
    }
}
