//! A parsed text as the source of any type.

use super::NUMBER;
use super::key::Key;
use super::tree::Tree;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, IntoDeserializer, Unexpected, VariantAccess, Visitor,
};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use serde_json::Error;

impl<'de> IntoDeserializer<'de, Error> for Tree {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Tree {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::U64(value) => visitor.visit_u64(value),
            Self::I64(value) => visitor.visit_i64(value),
            Self::U128(value) => visitor.visit_u128(value),
            Self::I128(value) => visitor.visit_i128(value),
            Self::F64(value) => visitor.visit_f64(value),
            Self::Number(text) => {
                visitor.visit_map(MapDeserializer::new([(NUMBER, text)].into_iter()))
            }
            Self::Text(value) => visitor.visit_string(value),
            Self::Array(items) => {
                let mut items = SeqDeserializer::new(items.into_iter());
                let value = visitor.visit_seq(&mut items)?;
                items.end()?;
                Ok(value)
            }
            Self::Object(entries) => {
                let entries = entries.into_iter().map(|(key, value)| (Key(key), value));
                let mut entries = MapDeserializer::new(entries);
                let value = visitor.visit_map(&mut entries)?;
                entries.end()?;
                Ok(value)
            }
            // `serde`'s buffer for untagged enums keeps it, and asks for the option later.
            Self::Some(inner) => visitor.visit_some(*inner),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Null => visitor.visit_none(),
            Self::Some(inner) => visitor.visit_some(*inner),
            other => visitor.visit_some(other),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Self::Text(variant) => visitor.visit_enum(variant.into_deserializer()),
            Self::Object(entries) => match <[_; 1]>::try_from(entries) {
                Ok([(variant, value)]) => visitor.visit_enum(Variant { variant, value }),
                Err(_) => Err(Error::custom("a variant is an object of one field")),
            },
            other => Err(Error::invalid_type(other.unexpected(), &"a variant")),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.bytes() {
            Some(bytes) => visitor.visit_byte_buf(bytes),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

impl Tree {
    /// The bytes of an array of bytes.
    fn bytes(&self) -> Option<Vec<u8>> {
        let Self::Array(items) = self else {
            return None;
        };
        let byte = |item: &Self| match item {
            Self::U64(value) => u8::try_from(*value).ok(),
            _ => None,
        };
        items.iter().map(byte).collect()
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::U64(value) => Unexpected::Unsigned(*value),
            Self::I64(value) => Unexpected::Signed(*value),
            Self::U128(_) | Self::I128(_) | Self::Number(_) => Unexpected::Other("a large number"),
            Self::F64(value) => Unexpected::Float(*value),
            Self::Text(value) => Unexpected::Str(value),
            Self::Array(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
            Self::Some(_) => Unexpected::Option,
        }
    }
}

/// An externally tagged variant with content.
struct Variant {
    variant: String,
    value: Tree,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Tree;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Tree), Error> {
        Ok((seed.deserialize(Key(self.variant))?, self.value))
    }
}

impl<'de> VariantAccess<'de> for Tree {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }
}
