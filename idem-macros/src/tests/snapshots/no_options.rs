pub fn charge(
    conn: &mut PgConnection,
    key: &::idem_diesel::IdempotencyKey,
    request: &Charge,
) -> ::core::result::Result<::idem_diesel::Outcome<Receipt>, Error> {
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .fingerprint(&request)
        .run::<
            PgConnection,
            Receipt,
            Error,
            _,
        >(
            conn,
            move |conn| -> Result<Receipt, Error> {
                let amount = request.amount;
                pay(conn, amount)
            },
        )
}
