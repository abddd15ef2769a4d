fn r#move(
    conn: &mut C,
    key: &::idem_diesel::IdempotencyKey,
    r#type: u8,
    arg2: u8,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    ::idem_diesel::Idempotent::new(::core::concat!(::core::module_path!(), "::", "move"))
        .key(key)
        .fingerprint(&r#type)
        .fingerprint(&arg2)
        .run::<
            C,
            (),
            Error,
            _,
        >(conn, move |conn| -> Result<(), Error> { pay(conn, r#type) })
}
