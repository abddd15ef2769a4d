//! A `Serializer` around `serde_json`'s that marks what JSON would lose. It streams: nothing is
//! buffered but the text.

use super::float::{non_finite, survives_as_f64};
use super::parts::Parts;
use super::place::{Place, name};
use super::probe::some_is_ambiguous;
use super::{FLOAT, INT, MAX_DEPTH, NUMBER, RAW_VALUE, SOME, is_reserved};
use serde::ser::{Error, Serialize, SerializeMap, Serializer};
use std::fmt::Display;

pub(super) fn to_text<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let mut text = Vec::with_capacity(256);
    let inner = &mut serde_json::Serializer::new(&mut text);
    value.serialize(Marking {
        inner,
        place: Place::Value { depth: MAX_DEPTH },
    })?;
    String::from_utf8(text).map_err(serde_json::Error::custom)
}

/// A value on its way into `serde_json`.
pub(super) struct Marked<'a, T: ?Sized> {
    pub(super) value: &'a T,
    pub(super) place: Place,
}

impl<T: Serialize + ?Sized> Serialize for Marked<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, inner: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(Marking {
            inner,
            place: self.place,
        })
    }
}

/// The wrapped `Serializer`.
struct Marking<S> {
    inner: S,
    place: Place,
}

impl<S: Serializer> Marking<S> {
    #[inline]
    fn open<C>(
        self,
        inner: impl FnOnce(S) -> Result<C, S::Error>,
        levels: u8,
    ) -> Result<Parts<C>, S::Error> {
        let mut place = self.place;
        for _ in 0..levels {
            place = place.inside()?;
        }
        Ok(Parts {
            inner: inner(self.inner)?,
            place,
            number: false,
        })
    }

    /// Writes `{marker: value}`.
    fn mark<T: Serialize + ?Sized>(self, marker: &str, value: &T) -> Result<S::Ok, S::Error> {
        let place = self.place.inside()?;
        let mut map = self.inner.serialize_map(Some(1))?;
        map.serialize_entry(marker, &Marked { value, place })?;
        map.end()
    }

    const fn is_key(&self) -> bool {
        matches!(self.place, Place::Key)
    }
}

macro_rules! pass {
    ($($method:ident($kind:ty);)*) => {$(
        #[inline]
        fn $method(self, value: $kind) -> Result<S::Ok, S::Error> {
            self.inner.$method(value)
        }
    )*};
}

impl<S: Serializer> Serializer for Marking<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Parts<S::SerializeSeq>;
    type SerializeTuple = Parts<S::SerializeTuple>;
    type SerializeTupleStruct = Parts<S::SerializeTupleStruct>;
    type SerializeTupleVariant = Parts<S::SerializeTupleVariant>;
    type SerializeMap = Parts<S::SerializeMap>;
    type SerializeStruct = Parts<S::SerializeStruct>;
    type SerializeStructVariant = Parts<S::SerializeStructVariant>;

    pass! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_char(char);
        serialize_unit_struct(&'static str);
    }

    fn serialize_i128(self, value: i128) -> Result<S::Ok, S::Error> {
        if self.is_key() {
            self.inner.serialize_i128(value)
        } else if let Ok(small) = i64::try_from(value) {
            self.inner.serialize_i64(small)
        } else if let Ok(small) = u64::try_from(value) {
            self.inner.serialize_u64(small)
        } else {
            self.mark(INT, &value.to_string())
        }
    }

    fn serialize_u128(self, value: u128) -> Result<S::Ok, S::Error> {
        if self.is_key() {
            self.inner.serialize_u128(value)
        } else if let Ok(small) = u64::try_from(value) {
            self.inner.serialize_u64(small)
        } else {
            self.mark(INT, &value.to_string())
        }
    }

    fn serialize_f32(self, value: f32) -> Result<S::Ok, S::Error> {
        if self.is_key() || (value.is_finite() && survives_as_f64(value)) {
            self.inner.serialize_f32(value)
        } else {
            self.serialize_f64(f64::from(value))
        }
    }

    #[inline]
    fn serialize_f64(self, value: f64) -> Result<S::Ok, S::Error> {
        if self.is_key() || value.is_finite() {
            self.inner.serialize_f64(value)
        } else {
            self.mark(FLOAT, non_finite(value))
        }
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<S::Ok, S::Error> {
        if self.is_key() && value.starts_with('$') && is_reserved(value) {
            return self.inner.serialize_str(&format!("${value}"));
        }
        self.inner.serialize_str(value)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        if self.is_key() {
            return self.serialize_str(&value.to_string());
        }
        self.inner.collect_str(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<S::Ok, S::Error> {
        self.place.inside::<S::Error>()?;
        self.inner.serialize_bytes(value)
    }

    #[inline]
    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_none()
    }

    #[inline]
    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        if !self.is_key() && some_is_ambiguous(value) {
            return self.mark(SOME, value);
        }
        let place = self.place;
        self.inner.serialize_some(&Marked { value, place })
    }

    #[inline]
    fn serialize_unit_variant(
        self,
        kind: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<S::Ok, S::Error> {
        if self.is_key() {
            return self.serialize_str(variant);
        }
        self.inner.serialize_unit_variant(kind, index, variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        kind: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let place = self.place;
        self.inner
            .serialize_newtype_struct(kind, &Marked { value, place })
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        kind: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let place = self.place.inside()?;
        let variant = name(variant)?;
        self.inner
            .serialize_newtype_variant(kind, index, variant, &Marked { value, place })
    }

    #[inline]
    fn serialize_seq(self, len: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        self.open(|inner| inner.serialize_seq(len), 1)
    }

    #[inline]
    fn serialize_tuple(self, len: usize) -> Result<Self::SerializeTuple, S::Error> {
        self.open(|inner| inner.serialize_tuple(len), 1)
    }

    #[inline]
    fn serialize_tuple_struct(
        self,
        kind: &'static str,
        len: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        self.open(|inner| inner.serialize_tuple_struct(kind, len), 1)
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        kind: &'static str,
        index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        let variant = name(variant)?;
        self.open(
            |inner| inner.serialize_tuple_variant(kind, index, variant, len),
            2,
        )
    }

    #[inline]
    fn serialize_map(self, len: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        self.open(|inner| inner.serialize_map(len), 1)
    }

    #[inline]
    fn serialize_struct(
        self,
        kind: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStruct, S::Error> {
        if kind == RAW_VALUE {
            // Its text would be kept, but its white space not.
            return Err(S::Error::custom("a RawValue can't be given back unchanged"));
        }
        let number = kind == NUMBER;
        let levels = u8::from(!number);
        let parts = self.open(|inner| inner.serialize_struct(kind, len), levels)?;
        Ok(Parts { number, ..parts })
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        kind: &'static str,
        index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        let variant = name(variant)?;
        self.open(
            |inner| inner.serialize_struct_variant(kind, index, variant, len),
            2,
        )
    }
}
