//! One expansion for each shape of input, kept in `snapshots/`. Set `BLESS=1` to write them anew.

use super::expand;
use std::path::Path;

/// Compares the expansion of `item` with the one that was kept as `name`.
fn check(name: &str, args: &str, item: &str) {
    compare(name, expand(args, item));
}

/// Compares an expansion with the one that was kept as `name`.
pub(super) fn compare(name: &str, (expansion, errors): (String, Vec<(String, String)>)) {
    assert!(errors.is_empty(), "{errors:#?}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/snapshots");
    let file = folder.join(name).with_extension("rs");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &expansion).expect("a snapshot is written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(expansion, kept, "{name} expands in another way");
}

/// One test for each shape, named after it.
macro_rules! shapes {
    ($($name:ident($args:literal, $item:literal);)*) => {$(
        #[test]
        fn $name() {
            check(stringify!($name), $args, $item);
        }
    )*};
}

shapes! {
    no_options("", "
        pub fn charge(conn: &mut PgConnection, request: &Charge) -> Result<Receipt, Error> {
            let amount = request.amount;
            pay(conn, amount)
        }
    ");
    every_option(r#"
        operation = "payments.charge", tenant = request.shop + 1, ttl = "1day 500ms",
        in_flight = wait("5s"), record_errors = Error::is_final, result_version = 2, retry = 3,
        retry_if = self::transient, isolation = serializable, max_result = "1MiB", nested = deny,
        peek, crate = my::idem,
    "#, "
        fn charge(conn: &mut PgConnection, request: &Charge) -> Result<Receipt, Error> {
            pay(conn, request)
        }
    ");
    other_values(
        r#"in_flight = reject, isolation = read_committed, nested = join, peek = false, max_result = "10""#,
        "fn charge(conn: &mut PgConnection) -> Result<(), Error> { pay(conn) }"
    );
    named_fingerprint("fingerprint(request.amount, request.a + request.b)", "
        fn charge(conn: &mut PgConnection, request: &Charge, note: &str) -> Result<(), Error> {
            pay(conn, request, note)
        }
    ");
    alias_of_result("", "
        fn charge(conn: &mut PgConnection) -> QueryResult<Receipt> { pay(conn) }
    ");
    result_with_one_argument("", "
        fn charge(conn: &mut PgConnection) -> anyhow::Result<Receipt> { pay(conn) }
    ");
    declared_key("", "
        fn charge(key: &idem::IdempotencyKey, conn: &mut PgConnection) -> Result<(), Error> {
            pay(conn, key)
        }
    ");
    declared_key_by_value("", "
        fn charge(conn: &mut PgConnection, key: IdempotencyKey) -> Result<(), Error> { pay(conn, key) }
    ");
    marked_key("", "
        fn charge(#[key] id: &PaymentKey, conn: &mut C, other: IdempotencyKey) -> Result<(), Error> {
            pay(conn, id, other)
        }
    ");
    marked_connection("", "
        fn charge(log: &mut Log, #[conn] mut db: &mut PgConnection) -> Result<(), Error> {
            log.add(pay(&mut db))
        }
    ");
    skipped_arguments("", "
        fn charge(conn: &mut C, #[skip] mailer: &Mailer, #[skip] _: u8, a: u8) -> Result<(), Error> {
            mailer.send(a)
        }
    ");
    patterns("", "
        fn charge(
            conn: &mut C, mut count: i64, (a, b): (X, Y), Charge { amount, .. }: Charge, _: u8,
            whole @ [first, ..]: [u8; 4], _unused: u8, _used: u8,
        ) -> Result<(), Error> {
            count += _used;
            pay(conn, count, a, b, amount, whole, first)
        }
    ");
    retried_arguments("retry = 3", "
        fn charge(
            conn: &mut C, mut count: i64, (a, b): (X, Y), by_ref: &X, log: &mut Log, owned: Y,
            key: IdempotencyKey, _: u8,
        ) -> Result<(), Error> {
            log.add(count, a, b, by_ref, owned, key)
        }
    ");
    conditional_arguments("retry = 2, peek", r#"
        fn charge(
            conn: &mut C, a: u8,
            #[cfg(feature = "b")] b: String,
            #[cfg(not(feature = "b"))] (c, d): (u8, u8),
            e: u8,
        ) -> Result<(), Error> {
            pay(a, e)
        }
    "#);
    method("", "
        pub(crate) async fn charge(&self, conn: &mut C, request: &Charge) -> Result<(), Error> {
            self.pay(conn, request).await
        }
    ");
    asynchronous("", "
        async fn charge<C>(conn: &mut C, request: Charge) -> Result<Receipt, Error>
        where C: AsyncConnection {
            pay(conn, request).await
        }
    ");
    asynchronous_retried("retry = 3", r#"
        async fn charge(&mut self, conn: &mut C, request: Charge, #[cfg(a)] a: u8) -> Result<(), Error> {
            pay(conn, request).await
        }
    "#);
    generics("", "
        fn charge<'a, C: Connection, const N: usize>(
            conn: &'a mut C, request: &'a [u8; N], name: impl Into<String> + Serialize,
        ) -> Result<Receipt, Error<'a>>
        where C::Backend: Backend, {
            pay(conn, request, name)
        }
    ");
    attributes("", "
        /// Charges.
        ///
        /// # Errors
        /// Not enough.
        #[must_use]
        #[tracing::instrument(skip(conn))]
        #[inline]
        fn charge(conn: &mut C, #[allow(unused)] a: u8) -> Result<(), Error> {
            #![allow(dead_code)]
            //! More.
            pay(conn)
        }
    ");
    raw_names("", "
        fn r#move(conn: &mut C, r#type: u8, _type: u8) -> Result<(), Error> { pay(conn, r#type) }
    ");
    seven_arguments("", "
        fn charge(conn: &mut C, a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) -> Result<(), Error> {
            pay(conn)
        }
    ");
}

/// What an editor asks about while somebody types.
#[test]
fn a_half_typed_body_is_kept_as_it_is() {
    let item = "fn charge(conn: &mut C, a: &A) -> Result<(), Error> { let amount = a. ; pay( ) + }";
    let (expansion, errors) = expand("", item);
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(
        expansion.contains("let amount = a . ; pay () +"),
        "{expansion}"
    );
}
