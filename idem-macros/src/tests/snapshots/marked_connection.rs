fn charge(
    log: &mut Log,
    db: &mut PgConnection,
    key: &::idem_diesel::IdempotencyKey,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .fingerprint(&log)
        .run::<
            PgConnection,
            (),
            Error,
            _,
        >(db, move |mut db| -> Result<(), Error> { log.add(pay(&mut db)) })
}
