async fn charge(
    &mut self,
    conn: &mut C,
    key: &::idem_diesel::IdempotencyKey,
    request: Charge,
    #[cfg(a)]
    a: u8,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    let call = ::idem_diesel::Idempotent::new(
            ::idem_diesel::__private::method_operation::<
                Self,
            >(::core::module_path!(), "charge"),
        )
        .key(key)
        .fingerprint(&request);
    #[cfg(a)]
    let call = call.fingerprint(&a);
    let mut attempts = call.retry(::idem_diesel::RetryPolicy::attempts(3)).attempts();
    loop {
        if let ::core::option::Option::Some(answer) = attempts
            .run_async(
                conn,
                async |conn| -> Result<(), Error> {
                    let request = ::idem_diesel::__private::again(&request);
                    let _ = &request;
                    #[cfg(a)]
                    let a = ::idem_diesel::__private::again(&a);
                    #[cfg(a)]
                    let _ = &a;
                    { pay(conn, request).await }
                },
            )
            .await
        {
            break answer;
        }
    }
}
