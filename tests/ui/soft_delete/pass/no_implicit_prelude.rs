//! Without the prelude, every name is written out.

#![no_implicit_prelude]

use ::diesel; // its own derives ask for it
use ::idem_ui::schema::products;
use ::std::assert;
use ::std::option::Option::{self, None};

#[derive(::diesel::Identifiable, ::idem_diesel::SoftDelete)]
#[soft_delete(by = deleted_by)]
struct Product {
    id: i32,
    deleted_at: Option<::chrono::NaiveDateTime>,
}

#[test]
fn it_can_be_deleted() {
    let product = Product {
        id: 1,
        deleted_at: None,
    };
    assert!(!::idem_diesel::SoftDeletable::is_deleted(&product));
    assert!(product.id == 1);
}
