//! What must be so in the evening, in SQL that every database understands.

/// Something that holds for each of many things.
#[derive(Debug, Clone, Copy)]
pub(super) struct Invariant {
    pub(super) promise: &'static str,
    /// What they are called.
    pub(super) of: &'static str,
    /// Selects them.
    pub(super) all: &'static str,
    /// Selects those for which it isn't so.
    pub(super) wrong: &'static str,
}

pub(super) const INVARIANTS: [Invariant; 8] = [
    Invariant {
        promise: "money paid = pieces × the price when they were paid",
        of: "orders",
        all: "SELECT id FROM shop_orders",
        // Nothing for an order that never was paid, or that was paid and cancelled.
        wrong: "SELECT o.id FROM shop_orders o WHERE \
                (SELECT COALESCE(SUM(p.cents), 0) FROM shop_payments p WHERE p.order_id = o.id) <> \
                (SELECT COALESCE(SUM(l.pieces * l.unit_cents), 0) FROM shop_order_lines l \
                 WHERE l.order_id = o.id AND o.state IN ('paid', 'shipped'))",
    },
    Invariant {
        promise: "the price paid is the one last set before",
        of: "order lines",
        all: "SELECT order_id FROM shop_order_lines WHERE unit_cents IS NOT NULL",
        wrong: "SELECT l.order_id FROM shop_order_lines l WHERE l.unit_cents IS NOT NULL AND NOT EXISTS \
                (SELECT 1 FROM shop_log g WHERE g.product = l.product AND g.what IN ('made', 'priced') \
                 AND g.cents = l.unit_cents AND g.version = \
                   (SELECT MAX(h.version) FROM shop_log h WHERE h.product = l.product \
                    AND h.what IN ('made', 'priced') AND h.version <= l.product_version))",
    },
    Invariant {
        promise: "stock at the start − sold = stock now, and never below 0",
        of: "products",
        all: "SELECT id FROM shop_products",
        wrong: "SELECT p.id FROM shop_products p WHERE p.stock < 0 OR p.stock <> \
                (SELECT SUM(g.stock) FROM shop_log g WHERE g.product = p.id AND g.what = 'made') - \
                (SELECT COALESCE(SUM(l.pieces), 0) FROM shop_order_lines l \
                 JOIN shop_orders o ON o.id = l.order_id \
                 WHERE l.product = p.id AND o.state IN ('paid', 'shipped'))",
    },
    Invariant {
        promise: "version = 1 + the writes since the row was made",
        of: "rows",
        all: "SELECT id FROM shop_orders UNION ALL SELECT sku FROM shop_products",
        // The log has the making too.
        wrong: "SELECT o.id FROM shop_orders o WHERE o.lock_version <> \
                (SELECT COUNT(*) FROM shop_log g WHERE g.order_id = o.id) \
                UNION ALL \
                SELECT p.sku FROM shop_products p WHERE p.lock_version <> \
                (SELECT COUNT(*) FROM shop_log g WHERE g.product = p.id)",
    },
    Invariant {
        promise: "one parcel for each shipped order, none for others",
        of: "orders",
        all: "SELECT id FROM shop_orders",
        wrong: "SELECT o.id FROM shop_orders o WHERE \
                (SELECT COUNT(*) FROM shop_parcels p WHERE p.order_id = o.id) <> \
                CASE WHEN o.state = 'shipped' THEN 1 ELSE 0 END",
    },
    Invariant {
        promise: "one live product for each SKU",
        of: "SKUs",
        all: "SELECT DISTINCT sku FROM shop_products",
        wrong: "SELECT sku FROM shop_products GROUP BY sku \
                HAVING SUM(CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END) <> 1",
    },
    Invariant {
        promise: "who deleted it is who did so first",
        of: "deleted products",
        all: "SELECT id FROM shop_products WHERE deleted_at IS NOT NULL",
        // Of the deletions since the last restore, the first; and there is no second.
        wrong: "SELECT p.id FROM shop_products p WHERE p.deleted_at IS NOT NULL AND \
                ((SELECT COUNT(*) FROM shop_log g WHERE g.product = p.id AND g.what = 'deleted') <> \
                 (SELECT COUNT(*) FROM shop_log g WHERE g.product = p.id AND g.what = 'restored') + 1 \
                 OR NOT EXISTS (SELECT 1 FROM shop_log g WHERE g.product = p.id AND g.what = 'deleted' \
                    AND g.who = p.deleted_by AND g.version > \
                      (SELECT COALESCE(MAX(h.version), 0) FROM shop_log h \
                       WHERE h.product = p.id AND h.what = 'restored')))",
    },
    Invariant {
        promise: "no request took effect twice",
        of: "requests",
        all: "SELECT DISTINCT request FROM shop_log",
        wrong: "SELECT request FROM shop_log GROUP BY request, what, product, order_id \
                HAVING COUNT(*) > 1",
    },
];
