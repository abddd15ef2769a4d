//! Without the prelude, every name is written out.

#![no_implicit_prelude]

use ::diesel; // its own derives ask for it
use ::idem_ui::schema::products;
use ::std::{assert, assert_eq};

#[derive(::std::clone::Clone, ::diesel::Identifiable, ::idem_diesel::Versioned)]
struct Product {
    id: i32,
    lock_version: i32,
}

#[test]
fn it_is_versioned() {
    let product = Product {
        id: 1,
        lock_version: 3,
    };
    assert_eq!(*::idem_diesel::HasVersion::version(&product), 3);
    assert!(product.id == 1);
}
