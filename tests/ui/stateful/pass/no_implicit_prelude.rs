//! Without the prelude, every name is written out.

#![no_implicit_prelude]

use ::diesel; // its own derives ask for it
use ::idem_ui::schema::orders;
use ::std::assert;
use ::std::string::String;

#[derive(::diesel::Identifiable, ::idem_diesel::Stateful)]
struct Order {
    id: i32,
    state: String,
}

#[test]
fn it_has_a_state() {
    let order = Order {
        id: 1,
        state: String::new(),
    };
    assert!(::idem_diesel::Stateful::state(&order).is_empty());
    assert!(order.id == 1);
}
