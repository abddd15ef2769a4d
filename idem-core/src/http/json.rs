//! A JSON text as what it says: without its white space, its order of keys and its escapes, but with
//! its numbers to the last digit.

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// How deep a text is looked into; what is nested deeper counts as it is written. Each level is read
/// anew, so that a hostile text costs this many times its length.
const DEPTH: u8 = 32;

/// A JSON text. A number counts by its digits, so that no two amounts are taken for one because
/// they are the same as a float; `1.0` and `1.00` are two. Where an object has a key twice, both
/// entries count.
pub(super) struct Json<'a> {
    text: &'a str,
    depth: u8,
}

/// Something that counts as it is written: not to be taken for a string.
struct AsWritten<'a>(&'a str);

impl<'a> Json<'a> {
    /// Nothing, if it isn't JSON.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let value: &RawValue = serde_json::from_slice(body).ok()?;
        Some(Self {
            text: value.get(),
            depth: DEPTH,
        })
    }

    fn inside(&self, value: &'a RawValue) -> Self {
        Self {
            text: value.get(),
            depth: self.depth - 1,
        }
    }
}

impl Serialize for AsWritten<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0.as_bytes())
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { text, depth } = *self;
        match text.as_bytes().first() {
            Some(b'{') if depth > 0 => {
                let Entries(entries) = serde_json::from_str(text).map_err(S::Error::custom)?;
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(&*key, &self.inside(value))?;
                }
                map.end()
            }
            Some(b'[') if depth > 0 => {
                let elements: Vec<&RawValue> =
                    serde_json::from_str(text).map_err(S::Error::custom)?;
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                for element in elements {
                    list.serialize_element(&self.inside(element))?;
                }
                list.end()
            }
            Some(b'"') => {
                let string: Cow<'_, str> = serde_json::from_str(text).map_err(S::Error::custom)?;
                serializer.serialize_str(&string)
            }
            _ => AsWritten(text).serialize(serializer),
        }
    }
}

/// An object's entries, all of them, in their order.
struct Entries<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> de::Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Entries<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(All)
    }
}
