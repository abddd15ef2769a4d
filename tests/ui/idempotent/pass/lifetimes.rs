//! Named lifetimes, in arguments, in bounds and in the error.

use diesel::SqliteConnection;
use idem_diesel::{IdempotencyKey, idempotent};
use idem_ui::{Receipt, book, open};
use std::fmt::Debug;

#[derive(Debug)]
struct Refused<'a> {
    by: &'a str,
    why: String,
}

impl From<idem_diesel::Error> for Refused<'_> {
    fn from(error: idem_diesel::Error) -> Self {
        let why = error.to_string();
        Self { by: "idem", why }
    }
}

#[idempotent]
fn charge<'a, 'b>(
    conn: &mut SqliteConnection,
    shop: &'b str,
    #[skip] names: &'a [&'b str],
) -> Result<Receipt, Refused<'a>>
where
    'b: 'a,
{
    let by = names.iter().find(|name| **name == shop).unwrap_or(&shop);
    book(conn, 5).map_err(|error| Refused {
        by,
        why: error.to_string(),
    })
}

#[test]
fn it_replays_and_refuses() {
    let mut conn = open().unwrap();
    let key = IdempotencyKey::generate();
    let shop = String::from("corner");
    charge(&mut conn, &key, &shop, &["corner"]).unwrap();
    assert!(charge(&mut conn, &key, &shop, &[]).unwrap().is_replayed());
    let refused = charge(&mut conn, &key, "other", &[]).unwrap_err();
    assert_eq!(refused.by, "idem", "{}", refused.why);
}
