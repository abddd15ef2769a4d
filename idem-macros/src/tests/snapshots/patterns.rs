fn charge(
    conn: &mut C,
    key: &::idem_diesel::IdempotencyKey,
    count: i64,
    arg2: (X, Y),
    arg3: Charge,
    arg4: u8,
    whole: [u8; 4],
    unused: u8,
    used: u8,
) -> ::core::result::Result<::idem_diesel::Outcome<()>, Error> {
    ::idem_diesel::Idempotent::new(
            ::core::concat!(::core::module_path!(), "::", "charge"),
        )
        .key(key)
        .fingerprint(&count)
        .fingerprint(&arg2)
        .fingerprint(&arg3)
        .fingerprint(&arg4)
        .fingerprint(&whole)
        .fingerprint(&unused)
        .fingerprint(&used)
        .run::<
            C,
            (),
            Error,
            _,
        >(
            conn,
            move |conn| -> Result<(), Error> {
                let mut count = count;
                let (a, b) = arg2;
                let Charge { amount, .. } = arg3;
                let whole @ [first, ..] = whole;
                let _used = used;
                {
                    count += _used;
                    pay(conn, count, a, b, amount, whole, first)
                }
            },
        )
}
