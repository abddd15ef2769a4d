fn charge(
    conn: &mut PgConnection,
    key: &::idem_diesel::IdempotencyKey,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .in_flight(::idem_diesel::InFlightPolicy::Reject)
        .max_result(10)
        .isolation(::idem_diesel::Isolation::ReadCommitted)
        .nested(::idem_diesel::Nesting::Join)
        .run::<
            PgConnection,
            (),
            Error,
            _,
        >(conn, move |conn| -> Result<(), Error> { pay(conn) })
}
