//! The shop: its tables, and the one operation that must not happen twice.

pub(crate) mod charge;
pub(crate) mod schema;

pub(crate) use charge::{
    ChargeError, ChargeRequest, OPERATION, Receipt, SHOP, charge, charge_without_key,
};
