fn charge(
    conn: &mut PgConnection,
    key: &my::idem::IdempotencyKey,
    request: &Charge,
) -> ::core::result::Result<my::idem::Outcome<Receipt>, Error> {
    let call = my::idem::Idempotent::new("payments.charge")
        .tenant(&(request.shop + 1))
        .key(key)
        .fingerprint(&request)
        .ttl(::core::time::Duration::new(86400, 500000000))
        .in_flight(
            my::idem::InFlightPolicy::WaitAtMost(::core::time::Duration::new(5, 0)),
        )
        .result_version(2)
        .max_result(1048576)
        .isolation(my::idem::Isolation::Serializable)
        .nested(my::idem::Nesting::Deny)
        .peek()
        .record_errors::<fn(&Error) -> ::core::primitive::bool>(Error::is_final)
        .retry_if::<
            fn(&Error) -> ::core::primitive::bool,
        >(my::idem::RetryPolicy::attempts(3), self::transient);
    call.run::<
            PgConnection,
            Receipt,
            Error,
            _,
        >(conn, move |conn| -> Result<Receipt, Error> { pay(conn, request) })
}
