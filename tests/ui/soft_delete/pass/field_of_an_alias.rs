//! A field whose type has another name.

use diesel::prelude::*;
use idem_diesel::{SoftDeletable, SoftDelete};
use idem_ui::schema::products;

type Moment = Option<chrono::NaiveDateTime>;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
struct Product {
    id: i32,
    deleted_at: Moment,
}

#[test]
fn it_is_an_option() {
    let product = Product {
        id: 1,
        deleted_at: None,
    };
    assert!(product.id == 1 && !product.is_deleted());
}
