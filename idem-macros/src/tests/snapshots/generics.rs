fn charge<'a, C: Connection, const N: usize>(
    conn: &'a mut C,
    key: &::idem_diesel::IdempotencyKey,
    request: &'a [u8; N],
    name: impl Into<String> + Serialize,
) -> ::core::result::Result<::idem_diesel::Outcome<Receipt>, Error<'a>>
where
    C::Backend: Backend,
{
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .fingerprint(&request)
        .fingerprint(&name)
        .run::<
            C,
            Receipt,
            Error<'a>,
            _,
        >(conn, move |conn| -> Result<Receipt, Error<'a>> { pay(conn, request, name) })
}
