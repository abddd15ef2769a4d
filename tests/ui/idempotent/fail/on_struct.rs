//! A struct doesn't run.

use idem_diesel::idempotent;

#[idempotent]
struct Shop;

fn main() {}
