//! What the canonical form of a value begins with.
//!
//! A value is a tag, and then:
//!
//! | tag | value | rest |
//! |---|---|---|
//! | `N` | `None` | |
//! | `S` | `Some` of a `None`, a `()` or another such `Some` | the inner value |
//! | `U` | `()`, a unit struct | |
//! | `T` `F` | `true`, `false` | |
//! | `0x80` + n | an integer of 0 or more | its n bytes, the highest first, the first not zero |
//! | `0xC0` + n | an integer below 0 | the n bytes of -1 - it |
//! | `D` | a float | the 8 bytes of its bits as `f64` |
//! | `#` | a number that only its own text holds exactly (`arbitrary_precision`) | length, text |
//! | `"` | a string, a `char`, the name of a unit variant | length, bytes |
//! | `B` | bytes | length, bytes |
//! | `[` | a sequence, a tuple, a tuple struct | values, `]` |
//! | `{` | a map, a struct, a variant with content | keys and values, sorted by key, `}` |
//!
//! A length is a non-negative integer in the form above.

pub(super) const NONE: u8 = b'N';
pub(super) const SOME: u8 = b'S';
pub(super) const UNIT: u8 = b'U';
pub(super) const TRUE: u8 = b'T';
pub(super) const FALSE: u8 = b'F';
pub(super) const NOT_NEGATIVE: u8 = 0x80;
pub(super) const NEGATIVE: u8 = 0xC0;
pub(super) const FLOAT: u8 = b'D';
pub(super) const STRING: u8 = b'"';
pub(super) const DIGITS: u8 = b'#';
pub(super) const BYTES: u8 = b'B';
pub(super) const SEQUENCE: u8 = b'[';
pub(super) const SEQUENCE_END: u8 = b']';
pub(super) const MAP: u8 = b'{';
pub(super) const MAP_END: u8 = b'}';
