//! States are an enum, the model is a struct.

use idem_diesel::Stateful;

#[derive(Stateful)]
enum OrderState {
    New,
    Shipped,
}

fn main() {}
