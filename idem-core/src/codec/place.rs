//! Where in the text something stands, and what may stand there.

use super::{MAX_DEPTH, is_reserved};
use serde::ser::Error;

/// Where something is written.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// As a value, with room for so many levels of nesting.
    Value { depth: u8 },
    /// As an object's key.
    Key,
}

impl Place {
    /// The place inside an array or an object that opens here.
    ///
    /// Reading stops at this depth, and what can be written but not read would be a lost result.
    #[inline]
    pub(super) fn inside<E: Error>(self) -> Result<Self, E> {
        match self {
            Self::Key => Ok(self), // `serde_json` refuses it
            Self::Value { depth: 0 } => Err(E::custom(format_args!(
                "it is nested more than {MAX_DEPTH} levels deep"
            ))),
            Self::Value { depth } => Ok(Self::Value { depth: depth - 1 }),
        }
    }
}

/// A field's or a variant's name, if it can't be taken for a marker.
#[inline]
pub(super) fn name<E: Error>(name: &'static str) -> Result<&'static str, E> {
    if name.starts_with('$') && is_reserved(name) {
        return Err(E::custom(format_args!("the name {name:?} is reserved")));
    }
    Ok(name)
}
