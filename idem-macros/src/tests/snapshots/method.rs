pub(crate) async fn charge(
    &self,
    conn: &mut C,
    key: &::idem_diesel::IdempotencyKey,
    request: &Charge,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    let call = ::idem_diesel::Idempotent::new(
            ::idem_diesel::__private::method_operation::<
                Self,
            >(::core::module_path!(), "charge"),
        )
        .key(key)
        .fingerprint(&request);
    call.run_async(
            conn,
            async move |conn| -> Result<(), Error> {
                let answer: Result<(), Error> = { self.pay(conn, request).await };
                answer
            },
        )
        .await
}
