fn charge(
    conn: &mut PgConnection,
    key: &::idem_diesel::IdempotencyKey,
) -> <QueryResult<Receipt> as ::idem_diesel::__private::Returns>::Replayable {
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .run::<
            PgConnection,
            _,
            _,
            _,
        >(
            conn,
            move |
                conn,
            | -> <QueryResult<Receipt> as ::idem_diesel::__private::Returns>::Itself {
                pay(conn)
            },
        )
}
