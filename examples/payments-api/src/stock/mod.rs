//! Stock: changed in one place (`change.rs`), which three ways lead to (`ways.rs`), each retried safely.

mod change;
mod error;
mod level;
mod routes;
mod ways;

pub(crate) use routes::routes;
