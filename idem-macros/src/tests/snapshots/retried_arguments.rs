fn charge(
    conn: &mut C,
    count: i64,
    arg2: (X, Y),
    by_ref: &X,
    log: &mut Log,
    owned: Y,
    key: IdempotencyKey,
    arg7: u8,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    let held = ::core::clone::Clone::clone(&key);
    let call = ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(&held)
        .fingerprint(&count)
        .fingerprint(&arg2)
        .fingerprint(&by_ref)
        .fingerprint(&log)
        .fingerprint(&owned)
        .fingerprint(&arg7)
        .retry(::idem_diesel::RetryPolicy::attempts(3));
    call.run::<
            C,
            (),
            Error,
            _,
        >(
        conn,
        move |conn| -> Result<(), Error> {
            let mut count = ::idem_diesel::__private::Again::again(&count);
            let (a, b) = ::idem_diesel::__private::Again::again(&arg2);
            let log = &mut *log;
            let _ = &log;
            let owned = ::idem_diesel::__private::Again::again(&owned);
            let _ = &owned;
            let key = ::idem_diesel::__private::Again::again(&key);
            let _ = &key;
            { log.add(count, a, b, by_ref, owned, key) }
        },
    )
}
