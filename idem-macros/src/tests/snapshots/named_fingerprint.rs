fn charge(
    conn: &mut PgConnection,
    key: &::idem_diesel::IdempotencyKey,
    request: &Charge,
    note: &str,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .fingerprint(&request.amount)
        .fingerprint(&(request.a + request.b))
        .run::<
            PgConnection,
            (),
            Error,
            _,
        >(conn, move |conn| -> Result<(), Error> { pay(conn, request, note) })
}
