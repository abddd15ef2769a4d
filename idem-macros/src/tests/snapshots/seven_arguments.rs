#[allow(clippy::too_many_arguments)]
fn charge(
    conn: &mut C,
    key: &::idem_diesel::IdempotencyKey,
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .fingerprint(&a)
        .fingerprint(&b)
        .fingerprint(&c)
        .fingerprint(&d)
        .fingerprint(&e)
        .fingerprint(&f)
        .run::<C, (), Error, _>(conn, move |conn| -> Result<(), Error> { pay(conn) })
}
