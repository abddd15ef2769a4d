//! What `encode` writes, `decode` gives back.

mod shapes;

use idem_core::{decode, encode};
use proptest::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shapes::{Any, Bytes, Ordered, anything, float, float32, json, text};
use std::collections::BTreeMap;
use std::fmt::Debug;

#[track_caller]
#[expect(clippy::unwrap_used, reason = "a failure here fails the test")]
fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, expected: &str) {
    let text = encode(&value).unwrap();
    assert_eq!(text, expected);
    assert_eq!(decode::<T>(&text).unwrap(), value);
}

#[expect(clippy::unwrap_used, reason = "a failure here fails the test")]
fn message<T: DeserializeOwned + Debug>(text: &str) -> String {
    decode::<T>(text).unwrap_err().to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_value_comes_back(value in anything()) {
        let text = encode(&value).unwrap();
        prop_assert!(!text.contains('\0'));
        prop_assert_eq!(decode::<Any>(&text).unwrap(), value);
    }

    #[test]
    fn what_json_holds_is_written_as_serde_json_writes_it(value in json(), plain in plain()) {
        prop_assume!(!encode(&value).unwrap().contains("\"$$"));
        prop_assert_eq!(encode(&value).unwrap(), serde_json::to_string(&value).unwrap());
        prop_assert_eq!(encode(&plain).unwrap(), serde_json::to_string(&plain).unwrap());
    }

    #[test]
    fn floats_come_back_to_the_last_bit(wide in float(), narrow in any::<u32>()) {
        let text = encode(&wide).unwrap();
        prop_assert_eq!(decode::<f64>(&text).unwrap().to_bits(), wide.to_bits());
        let narrow = f32::from_bits(narrow);
        let again: f32 = decode(&encode(&narrow).unwrap()).unwrap();
        prop_assert!(again.to_bits() == narrow.to_bits() || (again.is_nan() && narrow.is_nan()));
    }

    #[test]
    fn a_cut_text_is_an_error(value in anything(), at in any::<prop::sample::Index>()) {
        let text = encode(&(value,)).unwrap();
        let cut = text.floor_char_boundary(at.index(text.len()));
        prop_assert!(decode::<(Any,)>(&text[..cut]).is_err());
    }

    #[test]
    fn a_garbled_text_never_panics(
        value in anything(),
        at in any::<prop::sample::Index>(),
        noise in prop_oneof![Just(",".to_owned()), Just("{".to_owned()), Just("\"".to_owned()), text()],
    ) {
        let mut text = encode(&value).unwrap();
        let at = text.floor_char_boundary(at.index(text.len() + 1));
        text.insert_str(at, &noise);
        let _ = decode::<Any>(&text);
    }

    #[test]
    fn something_after_the_end_is_an_error(value in anything(), rest in "[^ \t\r\n]+") {
        prop_assert!(decode::<(Any,)>(&(encode(&(value,)).unwrap() + &rest)).is_err());
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Plain {
    id: u64,
    name: String,
    tags: Vec<char>,
    map: BTreeMap<i32, (f64, bool)>,
    maybe: Option<(i8, Option<String>)>,
}

fn plain() -> impl Strategy<Value = Plain> {
    let finite = proptest::num::f64::NORMAL | proptest::num::f64::ZERO;
    (
        any::<u64>(),
        any::<String>(),
        any::<Vec<char>>(),
        prop::collection::btree_map(any::<i32>(), (finite, any::<bool>()), 0..4),
        any::<Option<(i8, Option<String>)>>(),
    )
        .prop_map(|(id, name, tags, map, maybe)| Plain {
            id,
            name,
            tags,
            map,
            maybe,
        })
}

#[test]
fn every_layer_of_an_option_comes_back() {
    type Nested = Option<Option<Option<u8>>>;
    comes_back::<Nested>(None, "null");
    comes_back::<Nested>(Some(None), r#"{"$some":null}"#);
    comes_back::<Nested>(Some(Some(None)), r#"{"$some":{"$some":null}}"#);
    comes_back::<Nested>(Some(Some(Some(7))), "7");
    comes_back(Some(()), r#"{"$some":null}"#);
    comes_back(None::<()>, "null");
    comes_back((), "null");
}

#[test]
fn an_option_of_json_tells_null_from_nothing() {
    comes_back(Some(serde_json::Value::Null), r#"{"$some":null}"#);
    comes_back(None::<serde_json::Value>, "null");
}

#[test]
fn a_key_that_looks_like_a_mark_is_a_key() {
    let map = |key: &str| BTreeMap::from([(key.to_owned(), None::<u8>)]);
    comes_back(map("$some"), r#"{"$$some":null}"#);
    comes_back(Some(map("$$some")), r#"{"$$$some":null}"#);
    comes_back(map("$float"), r#"{"$$float":null}"#);
    comes_back(serde_json::json!({ "$int": "5" }), r#"{"$$int":"5"}"#);
    comes_back(serde_json::json!({ "$ref": "5" }), r#"{"$ref":"5"}"#);
}

#[test]
fn a_string_that_looks_like_a_float_is_a_string() {
    comes_back("NaN".to_owned(), r#""NaN""#);
    comes_back(f64::INFINITY, r#"{"$float":"inf"}"#);
    comes_back((f64::NEG_INFINITY, -0.0), r#"[{"$float":"-inf"},-0.0]"#);
    assert!(decode::<f64>(&encode(&f64::NAN).unwrap()).unwrap().is_nan());
    assert!(decode::<f32>(&encode(&f32::NAN).unwrap()).unwrap().is_nan());
}

#[test]
fn an_f32_that_two_roundings_would_miss_comes_back() {
    comes_back(7.038531e-26_f32, "7.038530691851209e-26");
    comes_back(0.1_f32, "0.1");
}

#[test]
fn integers_come_back_at_their_limits() {
    comes_back(
        (i64::MIN, u64::MAX),
        "[-9223372036854775808,18446744073709551615]",
    );
    comes_back(u128::from(u64::MAX), "18446744073709551615");
    comes_back(
        u128::from(u64::MAX) + 1,
        r#"{"$int":"18446744073709551616"}"#,
    );
    comes_back(
        i128::from(i64::MIN) - 1,
        r#"{"$int":"-9223372036854775809"}"#,
    );
    comes_back(
        u128::MAX,
        r#"{"$int":"340282366920938463463374607431768211455"}"#,
    );
    comes_back(
        i128::MIN,
        r#"{"$int":"-170141183460469231731687303715884105728"}"#,
    );
}

#[test]
fn a_map_keeps_its_order() {
    let entries = [("z", 1), ("a", 2), ("m", 3)];
    let entries = entries.map(|(key, value)| (key.to_owned(), value));
    comes_back(Ordered(entries.to_vec()), r#"{"z":1,"a":2,"m":3}"#);
}

#[test]
fn a_nul_byte_is_escaped() {
    comes_back("a\0b".to_owned(), r#""a\u0000b""#);
    comes_back('\0', r#""\u0000""#);
}

#[test]
fn bytes_come_back_as_bytes() {
    comes_back(Bytes(vec![0, 255]), "[0,255]");
}

#[test]
fn float_keys_come_back() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Key(f64);
    #[derive(Debug, PartialEq)]
    struct Pairs(Vec<(Key, u8)>);
    impl Serialize for Pairs {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
        }
    }
    assert_eq!(encode(&Pairs(vec![(Key(0.5), 1)])).unwrap(), r#"{"0.5":1}"#);
    let error = encode(&Pairs(vec![(Key(f64::NAN), 1)])).unwrap_err();
    assert!(error.to_string().contains("finite"), "{error}");
}

#[test]
fn a_key_that_json_cannot_hold_is_refused() {
    let error = encode(&BTreeMap::from([((1, 2), 3)])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the value can't be stored: key must be a string"
    );
}

#[test]
fn a_field_that_looks_like_a_mark_is_refused() {
    #[derive(Serialize)]
    struct Field {
        #[serde(rename = "$some")]
        field: u8,
    }
    #[derive(Serialize)]
    enum Variant {
        #[serde(rename = "$int")]
        Newtype(u8),
    }
    for error in [encode(&Field { field: 1 }), encode(&Variant::Newtype(1))] {
        let error = error.unwrap_err().to_string();
        assert!(error.contains("is reserved"), "{error}");
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Deep(Vec<Deep>);

fn deep(levels: usize) -> Deep {
    (1..levels).fold(Deep(vec![]), |inner, _| Deep(vec![inner]))
}

#[test]
fn what_could_not_be_read_back_for_its_depth_is_refused() {
    let text = encode(&deep(127)).unwrap();
    assert_eq!(decode::<Deep>(&text).unwrap(), deep(127));
    let error = encode(&deep(128)).unwrap_err().to_string();
    assert!(error.contains("127 levels"), "{error}");
    assert!(decode::<Deep>(&format!("[{text}]")).is_err());
}

#[test]
fn marks_count_as_levels() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Chain(Option<Box<Chain>>);
    let chain = |links| (0..links).fold(Chain(None), |chain, _| Chain(Some(Box::new(chain))));
    let text = encode(&chain(127)).unwrap();
    assert_eq!(decode::<Chain>(&text).unwrap(), chain(127));
    for links in [128, 300] {
        assert!(encode(&chain(links)).is_err());
    }
}

#[test]
fn an_error_says_what_was_found_and_what_was_expected() {
    assert!(message::<u8>("\"x\"").contains("invalid type: string \"x\", expected u8"));
    assert!(message::<u8>("300").contains("300"));
    assert!(message::<(u8, u8)>("[1]").contains("invalid length 1"));
    assert!(message::<(u8, u8)>("[1,2,3]").contains("invalid length 3"));
    assert!(message::<u8>("1 2").contains("trailing"));
    assert!(message::<u8>("").contains("line 1 column 0"));
    assert!(message::<shapes::External>("\"Gone\"").contains("unknown variant `Gone`"));
    assert!(message::<shapes::External>("{}").contains("a variant is an object of one field"));
    assert!(message::<shapes::External>("[]").contains("invalid type: sequence"));
    assert!(message::<shapes::Inner>("{\"x\":1,\"x\":2}").contains("duplicate field"));
    assert!(message::<BTreeMap<u8, u8>>("{\"x\":1}").contains("expected u8"));
}

#[test]
fn a_mark_that_encode_never_writes_is_an_error() {
    for text in [
        r#"{"$float":"nan"}"#,
        r#"{"$float":1}"#,
        r#"{"$int":"5x"}"#,
        r#"{"$some":1,"b":2}"#,
        r#"{"b":2,"$some":1}"#,
    ] {
        assert!(decode::<serde_json::Value>(text).is_err(), "{text}");
    }
    assert!(message::<u8>(r#"{"$some":1}"#).contains("expected u8"));
}

#[test]
fn narrow_floats_in_an_untagged_enum_come_back() {
    proptest!(|(value in float32())| {
        let value = shapes::Internal::Struct { a: None, b: 0.0, c: value };
        let again: shapes::Internal = decode(&encode(&value).unwrap()).unwrap();
        prop_assert_eq!(again, value);
    });
}
