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

#[cfg(test)]
mod model {
    diesel::table! {
        products {
            id -> Integer,
            lock_version -> Integer,
            deleted_at -> Nullable<Timestamp>,
            state -> Integer,
        }
    }

    #[derive(Clone, diesel::Identifiable, safe::Versioned, safe::SoftDelete, safe::Stateful)]
    #[versioned(crate = ::safe)]
    #[soft_delete(crate = ::safe)]
    #[stateful(crate = ::safe)]
    pub(super) struct Product {
        pub(super) id: i32,
        pub(super) lock_version: i32,
        pub(super) deleted_at: Option<String>,
        pub(super) state: i32,
    }
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

#[test]
fn a_renamed_dependency_implements() {
    use safe::{Stateful as _, Versioned as _};
    let product = model::Product {
        id: 1,
        lock_version: 3,
        deleted_at: None,
        state: 5,
    };
    assert!(!safe::SoftDeletable::is_deleted(&product) && product.id == 1);
    assert_eq!(
        (product.etag().to_string(), *product.state()),
        ("\"3\"".to_owned(), 5)
    );
}
