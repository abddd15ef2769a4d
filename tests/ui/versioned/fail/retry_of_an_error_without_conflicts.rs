//! A conflict has to be seen to be tried again after.

use diesel::prelude::*;
use idem_diesel::RetryPolicy;
use idem_diesel::Versioned;
use idem_diesel::WriteError;
use idem_diesel::retry_on_conflict;
use idem_ui::schema::products;

#[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
struct Product {
    id: i32,
    price: i32,
    lock_version: i32,
}

struct Failed;

impl From<WriteError<Product>> for Failed {
    fn from(_: WriteError<Product>) -> Self {
        Self
    }
}

fn change(conn: &mut SqliteConnection) {
    let _ = retry_on_conflict(
        conn,
        RetryPolicy::attempts(3),
        1,
        |conn, product: Product, _| {
            let raised = product.update_versioned(conn, products::price.eq(5));
            raised.map_err(|_| Failed)
        },
    );
}

fn main() {}
