//! Whether a value would be written as `null`, found out without writing it.

use serde::ser::{Error, Impossible, Serialize, Serializer};
use std::convert::Infallible;
use std::fmt::{self, Display};

/// Whether `Some(value)` would be read back as `None`, or as a `Some` of fewer layers.
///
/// Looks at no more than the value's outermost layer that isn't a newtype or a `Some`.
pub(super) fn some_is_ambiguous<T: Serialize + ?Sized>(value: &T) -> bool {
    match value.serialize(Probe { layers: u8::MAX }) {
        Ok(never) => match never {},
        Err(answer) => matches!(answer, Answer::Null),
    }
}

/// Stops at the first thing it sees.
struct Probe {
    /// Some layers and newtypes still looked through. What has more is nested too deep to be
    /// written at all, if it ends in `null`, so that any answer will do.
    layers: u8,
}

#[derive(Debug)]
enum Answer {
    /// `null`, or unknown, as when `Serialize` fails: marking what needs no mark is harmless.
    Null,
    Other,
}

impl Probe {
    fn inner<T: Serialize + ?Sized>(self, value: &T) -> Result<Infallible, Answer> {
        match self.layers.checked_sub(1) {
            Some(layers) => value.serialize(Self { layers }),
            None => Err(Answer::Null),
        }
    }
}

impl Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("probed")
    }
}

impl std::error::Error for Answer {}

impl Error for Answer {
    fn custom<T: Display>(_: T) -> Self {
        Self::Null
    }
}

macro_rules! other {
    ($($method:ident($($kind:ty),*) -> $ok:ty;)*) => {$(
        #[inline]
        fn $method(self, $(_: $kind),*) -> Result<$ok, Answer> {
            Err(Answer::Other)
        }
    )*};
}

type Nothing = Impossible<Infallible, Answer>;

impl Serializer for Probe {
    type Ok = Infallible;
    type Error = Answer;
    type SerializeSeq = Nothing;
    type SerializeTuple = Nothing;
    type SerializeTupleStruct = Nothing;
    type SerializeTupleVariant = Nothing;
    type SerializeMap = Nothing;
    type SerializeStruct = Nothing;
    type SerializeStructVariant = Nothing;

    fn serialize_none(self) -> Result<Infallible, Answer> {
        Err(Answer::Null)
    }

    fn serialize_unit(self) -> Result<Infallible, Answer> {
        Err(Answer::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Infallible, Answer> {
        Err(Answer::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Infallible, Answer> {
        self.inner(value)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Infallible, Answer> {
        self.inner(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Infallible, Answer> {
        Err(Answer::Other)
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Result<Infallible, Answer> {
        Err(Answer::Other)
    }

    other! {
        serialize_bool(bool) -> Infallible;
        serialize_i8(i8) -> Infallible;
        serialize_i16(i16) -> Infallible;
        serialize_i32(i32) -> Infallible;
        serialize_i64(i64) -> Infallible;
        serialize_i128(i128) -> Infallible;
        serialize_u8(u8) -> Infallible;
        serialize_u16(u16) -> Infallible;
        serialize_u32(u32) -> Infallible;
        serialize_u64(u64) -> Infallible;
        serialize_u128(u128) -> Infallible;
        serialize_f32(f32) -> Infallible;
        serialize_f64(f64) -> Infallible;
        serialize_char(char) -> Infallible;
        serialize_str(&str) -> Infallible;
        serialize_bytes(&[u8]) -> Infallible;
        serialize_unit_variant(&'static str, u32, &'static str) -> Infallible;
        serialize_seq(Option<usize>) -> Nothing;
        serialize_tuple(usize) -> Nothing;
        serialize_tuple_struct(&'static str, usize) -> Nothing;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Nothing;
        serialize_map(Option<usize>) -> Nothing;
        serialize_struct(&'static str, usize) -> Nothing;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Nothing;
    }
}
