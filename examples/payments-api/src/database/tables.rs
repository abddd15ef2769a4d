//! The tables, as in `migrations/`. Only what Diesel writes and reads is named.

diesel::table! {
    accounts {
        id -> BigInt,
        owner -> Text,
        opening_cents -> BigInt,
        balance_cents -> BigInt,
        lock_version -> BigInt,
    }
}

diesel::table! {
    payments {
        id -> BigInt,
        from_account -> BigInt,
        to_account -> BigInt,
        cents -> BigInt,
        reference -> Nullable<Text>,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    stock (sku) {
        sku -> Text,
        pieces -> Integer,
        lock_version -> BigInt,
    }
}

diesel::table! {
    adjustments {
        id -> BigInt,
        sku -> Text,
        pieces -> Integer,
        way -> Text,
    }
}
