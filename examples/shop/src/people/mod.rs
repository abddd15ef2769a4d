//! The people who ask: each on a thread, and on a link that fails.

mod clerk;
mod notes;
mod phone;
mod shopper;

pub(crate) use clerk::{close_up, work};
pub(crate) use notes::Notes;
pub(crate) use phone::Phone;
pub(crate) use shopper::go_shopping;
