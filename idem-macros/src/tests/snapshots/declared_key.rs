fn charge(
    key: &idem::IdempotencyKey,
    conn: &mut PgConnection,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .run::<
            PgConnection,
            (),
            Error,
            _,
        >(conn, move |conn| -> Result<(), Error> { pay(conn, key) })
}
