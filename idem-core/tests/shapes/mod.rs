//! Types of every shape that `serde` knows, and values of them.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bytes that ask `serde` for bytes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Bytes;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Visitor)
    }
}

/// A map that keeps its order, as `IndexMap` does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ordered(pub(crate) Vec<(String, i64)>);

impl Serialize for Ordered {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Ordered;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut access: A,
            ) -> Result<Ordered, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = access.next_entry()? {
                    entries.push(entry);
                }
                Ok(Ordered(entries))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Unit {
    One,
    #[serde(rename = "$some")]
    Some,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct UnitStruct;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Newtype(pub(crate) Option<Option<()>>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tuple(
    pub(crate) i8,
    pub(crate) Option<Box<Self>>,
    pub(crate) (),
    pub(crate) UnitStruct,
);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum External {
    Unit,
    Newtype(Option<Option<u8>>),
    Tuple(char, f32),
    Struct { a: Option<Unit>, b: Vec<Self> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "tag")]
pub(crate) enum Internal {
    Unit,
    Struct {
        a: Option<Option<i64>>,
        b: f64,
        c: f32,
    },
    Newtype(Inner),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "tag", content = "content")]
pub(crate) enum Adjacent {
    Unit,
    Newtype(Option<Option<u8>>),
    Tuple(u8, Option<()>),
    Struct { a: f64 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Untagged {
    Struct { a: Option<Option<u8>> },
    Number(f64),
    Text(String),
    Nested(Option<Option<bool>>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Inner {
    pub(crate) x: Option<Option<f64>>,
    pub(crate) y: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Flat {
    pub(crate) own: Option<Option<u32>>,
    #[serde(flatten)]
    pub(crate) inner: Inner,
    #[serde(flatten)]
    pub(crate) rest: BTreeMap<String, Option<Option<u64>>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Maps {
    pub(crate) text: BTreeMap<String, Option<Option<u8>>>,
    pub(crate) signed: BTreeMap<i64, u8>,
    pub(crate) wide: BTreeMap<u128, i128>,
    pub(crate) bool: BTreeMap<bool, ()>,
    pub(crate) char: BTreeMap<char, u128>,
    pub(crate) unit: BTreeMap<Unit, Option<()>>,
    pub(crate) ordered: Ordered,
}

/// Anything, nested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Any {
    Bool(bool),
    Integers(i64, u64, i128, u128),
    Floats(f64, f32),
    Text(String, char),
    Bytes(Bytes),
    Options(Option<Option<Option<u8>>>, Option<()>, Option<UnitStruct>),
    Newtype(Newtype),
    Tuple(Tuple),
    External(External),
    Internal(Internal),
    Adjacent(Adjacent),
    Untagged(Untagged),
    Flat(Flat),
    Maps(Box<Maps>),
    Json(serde_json::Value),
    MaybeJson(Option<serde_json::Value>),
    List(Vec<Self>),
    Maybe(Box<Option<Self>>),
    Named { map: BTreeMap<String, Self> },
}

/// Any text, and those that look like a mark.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => ".{0,12}",
        2 => any::<String>(),
        1 => r"\PC{0,3}\x00\u{7f}",
        2 => r"\${0,3}(some|float|int|serde_json::private::Number)",
        1 => Just("$serde_json::private::Number".to_owned()),
    ]
}

/// Any float but NaN, which isn't equal to itself; infinities and both zeros among them.
pub(crate) fn float() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{INFINITE, NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO | INFINITE
}

pub(crate) fn float32() -> impl Strategy<Value = f32> {
    use proptest::num::f32::{INFINITE, NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO | INFINITE
}

fn inner() -> impl Strategy<Value = Inner> {
    let x = prop::option::of(prop::option::of(float()));
    (x, prop::option::of(text())).prop_map(|(x, y)| Inner { x, y })
}

fn flat() -> impl Strategy<Value = Flat> {
    let free = text().prop_filter("a field's name", |key| !["own", "x", "y"].contains(&&**key));
    (
        any::<Option<Option<u32>>>(),
        inner(),
        btree_map(free, any::<Option<Option<u64>>>(), 0..4),
    )
        .prop_map(|(own, inner, rest)| Flat { own, inner, rest })
}

fn unit() -> impl Strategy<Value = Unit> {
    prop_oneof![Just(Unit::One), Just(Unit::Some)]
}

fn external() -> impl Strategy<Value = External> {
    let leaf = prop_oneof![
        Just(External::Unit),
        any::<Option<Option<u8>>>().prop_map(External::Newtype),
        (any::<char>(), float32()).prop_map(|(a, b)| External::Tuple(a, b)),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        (prop::option::of(unit()), vec(inner, 0..3)).prop_map(|(a, b)| External::Struct { a, b })
    })
}

fn internal() -> impl Strategy<Value = Internal> {
    prop_oneof![
        Just(Internal::Unit),
        (any::<Option<Option<i64>>>(), float(), float32()).prop_map(|(a, b, c)| Internal::Struct {
            a,
            b,
            c
        }),
        inner().prop_map(Internal::Newtype),
    ]
}

fn adjacent() -> impl Strategy<Value = Adjacent> {
    prop_oneof![
        Just(Adjacent::Unit),
        any::<Option<Option<u8>>>().prop_map(Adjacent::Newtype),
        (any::<u8>(), any::<Option<()>>()).prop_map(|(a, b)| Adjacent::Tuple(a, b)),
        float().prop_map(|a| Adjacent::Struct { a }),
    ]
}

fn untagged() -> impl Strategy<Value = Untagged> {
    prop_oneof![
        any::<Option<Option<u8>>>().prop_map(|a| Untagged::Struct { a }),
        float().prop_map(Untagged::Number),
        text().prop_map(Untagged::Text),
        any::<Option<Option<bool>>>().prop_map(Untagged::Nested),
    ]
}

fn maps() -> impl Strategy<Value = Maps> {
    (
        btree_map(text(), any::<Option<Option<u8>>>(), 0..4),
        btree_map(any::<i64>(), any::<u8>(), 0..3),
        btree_map(any::<u128>(), any::<i128>(), 0..3),
        btree_map(any::<bool>(), Just(()), 0..3),
        btree_map(any::<char>(), any::<u128>(), 0..3),
        btree_map(unit(), any::<Option<()>>(), 0..3),
        vec((text(), any::<i64>()), 0..5),
    )
        .prop_map(|(text, signed, wide, bool, char, unit, ordered)| Maps {
            text,
            signed,
            wide,
            bool,
            char,
            unit,
            ordered: Ordered(ordered),
        })
}

pub(crate) fn json() -> impl Strategy<Value = serde_json::Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(serde_json::Value::from),
        any::<u64>().prop_map(serde_json::Value::from),
        float().prop_filter_map("finite", |x| x.is_finite().then(|| x.into())),
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        number,
        text().prop_map(serde_json::Value::from),
    ];
    // The one key that `serde_json::Value` itself can't read back under `arbitrary_precision`.
    let key = text()
        .prop_filter("serde_json's own", |key| !key.starts_with("$serde_json"))
        .boxed();
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            vec((key.clone(), inner), 0..4)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn leaf() -> impl Strategy<Value = Any> {
    let tuple = any::<(i8, Option<i8>)>().prop_map(|(a, b)| {
        Tuple(
            a,
            b.map(|b| Box::new(Tuple(b, None, (), UnitStruct))),
            (),
            UnitStruct,
        )
    });
    prop_oneof![
        any::<bool>().prop_map(Any::Bool),
        any::<(i64, u64, i128, u128)>().prop_map(|(a, b, c, d)| Any::Integers(a, b, c, d)),
        (float(), float32()).prop_map(|(a, b)| Any::Floats(a, b)),
        (text(), any::<char>()).prop_map(|(a, b)| Any::Text(a, b)),
        any::<Vec<u8>>().prop_map(|bytes| Any::Bytes(Bytes(bytes))),
        (
            any::<Option<Option<Option<u8>>>>(),
            any::<Option<()>>(),
            any::<bool>()
        )
            .prop_map(|(a, b, c)| Any::Options(a, b, c.then_some(UnitStruct))),
        any::<Option<Option<()>>>().prop_map(|a| Any::Newtype(Newtype(a))),
        tuple.prop_map(Any::Tuple),
        external().prop_map(Any::External),
        internal().prop_map(Any::Internal),
        adjacent().prop_map(Any::Adjacent),
        untagged().prop_map(Any::Untagged),
        flat().prop_map(Any::Flat),
        maps().prop_map(|maps| Any::Maps(Box::new(maps))),
        json().prop_map(Any::Json),
        prop::option::of(json()).prop_map(Any::MaybeJson),
    ]
}

/// A value of any shape, nested a few levels deep.
pub(crate) fn anything() -> impl Strategy<Value = Any> {
    leaf().prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Any::List),
            prop::option::of(inner.clone()).prop_map(|inner| Any::Maybe(Box::new(inner))),
            btree_map(text(), inner, 0..4).prop_map(|map| Any::Named { map }),
        ]
    })
}
