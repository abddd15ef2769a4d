fn charge(
    conn: &mut C,
    key: &::idem_diesel::IdempotencyKey,
    mailer: &Mailer,
    _: u8,
    a: u8,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .fingerprint(&a)
        .run::<
            C,
            (),
            Error,
            _,
        >(conn, move |conn| -> Result<(), Error> { mailer.send(a) })
}
