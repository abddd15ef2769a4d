//! Accounts: opened once for a key, read under `If-None-Match`, renamed under `If-Match`.

mod account;
mod open;
mod rename;
mod routes;

pub(crate) use account::{Account, AccountId, FULL};
pub(crate) use routes::routes;
