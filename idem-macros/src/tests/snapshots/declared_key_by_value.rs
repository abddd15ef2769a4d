fn charge(
    conn: &mut PgConnection,
    key: IdempotencyKey,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    let held = ::core::clone::Clone::clone(&key);
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(&held)
        .run::<
            PgConnection,
            (),
            Error,
            _,
        >(conn, move |conn| -> Result<(), Error> { pay(conn, key) })
}
