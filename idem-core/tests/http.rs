//! What the HTTP edge reads and writes.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, SET_COOKIE};
use http::{Request, StatusCode};
use idem_core::http::{
    IDEMPOTENCY_KEY, KeyHeaders, RequestFingerprint, StoredResponse, X_IDEMPOTENCY_KEY,
    X_REQUEST_ID, is_final,
};
use idem_core::{Fingerprint, InvalidKey, Lost, Rejection};
use proptest::prelude::*;
use std::time::Duration;

fn headers(lines: &[(http::HeaderName, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(name, value.parse().unwrap());
    }
    headers
}

/// A fingerprint by the rule of the house: of a POST with this target, content type and body.
fn of(target: &str, content_type: &str, body: &[u8]) -> Fingerprint {
    let request = Request::post(target)
        .header(CONTENT_TYPE, content_type)
        .body(())
        .unwrap();
    RequestFingerprint::default()
        .of(&request.into_parts().0, body)
        .unwrap()
}

fn of_json(body: &str) -> Fingerprint {
    of("/pay", "application/json", body.as_bytes())
}

#[test]
fn a_header_in_two_lines_is_no_key() {
    for [first, second] in [["a", "b"], ["a", "a"], ["\"a\"", "\"a\""], ["", "a"]] {
        let headers = headers(&[(IDEMPOTENCY_KEY, first), (IDEMPOTENCY_KEY, second)]);
        let error = KeyHeaders::default().required(&headers).unwrap_err();
        assert!(matches!(error, Rejection::InvalidKey(_)), "{error}");
    }
}

#[test]
fn other_headers_count_only_where_they_are_chosen_and_after_the_first() {
    let all = headers(&[
        (X_REQUEST_ID, "request"),
        (X_IDEMPOTENCY_KEY, "x"),
        (IDEMPOTENCY_KEY, "standard"),
    ]);
    let others = headers(&[(X_REQUEST_ID, "request"), (X_IDEMPOTENCY_KEY, "x")]);
    let keys = KeyHeaders::default()
        .or_x_idempotency_key()
        .or_x_request_id();
    let read = |keys: &KeyHeaders, headers| keys.read(headers).unwrap().map(String::from);
    assert_eq!(read(&keys, &all).as_deref(), Some("standard"));
    assert_eq!(read(&keys, &others).as_deref(), Some("x"));
    assert_eq!(read(&KeyHeaders::default(), &others), None);
    // A key that is there and malformed isn't passed over for another.
    let malformed = headers(&[(IDEMPOTENCY_KEY, "a b"), (X_REQUEST_ID, "request")]);
    assert!(matches!(
        keys.read(&malformed),
        Err(InvalidKey::NotVisibleAscii { .. })
    ));
}

#[test]
fn the_form_of_json_does_not_count_and_what_it_says_does() {
    let first = of_json(r#"{"a":[1,{"b":"é","c":null}],"d":true}"#);
    for same in [
        "{\n \"d\": true, \"a\": [ 1, { \"c\": null, \"b\": \"\\u00e9\" } ] }\n",
        r#"{"a":[1,{"b":"\u00E9","c":null}],"d":true}"#,
    ] {
        assert_eq!(of_json(same), first, "{same}");
    }
    for other in [
        r#"{"a":[1,{"b":"é","c":0}],"d":true}"#,
        r#"{"a":[{"b":"é","c":null},1],"d":true}"#,
        r#"{"a":["1",{"b":"é","c":null}],"d":true}"#,
        r#"{"a":[1,{"b":"é","c":"null"}],"d":true}"#,
        r#"{"a":[1,{"b":"é","c":null}],"d":"true"}"#,
        r#"{"a":[1,{"b":"é","c":null}],"d":true,"d":true}"#,
        r#"{"a":[1,{"b":"é"}],"d":true}"#,
    ] {
        assert_ne!(of_json(other), first, "{other}");
    }
}

#[test]
fn numbers_count_to_the_last_digit() {
    for (one, other) in [
        ("100000000000000000001", "100000000000000000002"),
        ("19.99", "19.9900000000000000001"),
        ("0.1", "0.1000000000000000055"),
        ("1e400", "2e400"),
        ("1", "\"1\""),
        ("1", "1.0"),
    ] {
        assert_ne!(of_json(one), of_json(other), "{one} {other}");
    }
}

#[test]
fn a_body_is_json_only_if_it_says_so_and_is() {
    let (one, other) = (&br#"{"a":1}"#[..], &br#"{ "a":1}"#[..]);
    for json in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/vnd.x+json",
    ] {
        assert_eq!(of("/", json, one), of("/", json, other), "{json}");
    }
    for text in ["text/plain", "application/jsonp", "json", ""] {
        assert_ne!(of("/", text, one), of("/", text, other), "{text}");
    }
    for broken in ["{\"a\":1", "{\"a\":\"\\ud800\"}", "\u{feff}1", "1 2"] {
        let spaced = format!(" {broken}");
        assert_eq!(of_json(broken), of_json(broken));
        assert_ne!(of_json(broken), of_json(&spaced), "{broken:?}");
    }
    assert_ne!(
        of_json("{\"a\":\"\\ud800\"}"),
        of_json("{\"a\":\"\\ud801\"}")
    );
}

#[test]
fn a_deep_text_is_told_from_another_without_overflowing() {
    let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_ne!(of_json(&deep("1")), of_json(&deep("2")));
    assert_eq!(of_json(&deep("1")), of_json(&deep("1")));
}

#[test]
fn method_path_query_and_chosen_headers_count() {
    let fingerprint = |method, target, version: Option<&str>, rule: &RequestFingerprint| {
        let mut request = Request::builder().method(method).uri(target);
        if let Some(version) = version {
            request = request.header("api-version", version);
        }
        let head = request.body(()).unwrap().into_parts().0;
        rule.of(&head, b"").unwrap()
    };
    let plain = RequestFingerprint::default();
    let versioned = plain.clone().header("api-version".parse().unwrap());
    let first = fingerprint("POST", "/pay?a=1", None, &plain);
    assert_eq!(fingerprint("POST", "/pay?a=1", Some("2"), &plain), first);
    assert_eq!(
        fingerprint("POST", "https://shop.example/pay?a=1", None, &plain),
        first
    );
    for (method, target) in [
        ("PUT", "/pay?a=1"),
        ("POST", "/pay/?a=1"),
        ("POST", "/pay?a=2"),
        ("POST", "/pay"),
    ] {
        assert_ne!(
            fingerprint(method, target, None, &plain),
            first,
            "{method} {target}"
        );
    }
    assert_ne!(
        fingerprint("POST", "/pay?", None, &plain),
        fingerprint("POST", "/pay", None, &plain)
    );
    let of_version = |version| fingerprint("POST", "/pay", version, &versioned);
    assert_ne!(of_version(Some("1")), of_version(Some("2")));
    assert_ne!(of_version(Some("")), of_version(None));
}

#[test]
fn nothing_moves_from_the_query_into_the_body() {
    assert_ne!(of("/?a", "text/plain", b"b"), of("/?", "text/plain", b"ab"));
    assert_ne!(of("/a", "text/plain", b""), of("/", "text/plain", b"a"));
}

#[test]
fn refusals_before_an_operation_begins_and_passing_failures_are_not_final() {
    for status in [
        400, 401, 403, 405, 408, 413, 415, 422, 425, 429, 500, 502, 503, 504, 511, 599,
    ] {
        assert!(!is_final(StatusCode::from_u16(status).unwrap()), "{status}");
    }
    for status in [200, 201, 202, 204, 301, 303, 402, 404, 409, 410, 412, 451] {
        assert!(is_final(StatusCode::from_u16(status).unwrap()), "{status}");
    }
}

#[test]
fn every_refusal_is_a_problem_document_with_a_stable_type() {
    let key = "k".parse().unwrap();
    let refusals = [
        (Rejection::MissingKey, 400, "urn:idem:missing-key"),
        (
            Rejection::InvalidKey(InvalidKey::Empty),
            400,
            "urn:idem:invalid-key",
        ),
        (
            Rejection::KeyReused {
                operation: "op".into(),
                key,
            },
            422,
            "urn:idem:key-reused",
        ),
        (
            Rejection::InFlight {
                retry_after: Duration::ZERO,
            },
            409,
            "urn:idem:in-flight",
        ),
        (
            Rejection::LostClaim {
                operation: "op".into(),
                lost: Lost::Lease,
            },
            503,
            "urn:idem:lost-claim",
        ),
    ];
    for (refusal, status, kind) in refusals {
        let response = refusal.response();
        assert_eq!(response.status(), status, "{refusal}");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        let document: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(document["type"], kind);
        assert_eq!(document["status"], status);
        assert!(document["title"].is_string() && document["detail"].is_string());
        let retry_after = response.headers().get("retry-after");
        assert_eq!(retry_after.is_some(), status == 409, "{refusal}");
        assert!(
            retry_after.is_none_or(|seconds| seconds == "1"),
            "at once is too soon"
        );
    }
}

#[test]
fn a_text_that_is_no_response_is_refused() {
    for text in [
        "null",
        r#"{"status":99,"headers":[],"body":""}"#,
        r#"{"status":200,"headers":[["a b","x"]],"body":""}"#,
        r#"{"status":200,"headers":[["a","\n"]],"body":""}"#,
        r#"{"status":200,"headers":[["a","€"]],"body":""}"#,
        r#"{"status":200,"headers":[],"body":{"base64":"?"}}"#,
        r#"{"status":200,"headers":[],"body":7}"#,
    ] {
        assert!(StoredResponse::from_text(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn a_response_comes_back_byte_for_byte(
        status in 200_u16..600,
        value in prop::collection::vec(prop_oneof![Just(b'\t'), 0x20_u8..0x7f, 0x80_u8..=0xff], 0..20),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut headers = HeaderMap::new();
        headers.append("x-a", HeaderValue::from_bytes(&value).unwrap());
        headers.append("x-a", HeaderValue::from_static("second"));
        headers.append(SET_COOKIE, HeaderValue::from_static("secret"));
        let stored = StoredResponse::new(StatusCode::from_u16(status).unwrap(), &headers, body.clone());
        let text = stored.to_text().unwrap();
        prop_assert!(!text.contains("secret") && !text.contains('\0'));
        let read = StoredResponse::from_text(&text).unwrap();
        prop_assert_eq!(&read, &stored);
        prop_assert_eq!(read.body, Some(body));
        prop_assert_eq!(read.headers.get_all("x-a").iter().count(), 2);
        let bodiless = StoredResponse::without_body(stored.status, &headers);
        prop_assert_eq!(StoredResponse::from_text(&bodiless.to_text().unwrap()).unwrap(), bodiless);
    }

    #[test]
    fn json_and_its_compact_form_are_one(value in "[a-z\"\\\\é ]{0,6}", number in any::<i64>()) {
        let document = serde_json::json!({ "z": [value, number], "a": { (value.clone()): null } });
        prop_assert_eq!(
            of_json(&serde_json::to_string_pretty(&document).unwrap()),
            of_json(&document.to_string())
        );
    }
}
