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
    let mut call = call.retry(::idem_diesel::RetryPolicy::attempts(3)).attempts();
    loop {
        if let ::core::option::Option::Some(answer) = call
            .run_async(
                conn,
                async |conn| -> Result<(), Error> {
                    let request = ::idem_diesel::__private::Again::again(&request);
                    let _ = &request;
                    #[cfg(a)]
                    let a = ::idem_diesel::__private::Again::again(&a);
                    #[cfg(a)]
                    let _ = &a;
                    let answer: Result<(), Error> = { pay(conn, request).await };
                    answer
                },
            )
            .await
        {
            break answer;
        }
    }
}
