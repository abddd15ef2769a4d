fn charge(
    id: &PaymentKey,
    conn: &mut C,
    other: IdempotencyKey,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(id)
        .fingerprint(&other)
        .run::<
            C,
            (),
            Error,
            _,
        >(conn, move |conn| -> Result<(), Error> { pay(conn, id, other) })
}
