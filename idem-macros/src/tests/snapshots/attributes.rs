/// Charges.
///
/// # Errors
/// Not enough.
#[must_use]
#[tracing::instrument(skip(conn))]
#[inline]
#[allow(dead_code)]
/// More.
fn charge(
    conn: &mut C,
    key: &::idem_diesel::IdempotencyKey,
    #[allow(unused)]
    a: u8,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .fingerprint(&a)
        .run::<C, (), Error, _>(conn, move |conn| -> Result<(), Error> { pay(conn) })
}
