//! Which values have the same fingerprint, and which haven't.

mod shapes;

use idem_core::{Fingerprint, FingerprintBuilder};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::json;
use shapes::{Any, Bytes, anything};
use std::collections::{BTreeMap, HashMap};

#[expect(clippy::unwrap_used, reason = "a failure here fails the test")]
fn of<T: Serialize + ?Sized>(value: &T) -> Fingerprint {
    Fingerprint::of(value).unwrap()
}

#[expect(clippy::unwrap_used, reason = "a failure here fails the test")]
fn of_parts(parts: &[&str]) -> Fingerprint {
    let mut builder = FingerprintBuilder::default();
    parts.iter().for_each(|part| builder.part(part).unwrap());
    builder.finish()
}

#[derive(Serialize)]
struct Charge {
    cents: u32,
    to: &'static str,
    memo: Option<String>,
}

const CHARGE: Charge = Charge {
    cents: 500,
    to: "alice",
    memo: None,
};

/// A map in just this order.
struct Pairs<'a>(&'a [(&'a str, u8)]);

impl Serialize for Pairs<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

#[test]
fn fingerprints_are_those_in_stored_records() {
    let golden = |value: Fingerprint, digest: &str| assert_eq!(value.to_string(), digest);
    golden(
        FingerprintBuilder::default().finish(),
        "fd6d13e5fd89a1fc4939cafdcf53426e1b42f4ba8535573a5df5b355cbee50a5",
    );
    golden(
        of(&()),
        "c64b848782fe7dbe434257103522ef31e8390bc01839858f4164ee74bdc52399",
    );
    golden(
        of(&CHARGE),
        "14ab753fd66c15a6770a59847b4c2d23a1c9eda9a7c1b2f38c367e8ef8711792",
    );
    golden(
        of_parts(&["ab", "c"]),
        "73892dfe2d8b2a342b76938e7232dbeb12ef099c4e887cf37ec155798270ad6a",
    );
    golden(
        of(&(-1_i8, u128::MAX, 0.5, 'x', Some(None::<u8>), [true, false])),
        "795c86d109499b56ede38be8ff7ce7008ef5e3e7456a1aa75a18979f8a3c9f0d",
    );
    golden(
        of(&Bytes(vec![0, 255])),
        "1f3c99cb831a2d0cb107d5061cb37c1fc7261a30258e1a067a92a3c2667c28b0",
    );
    golden(
        of(&shapes::External::Struct {
            a: Some(shapes::Unit::One),
            b: vec![shapes::External::Unit],
        }),
        "526b02b1bd657e75019c6cc2643e3c21e6d235e5415d31450b5748b0749fcddf",
    );
}

#[test]
fn the_order_of_a_map_does_not_count() {
    assert_eq!(
        of(&Pairs(&[("a", 1), ("b", 2)])),
        of(&Pairs(&[("b", 2), ("a", 1)]))
    );
    let many = |mut keys: Vec<u32>| {
        let there: HashMap<_, _> = keys.iter().map(|key| (*key, key.to_string())).collect();
        keys.reverse();
        let back: HashMap<_, _> = keys.iter().map(|key| (*key, key.to_string())).collect();
        (there, back)
    };
    let (there, back) = many((0..100).collect());
    assert_eq!(of(&there), of(&back));
    assert_eq!(
        of(&there),
        of(&there.into_iter().collect::<BTreeMap<_, _>>())
    );
}

#[test]
fn the_order_of_fields_does_not_count() {
    #[derive(Serialize)]
    struct Moved {
        memo: Option<String>,
        to: String,
        cents: i64,
    }
    let moved = Moved {
        memo: None,
        to: "alice".into(),
        cents: 500,
    };
    assert_eq!(of(&CHARGE), of(&moved));
}

#[test]
fn a_struct_and_the_json_of_it_agree() {
    let charge = Charge {
        memo: Some("thanks".into()),
        ..CHARGE
    };
    assert_eq!(
        of(&charge),
        of(&json!({ "to": "alice", "memo": "thanks", "cents": 500 }))
    );
    let text = |text| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(
        of(&text(r#"{"a":{"x":1.5,"y":-2},"b":[]}"#)),
        of(&text(r#"{ "b" : [ ], "a" : { "y" : -2, "x" : 1.5 } }"#))
    );
}

#[test]
fn maps_within_maps_are_sorted_each_for_itself() {
    let a = json!({ "o": [{ "a": { "x": 1 }, "b": 2 }, { "c": 3 }], "p": {} });
    let b = BTreeMap::from([
        ("o", json!([{ "b": 2, "a": { "x": 1 } }, { "c": 3 }])),
        ("p", json!({})),
    ]);
    assert_eq!(of(&a), of(&b));
    assert_ne!(
        of(&json!({ "a": { "x": 1 }, "b": {} })),
        of(&json!({ "a": {}, "b": { "x": 1 } }))
    );
}

#[test]
fn a_key_given_twice_counts_twice_in_its_order() {
    let twice = of(&Pairs(&[("a", 1), ("a", 2)]));
    assert_ne!(twice, of(&Pairs(&[("a", 2), ("a", 1)])));
    assert_ne!(twice, of(&Pairs(&[("a", 2)])));
    assert_eq!(
        of(&Pairs(&[("a", 1), ("b", 0), ("a", 2)])),
        of(&Pairs(&[("b", 0), ("a", 1), ("a", 2)]))
    );
}

#[test]
fn a_key_given_many_times_counts_in_its_order() {
    let often = |tail: &[(&'static str, u8)]| {
        let mut pairs: Vec<_> = (0..100)
            .map(|n| (["b", "a"][usize::from(n % 2)], n))
            .collect();
        pairs.extend(tail);
        of(&Pairs(&pairs))
    };
    let sorted: Vec<_> = [("a", 1), ("b", 0)]
        .into_iter()
        .flat_map(|(key, first)| (first..100).step_by(2).map(move |n| (key, n)))
        .collect();
    assert_eq!(often(&[]), of(&Pairs(&sorted)));
    assert_ne!(often(&[("a", 1), ("a", 2)]), often(&[("a", 2), ("a", 1)]));
}

#[test]
fn integers_count_by_value() {
    assert_eq!(of(&5_i32), of(&5_u64));
    assert_eq!(of(&5_u8), of(&5_u128));
    assert_eq!(of(&-5_i8), of(&-5_i128));
    assert_eq!(of(&u64::MAX), of(&i128::from(u64::MAX)));
    assert_eq!(of(&i64::MIN), of(&i128::from(i64::MIN)));
}

#[test]
fn different_numbers_differ() {
    let numbers = [
        of(&0),
        of(&1),
        of(&-1),
        of(&255),
        of(&256),
        of(&-256),
        of(&-257),
        of(&i64::MIN),
        of(&i64::MAX),
        of(&u64::MAX),
        of(&(u128::from(u64::MAX) + 1)),
        of(&u128::MAX),
        of(&i128::MIN),
        of(&i128::MAX),
        of(&0.0),
        of(&-0.0),
        of(&1.0),
        of(&f64::NAN),
        of(&f64::INFINITY),
        of(&f64::NEG_INFINITY),
    ];
    all_differ(&numbers);
}

#[track_caller]
fn all_differ(fingerprints: &[Fingerprint]) {
    for (i, a) in fingerprints.iter().enumerate() {
        for (j, b) in fingerprints[..i].iter().enumerate() {
            assert_ne!(a, b, "number {i} and number {j}");
        }
    }
}

#[test]
fn floats_count_by_their_bits() {
    assert_eq!(of(&0.5_f32), of(&0.5_f64));
    assert_eq!(of(&f64::NAN), of(&f64::from_bits(f64::NAN.to_bits() | 1)));
    assert_eq!(of(&f64::NAN), of(&-f32::NAN));
    assert_ne!(of(&0.1_f32), of(&0.1_f64));
}

#[test]
fn nothing_has_four_forms() {
    #[derive(Serialize)]
    struct Absent {
        cents: u32,
        to: &'static str,
    }
    assert_ne!(
        of(&CHARGE),
        of(&Absent {
            cents: 500,
            to: "alice"
        })
    );
    all_differ(&[
        of(&None::<u8>),
        of(&()),
        of(&Some(None::<u8>)),
        of(&Some(())),
        of(&Some(Some(None::<u8>))),
    ]);
    assert_eq!(of(&()), of(&serde_json::Value::Null));
}

#[test]
fn some_is_what_it_holds() {
    assert_eq!(of(&Some(5)), of(&5));
    assert_eq!(of(&Some(Some("a"))), of(&"a"));
}

#[test]
fn alike_looking_values_of_different_kinds_differ() {
    all_differ(&[
        of("5"),
        of(&5),
        of(&[5]),
        of(&Bytes(vec![5])),
        of(&Bytes(b"5".to_vec())),
        of(&true),
        of("true"),
        of(""),
        of(&Bytes(vec![])),
        of::<[u8]>(&[]),
        of(&BTreeMap::<u8, u8>::new()),
        of(&BTreeMap::from([(5, 5)])),
        of(&BTreeMap::from([("5", 5)])),
        of(&[[5, 5]]),
        of(&[5, 5]),
    ]);
}

#[test]
fn the_same_content_in_other_clothes_agrees() {
    #[derive(Serialize)]
    struct Newtype(u8);
    #[derive(Serialize)]
    struct Unit;
    #[derive(Serialize)]
    struct Pair(u8, u8);
    assert_eq!(of(&Newtype(5)), of(&5));
    assert_eq!(of(&Unit), of(&()));
    assert_eq!(of(&Pair(1, 2)), of(&vec![1, 2]));
    assert_eq!(of(&(1, 2)), of(&[1, 2]));
    assert_eq!(of(&'x'), of("x"));
    let id = idem_core::IdempotencyKey::generate();
    assert_eq!(of(&id), of(id.as_str()));
}

#[test]
fn variants_count_by_name() {
    #[derive(Serialize)]
    enum Before {
        A,
        B(u8),
        C { x: u8 },
        D(u8, u8),
    }
    #[derive(Serialize)]
    enum After {
        D(u8, u8),
        C { x: u8 },
        B(u8),
        A,
    }
    assert_eq!(of(&Before::A), of(&After::A));
    assert_eq!(of(&Before::B(1)), of(&After::B(1)));
    assert_eq!(of(&Before::C { x: 1 }), of(&After::C { x: 1 }));
    assert_eq!(of(&Before::D(1, 2)), of(&After::D(1, 2)));
    all_differ(&[
        of(&Before::A),
        of(&Before::B(1)),
        of(&Before::C { x: 1 }),
        of(&Before::D(1, 2)),
    ]);
    assert_eq!(of(&Before::C { x: 1 }), of(&json!({ "C": { "x": 1 } })));
}

#[test]
fn a_byte_that_moves_between_parts_or_strings_counts() {
    all_differ(&[
        of_parts(&["ab", "c"]),
        of_parts(&["a", "bc"]),
        of_parts(&["abc"]),
        of_parts(&["abc", ""]),
        of_parts(&["", "abc"]),
        of_parts(&[]),
        of_parts(&[""]),
        of_parts(&["", ""]),
        of(&("ab", "c")),
        of(&("a", "bc")),
        of(&["abc"]),
        of(&(("ab",), "c")),
        of(&("ab", ("c",))),
    ]);
}

#[test]
fn a_part_that_fails_adds_nothing() {
    struct Fails;
    impl Serialize for Fails {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeMap as _;
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry("a", &1)?;
            Err(serde::ser::Error::custom("no such thing"))
        }
    }
    let mut builder = FingerprintBuilder::default();
    builder.part("ab").unwrap();
    let error = builder.part(&Fails).unwrap_err();
    assert_eq!(
        error.to_string(),
        "argument 1 can't be fingerprinted: no such thing"
    );
    builder.part("c").unwrap();
    assert_eq!(builder.finish(), of_parts(&["ab", "c"]));
}

/// Whether a value has something that JSON shows as something else: `None` and `()` as `null`,
/// bytes as numbers, keys as strings, an `f32` (with `arbitrary_precision`) as fewer digits.
fn json_shows_less(value: &Any) -> bool {
    let value = format!("{value:?}");
    [
        "None",
        "(())",
        "UnitStruct",
        "Some(Null)",
        "inf",
        "Bytes",
        "Maps",
        "Floats",
        "Tuple('",
        "Internal(Struct",
    ]
    .iter()
    .any(|word| value.contains(word))
}

proptest! {
    #[test]
    fn equal_values_agree_and_others_differ(a in anything(), b in anything()) {
        prop_assert_eq!(of(&a), of(&a.clone()));
        prop_assert!(a == b || of(&a) != of(&b));
    }

    #[test]
    fn shuffled_maps_agree(
        (there, back) in prop::collection::hash_map(any::<String>(), any::<u8>(), 0..20)
            .prop_map(Vec::from_iter)
            .prop_flat_map(|entries| (Just(entries.clone()), Just(entries).prop_shuffle()))
    ) {
        fn borrow(entries: &[(String, u8)]) -> Vec<(&str, u8)> {
            entries.iter().map(|(key, value)| (&**key, *value)).collect()
        }
        prop_assert_eq!(of(&Pairs(&borrow(&there))), of(&Pairs(&borrow(&back))));
        let json: serde_json::Value = back.into_iter().collect();
        prop_assert_eq!(of(&Pairs(&borrow(&there))), of(&json));
    }

    #[test]
    fn a_value_and_the_json_of_it_agree(value in anything()) {
        prop_assume!(!json_shows_less(&value));
        if let Ok(json) = serde_json::to_value(&value) {
            prop_assert_eq!(of(&value), of(&json));
        }
    }
}
