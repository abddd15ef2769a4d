fn charge(
    conn: &mut PgConnection,
    key: &::idem_diesel::IdempotencyKey,
) -> <anyhow::Result<Receipt> as ::idem_diesel::__private::Returns>::Replayable {
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
            | -> <anyhow::Result<Receipt> as ::idem_diesel::__private::Returns>::Itself {
                pay(conn)
            },
        )
}
