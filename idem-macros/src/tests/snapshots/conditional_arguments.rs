fn charge(
    conn: &mut C,
    key: &::idem_diesel::IdempotencyKey,
    a: u8,
    #[cfg(feature = "b")]
    b: String,
    #[cfg(not(feature = "b"))]
    arg3: (u8, u8),
    e: u8,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    let call = ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .fingerprint(&a);
    #[cfg(feature = "b")]
    let call = call.fingerprint(&b);
    #[cfg(not(feature = "b"))]
    let call = call.fingerprint(&arg3);
    let call = call
        .fingerprint(&e)
        .peek()
        .retry(::idem_diesel::RetryPolicy::attempts(2));
    call.run::<
            C,
            (),
            Error,
            _,
        >(
        conn,
        move |conn| -> Result<(), Error> {
            let a = ::idem_diesel::__private::Again::again(&a);
            let _ = &a;
            #[cfg(feature = "b")]
            let b = ::idem_diesel::__private::Again::again(&b);
            #[cfg(feature = "b")]
            let _ = &b;
            #[cfg(not(feature = "b"))]
            let (c, d) = ::idem_diesel::__private::Again::again(&arg3);
            let e = ::idem_diesel::__private::Again::again(&e);
            let _ = &e;
            { pay(a, e) }
        },
    )
}
