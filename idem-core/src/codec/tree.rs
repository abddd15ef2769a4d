//! Stored text, parsed, with its marks undone and its order kept. `serde_json::Value` keeps the
//! order only with a feature that would change every other user of `serde_json` in the program.

use super::{FLOAT, INT, SOME, is_reserved};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

pub(super) enum Tree {
    Null,
    Bool(bool),
    U64(u64),
    I64(i64),
    U128(u128),
    I128(i128),
    F64(f64),
    /// A number that only its own text holds exactly (under `arbitrary_precision`).
    Number(String),
    Text(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
    Some(Box<Tree>),
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stored value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::U64(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::I64(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::F64(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Tree::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(mut key) = access.next_key::<String>()? {
            if key.starts_with('$') && is_reserved(&key) {
                if !key.starts_with("$$") {
                    return marked(&key, entries.is_empty(), access);
                }
                key.remove(0);
            }
            entries.push((key, access.next_value()?));
        }
        Ok(Tree::Object(entries))
    }
}

/// The value behind a mark, which is an object's only key.
fn marked<'de, A: MapAccess<'de>>(
    marker: &str,
    first: bool,
    mut access: A,
) -> Result<Tree, A::Error> {
    let value = match marker {
        SOME => Tree::Some(access.next_value()?),
        FLOAT => float(&access.next_value::<String>()?)?,
        INT => integer(&access.next_value::<String>()?)?,
        // The last reserved word, `NUMBER`, which only `serde_json` itself can hand over.
        _ => number(access.next_value()?),
    };
    if !first || access.next_key::<String>()?.is_some() {
        return Err(A::Error::custom(format_args!(
            "`{marker}` stands beside other fields"
        )));
    }
    Ok(value)
}

fn float<E: Error>(word: &str) -> Result<Tree, E> {
    match word {
        "NaN" => Ok(Tree::F64(f64::NAN)),
        "inf" => Ok(Tree::F64(f64::INFINITY)),
        "-inf" => Ok(Tree::F64(f64::NEG_INFINITY)),
        _ => Err(E::custom(format_args!("`{FLOAT}` can't be {word:?}"))),
    }
}

fn integer<E: Error>(digits: &str) -> Result<Tree, E> {
    digits
        .parse()
        .map(Tree::I128)
        .or_else(|_| digits.parse().map(Tree::U128))
        .map_err(|_| E::custom(format_args!("`{INT}` can't be {digits:?}")))
}

/// A number that `serde_json` handed over as text, as a plain one if that loses nothing.
fn number(text: String) -> Tree {
    if let Ok(value) = text.parse() {
        Tree::U64(value)
    } else if let Ok(value) = text.parse() {
        Tree::I64(value)
    } else {
        match text.parse() {
            Ok(value) if is_float(&text, value) => Tree::F64(value),
            _ => Tree::Number(text),
        }
    }
}

/// Whether the text is how `serde_json` writes the float, as an `f64` or an `f32`.
fn is_float(text: &str, value: f64) -> bool {
    let same = |written: serde_json::Result<String>| written.is_ok_and(|written| written == text);
    #[expect(clippy::cast_possible_truncation, reason = "the text is compared")]
    let narrow = value as f32;
    same(serde_json::to_string(&value)) || same(serde_json::to_string(&narrow))
}
