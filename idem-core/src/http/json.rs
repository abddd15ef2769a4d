//! A JSON text as what it says: without its white space, its order of keys and its escapes, but with
//! its numbers to the last digit.

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

/// A JSON text. A number counts by its digits, so that no two amounts are taken for one because
/// they are the same as a float; `1.0` and `1.00` are two. Where an object has a key twice, both
/// entries count. Read in one pass, and its numbers' texts in another.
pub(super) enum Json<'a> {
    Word(&'static str),
    Number(&'a str),
    String(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// Nothing, if it isn't JSON, or is nested deeper than 127.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let numbers = RefCell::new(Numbers { text, at: 0 });
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let json = Reader { numbers: &numbers }.deserialize(&mut deserializer);
        let json = json.ok()?;
        deserializer.end().ok()?;
        Some(json)
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // Bytes, which no string is taken for.
            Self::Word(text) => serializer.serialize_bytes(text.as_bytes()),
            Self::Number(text) => serializer.serialize_bytes(text.as_bytes()),
            Self::String(text) => serializer.serialize_str(text),
            Self::List(elements) => {
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                elements
                    .iter()
                    .try_for_each(|element| list.serialize_element(element))?;
                list.end()
            }
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries
                    .iter()
                    .try_for_each(|(key, value)| map.serialize_entry(&**key, value))?;
                map.end()
            }
        }
    }
}

/// The numbers of a JSON text, as they are written, in their order.
struct Numbers<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Numbers<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'"' => self.skip_string(),
                b'-' | b'0'..=b'9' => {
                    let rest = self.text.get(self.at..)?;
                    let is_over =
                        |byte: &u8| !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
                    let length = rest.as_bytes().iter().position(is_over);
                    let number = &rest[..length.unwrap_or(rest.len())];
                    self.at += number.len();
                    return Some(number);
                }
                _ => self.at += 1,
            }
        }
        None
    }

    fn skip_string(&mut self) {
        let bytes = self.text.as_bytes();
        self.at += 1;
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
    }
}

/// Reads a value; of a number, the parser says only that there is one.
#[derive(Clone, Copy)]
struct Reader<'a, 'n> {
    numbers: &'n RefCell<Numbers<'a>>,
}

impl<'a> Reader<'a, '_> {
    fn number<E: de::Error>(self) -> Result<Json<'a>, E> {
        let number = self.numbers.borrow_mut().next();
        number
            .map(Json::Number)
            .ok_or_else(|| E::custom("no number"))
    }
}

impl<'a> DeserializeSeed<'a> for Reader<'a, '_> {
    type Value = Json<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Json<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Reader<'a, '_> {
    type Value = Json<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Json<'a>, E> {
        Ok(Json::Word("null"))
    }
    fn visit_bool<E>(self, value: bool) -> Result<Json<'a>, E> {
        Ok(Json::Word(if value { "true" } else { "false" }))
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Json<'a>, E> {
        self.number()
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Json<'a>, E> {
        self.number()
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Json<'a>, E> {
        self.number()
    }
    fn visit_borrowed_str<E>(self, value: &'a str) -> Result<Json<'a>, E> {
        Ok(Json::String(value.into()))
    }
    fn visit_str<E>(self, value: &str) -> Result<Json<'a>, E> {
        Ok(Json::String(value.to_owned().into()))
    }
    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Json<'a>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element_seed(self)? {
            elements.push(element);
        }
        Ok(Json::List(elements))
    }
    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Json<'a>, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key()? {
            entries.push((key, map.next_value_seed(self)?));
        }
        Ok(Json::Object(entries))
    }
}
