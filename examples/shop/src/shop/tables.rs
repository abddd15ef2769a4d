//! The shop's tables, as Diesel sees them.

diesel::table! {
    #[sql_name = "shop_products"]
    products (id) {
        /// Chosen by whoever makes the product.
        id -> BigInt,
        /// Of one live product only: see `opening.rs`.
        sku -> Text,
        cents -> BigInt,
        /// Pieces that are left.
        stock -> BigInt,
        /// 1 for a new row; each write raises it.
        lock_version -> BigInt,
        /// NULL in live rows.
        deleted_at -> Nullable<Timestamp>,
        deleted_by -> Nullable<Text>,
        delete_reason -> Nullable<Text>,
    }
}

diesel::table! {
    #[sql_name = "shop_orders"]
    orders (id) {
        /// A UUID, chosen by the shopper.
        id -> Text,
        shopper -> Text,
        state -> Text,
        /// Who packed it, once it is shipped.
        packed_by -> Nullable<Text>,
        lock_version -> BigInt,
    }
}

diesel::table! {
    #[sql_name = "shop_order_lines"]
    order_lines (order_id, product) {
        order_id -> Text,
        product -> BigInt,
        pieces -> BigInt,
        /// The price of a piece when it was paid.
        unit_cents -> Nullable<BigInt>,
        /// The product's version when it was paid.
        product_version -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Money that came in, or went back. Nothing but the code keeps an order from being paid twice.
    #[sql_name = "shop_payments"]
    payments (id) {
        id -> Text,
        order_id -> Text,
        cents -> BigInt,
    }
}

diesel::table! {
    /// What left the house. Nothing but the code keeps an order from being shipped twice.
    #[sql_name = "shop_parcels"]
    parcels (id) {
        id -> Text,
        order_id -> Text,
    }
}

diesel::table! {
    /// Every write of a product or an order, in the same transaction: what the audit counts.
    #[sql_name = "shop_log"]
    log (id) {
        id -> Text,
        /// The key of the request that it was done for.
        request -> Text,
        who -> Text,
        what -> Text,
        product -> Nullable<BigInt>,
        order_id -> Nullable<Text>,
        /// The row's version after it.
        version -> BigInt,
        /// The product's price and stock after it.
        cents -> Nullable<BigInt>,
        stock -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(orders, order_lines);
