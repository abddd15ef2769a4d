//! Payments: money from one account to another, once for a key.

mod error;
mod pay;
mod payment;
mod routes;

pub(crate) use routes::routes;
