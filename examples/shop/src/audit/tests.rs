//! Each invariant is seen to be broken: the books of a short day are falsified, one way at a time.

use super::{Finding, check};
use crate::database::{AnyConnection, Location, Pool};
use crate::message::{Answer, Article, Ask, CartLine, Person, Request};
use crate::shop::{Shop, Writes};
use diesel::connection::SimpleConnection as _;
use idem_diesel::IdempotencyKey;
use std::collections::BTreeSet;
use tempfile::TempDir;

/// The books after two orders, one of them shipped, and a deletion.
struct Books {
    conn: AnyConnection,
    told: BTreeSet<String>,
    _folder: TempDir,
}

impl Books {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.sqlite").display().to_string();
        let articles = [article(1, "tea"), article(2, "jam")];
        let pool = Pool::new(Location::Sqlite(file));
        let shop = Shop::open(pool, Writes::Safe, &articles).unwrap();
        let mut told = BTreeSet::new();
        let mut ask = |by, ask| {
            let key = IdempotencyKey::generate();
            told.insert(key.as_str().to_owned());
            let answer = shop.answer(&Request { key, by, ask });
            assert!(
                matches!(answer, Answer::Done { by_you: true }),
                "{answer:?}"
            );
        };
        let (shopper, clerk) = (Person::Shopper(1), Person::Clerk(1));
        for order in ["a", "b"] {
            let order = order.to_owned();
            let line = CartLine {
                product: 1,
                pieces: 2,
            };
            let cart = vec![line];
            ask(
                shopper,
                Ask::Order {
                    order: order.clone(),
                    cart,
                },
            );
            ask(shopper, Ask::Pay { order });
        }
        let order = "a".to_owned();
        ask(clerk, Ask::Ship { order });
        let reason = "sold elsewhere".to_owned();
        ask(clerk, Ask::Delete { product: 2, reason });
        ask(clerk, Ask::Introduce(article(3, "jam")));
        Self {
            conn: shop.connection().unwrap(),
            told,
            _folder: folder,
        }
    }

    /// The promises that don't hold.
    fn broken(&mut self) -> Vec<&'static str> {
        let findings = check(&mut self.conn, &self.told).unwrap();
        let wrong = |finding: &Finding| (finding.wrong > 0).then_some(finding.promise);
        findings.iter().filter_map(wrong).collect()
    }
}

fn article(id: i64, sku: &str) -> Article {
    Article {
        id,
        sku: sku.to_owned(),
        cents: 300,
        stock: 10,
    }
}

#[test]
fn true_books_break_nothing_and_leave_nothing_unchecked() {
    let mut books = Books::new();
    assert_eq!(books.broken(), [""; 0]);
    for finding in check(&mut books.conn, &books.told).unwrap() {
        assert!(finding.checked > 0, "{}", finding.promise);
    }
}

#[test]
fn each_falsification_is_noticed() {
    for (promise, sql) in [
        (
            "money paid",
            "UPDATE shop_payments SET cents = cents + 1 WHERE order_id = 'a'",
        ),
        (
            "the price paid",
            "UPDATE shop_order_lines SET unit_cents = 299; UPDATE shop_payments SET cents = 2 * 299",
        ),
        (
            "stock at the start",
            "UPDATE shop_products SET stock = stock - 1 WHERE id = 2",
        ),
        (
            "version = 1",
            "UPDATE shop_products SET lock_version = lock_version + 1 WHERE id = 1",
        ),
        (
            "version = 1",
            "UPDATE shop_orders SET lock_version = lock_version - 1 WHERE id = 'b'",
        ),
        (
            "one parcel",
            "INSERT INTO shop_parcels (id, order_id) VALUES ('another', 'a')",
        ),
        (
            "one live product",
            "DROP INDEX shop_one_live_sku; UPDATE shop_products SET sku = 'tea' WHERE id = 3",
        ),
        (
            "who deleted it",
            "UPDATE shop_products SET deleted_by = 'clerk 2' WHERE id = 2",
        ),
        (
            "no request took effect twice",
            "INSERT INTO shop_log SELECT 'another', request, who, what, product, order_id, version, \
             cents, stock FROM shop_log WHERE what = 'shipped'",
        ),
        (
            "a request took effect",
            "UPDATE shop_log SET request = 'unheard of' WHERE what = 'deleted'",
        ),
    ] {
        let mut books = Books::new();
        books.conn.batch_execute(sql).unwrap();
        let broken = books.broken();
        assert!(
            broken.iter().any(|broken| broken.starts_with(promise)),
            "{sql}: {broken:?}"
        );
    }
}

#[test]
fn stock_below_zero_is_noticed_even_if_it_adds_up() {
    let mut books = Books::new();
    books
        .conn
        .batch_execute(
            "UPDATE shop_products SET stock = -1 WHERE id = 1; \
             UPDATE shop_log SET stock = 3 WHERE product = 1 AND what = 'made'",
        )
        .unwrap();
    assert_eq!(
        books.broken(),
        ["stock at the start − sold = stock now, and never below 0"]
    );
}
