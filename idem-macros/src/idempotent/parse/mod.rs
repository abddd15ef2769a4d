//! Reads the attribute's options and the function. Each option is checked alone here; rules that
//! take more than one token are in `model`.

mod function;
mod options;
mod values;

pub(super) use function::{Body, Function, function};
pub(super) use options::{Options, options};
pub(super) use values::InFlight;
