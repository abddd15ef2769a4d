//! What a request can say: numbers and texts with bounds, which its document names and its reader
//! checks. A value of one of these types can go to the database as it is.

mod number;
mod text;

pub(crate) use number::number;
pub(crate) use text::{PRINTABLE, is_printable, text};
