//! The canonical binary form of a value. Whatever changes here changes the fingerprints in every
//! stored record, and so refuses their retries: it takes a new `DOMAIN`.

use super::compound::{Fields, Items, Kind};
use super::tags::{
    BYTES, DIGITS, FALSE, FLOAT, MAP, MAP_END, NEGATIVE, NONE, NOT_NEGATIVE, SOME, STRING, TRUE,
    UNIT,
};
use serde::ser::{self, Serialize, Serializer};
use std::fmt::{self, Display};
use std::io::Write;

/// How `serde_json` hands over a number's own text, if a program turns `arbitrary_precision` on.
const NUMBER: &str = "$serde_json::private::Number";

/// Writes values in their canonical form, into buffers that it keeps.
#[derive(Debug, Clone, Default)]
pub(super) struct Canonical {
    pub(super) bytes: Vec<u8>,
    /// Where the entries of the maps that are open start in `bytes`, the innermost map's last.
    pub(super) entries: Vec<Entry>,
    /// Room to sort entries in.
    pub(super) spare: Vec<u8>,
}

/// Where an entry of a map is in `Canonical::bytes`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) key: usize,
    pub(super) value: usize,
    pub(super) end: usize,
}

/// Why a value has no canonical form: its own `Serialize` says so.
#[derive(Debug)]
pub(super) struct Unserializable(pub(super) String);

impl Display for Unserializable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unserializable {}

impl ser::Error for Unserializable {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Done = Result<(), Unserializable>;

impl Canonical {
    /// The canonical form of a value.
    pub(super) fn of<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<&[u8], Unserializable> {
        self.bytes.clear();
        self.bytes.reserve(512); // most arguments fit
        self.entries.clear(); // an earlier value may have failed half-way
        value.serialize(&mut *self)?;
        Ok(&self.bytes)
    }

    #[inline]
    fn sized(&mut self, tag: u8, content: &[u8]) {
        self.bytes.push(tag);
        self.integer(NOT_NEGATIVE, content.len() as u64);
        self.bytes.extend_from_slice(content);
    }

    /// Writes an integer without its leading zero bytes.
    #[inline]
    fn integer(&mut self, tag: u8, value: u64) {
        match u8::try_from(value) {
            // Most integers and lengths.
            Ok(small @ 1..) => self.bytes.extend_from_slice(&[tag | 1, small]),
            _ => self.wide_integer(tag, u128::from(value)),
        }
    }

    fn wide_integer(&mut self, tag: u8, value: u128) {
        let zeros = value.leading_zeros() as usize / 8;
        let bytes = &value.to_be_bytes()[zeros..];
        #[expect(
            clippy::cast_possible_truncation,
            reason = "there are at most 16 bytes"
        )]
        self.bytes.push(tag | bytes.len() as u8);
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes a number that is given as text as what it is, if that loses nothing.
    pub(super) fn number(&mut self, text: &str) -> Done {
        if let Ok(value) = text.parse() {
            self.serialize_u128(value)
        } else if let Ok(value) = text.parse() {
            self.serialize_i128(value)
        } else {
            match text.parse() {
                Ok(value) if serde_json::to_string(&value).is_ok_and(|again| again == text) => {
                    self.serialize_f64(value)
                }
                _ => {
                    self.sized(DIGITS, text.as_bytes());
                    Ok(())
                }
            }
        }
    }

    /// Opens `{variant: `.
    fn open_variant(&mut self, variant: &str) {
        self.bytes.push(MAP);
        self.sized(STRING, variant.as_bytes());
    }
}

macro_rules! integers {
    ($($method:ident($kind:ty))*) => {$(
        #[inline]
        fn $method(self, value: $kind) -> Done {
            self.serialize_i64(i64::from(value))
        }
    )*};
}

impl<'a> Serializer for &'a mut Canonical {
    type Ok = ();
    type Error = Unserializable;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Items<'a>;
    type SerializeMap = Fields<'a>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Fields<'a>;

    integers! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32)
    }

    fn serialize_bool(self, value: bool) -> Done {
        self.bytes.push(if value { TRUE } else { FALSE });
        Ok(())
    }

    #[inline]
    fn serialize_i64(self, value: i64) -> Done {
        let tag = if value < 0 { NEGATIVE } else { NOT_NEGATIVE };
        // For a negative value, flipping every bit gives -1 - value.
        let magnitude = if value < 0 { !value } else { value };
        self.integer(tag, magnitude.unsigned_abs());
        Ok(())
    }

    #[inline]
    fn serialize_u64(self, value: u64) -> Done {
        self.integer(NOT_NEGATIVE, value);
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Done {
        let tag = if value < 0 { NEGATIVE } else { NOT_NEGATIVE };
        let magnitude = if value < 0 { !value } else { value };
        self.wide_integer(tag, magnitude.unsigned_abs());
        Ok(())
    }

    fn serialize_u128(self, value: u128) -> Done {
        self.wide_integer(NOT_NEGATIVE, value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Done {
        let value = if value.is_nan() { f64::NAN } else { value };
        self.bytes.push(FLOAT);
        self.bytes.extend_from_slice(&value.to_bits().to_be_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Done {
        self.sized(STRING, value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Done {
        self.sized(BYTES, value);
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.bytes.push(NONE);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        let at = self.bytes.len();
        value.serialize(&mut *self)?;
        if let Some(&(NONE | UNIT | SOME)) = self.bytes.get(at) {
            self.bytes.insert(at, SOME); // these are a few bytes at the end
        }
        Ok(())
    }

    fn serialize_unit(self) -> Done {
        self.bytes.push(UNIT);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        self.open_variant(variant);
        value.serialize(&mut *self)?;
        self.bytes.push(MAP_END);
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a>, Unserializable> {
        Ok(Items::open(self, false))
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'a>, Unserializable> {
        Ok(Items::open(self, false))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Items<'a>, Unserializable> {
        Ok(Items::open(self, false))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'a>, Unserializable> {
        self.open_variant(variant);
        Ok(Items::open(self, true))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'a>, Unserializable> {
        Ok(Fields::open(self, Kind::Map))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Fields<'a>, Unserializable> {
        let kind = if name == NUMBER {
            Kind::Number
        } else {
            Kind::Map
        };
        Ok(Fields::open(self, kind))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Fields<'a>, Unserializable> {
        self.open_variant(variant);
        Ok(Fields::open(self, Kind::Variant))
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Done {
        let mut text = std::mem::take(&mut self.spare);
        text.clear();
        write!(text, "{value}").map_err(ser::Error::custom)?;
        self.sized(STRING, &text);
        self.spare = text;
        Ok(())
    }
}
