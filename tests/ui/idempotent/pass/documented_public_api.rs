//! A library's public function: attributes stay where they were, and nothing needs to be excused.

#![deny(missing_docs, unused, rust_2018_idioms, unreachable_pub)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::missing_docs_in_private_items)]

/// Payments.
pub mod payments {
    use diesel::SqliteConnection;
    use idem_diesel::idempotent;
    use idem_ui::{AsyncSqlite, Charge, ChargeError, Receipt, book, book_async};

    /// A shop.
    #[derive(Debug, Clone, Copy, Default)]
    #[non_exhaustive]
    pub struct Shop;

    impl Shop {
        /// Takes the money.
        ///
        /// # Errors
        /// When the database says no.
        #[idempotent(operation = "shop.charge", ttl = "24h", retry = 3)]
        #[inline]
        pub fn charge(
            &self,
            conn: &mut SqliteConnection,
            request: &Charge,
            note: String,
            _unused: u8,
            #[allow(unused_variables, reason = "the attribute stays")] more: u8,
        ) -> Result<Receipt, ChargeError> {
            Ok(book(conn, request.cents + i64::from(note.is_empty()))?)
        }
    }

    /// Gives the money back.
    ///
    /// # Errors
    /// When the database says no.
    #[doc(alias = "return")]
    #[idempotent]
    #[must_use = "it may have been refused"]
    pub fn refund(
        conn: &mut SqliteConnection,
        a: i64,
        b: i64,
        c: i64,
        d: i64,
        e: i64,
        f: i64,
    ) -> Result<Receipt, ChargeError> {
        //! Documentation may stand inside.
        Ok(book(conn, -(a + b + c + d + e + f))?)
    }

    /// Does the same without waiting.
    ///
    /// # Errors
    /// When the database says no.
    #[cfg_attr(all(), idempotent(retry = 2))]
    pub async fn charge_async(
        conn: &mut AsyncSqlite,
        (cents, _): (i64, u8),
        mut note: String,
    ) -> Result<Receipt, ChargeError> {
        note.push('!');
        Ok(book_async(conn, cents + i64::from(note.len() > 1)).await?)
    }

    /// Nothing is left of it but its name.
    ///
    /// # Errors
    /// Always.
    #[idempotent]
    #[deprecated = "it is done by hand"]
    #[cold]
    pub fn settle(_conn: &mut SqliteConnection) -> Result<(), ChargeError> {
        Err(diesel::result::Error::RollbackTransaction.into())
    }
}

use payments::{Shop, refund};

#[test]
fn they_replay() {
    let mut conn = idem_ui::open().unwrap();
    let key = idem_diesel::IdempotencyKey::generate();
    let request = idem_ui::Charge { cents: 5 };
    let mut call = || Shop.charge(&mut conn, &key, &request, String::new(), 0, 0);
    assert_eq!(call().unwrap().cents, 6);
    assert!(call().unwrap().is_replayed());
    let paid = refund(&mut conn, &key, 1, 2, 3, 4, 5, 6).unwrap();
    assert_eq!(paid.cents, -21);
}
