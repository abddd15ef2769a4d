async fn charge<C>(
    conn: &mut C,
    key: &::idem_diesel::IdempotencyKey,
    request: Charge,
) -> ::core::result::Result<::idem_diesel::Outcome<Receipt>, Error>
where
    C: AsyncConnection,
{
    let call = ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .fingerprint(&request);
    call.run_async(
            conn,
            async move |conn| -> Result<Receipt, Error> {
                let answer: Result<Receipt, Error> = { pay(conn, request).await };
                answer
            },
        )
        .await
}
