//! Conditional requests: what RFC 9110 and RFC 6585 say of them, sentence by sentence, and what holds
//! of every header.

use idem_core::{
    ETag, Expected, IfMatch, IfNoneMatch, InvalidETagList, Precondition, VersionValue,
};
use proptest::prelude::*;
use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

const NO_LINES: [&str; 0] = [];

#[expect(clippy::unwrap_used, reason = "a failure here fails the test")]
fn tag(header: &str) -> ETag {
    header.parse().unwrap()
}

#[expect(clippy::unwrap_used, reason = "a failure here fails the test")]
fn if_match(header: &str) -> IfMatch {
    IfMatch::required([header]).unwrap()
}

#[expect(clippy::unwrap_used, reason = "a failure here fails the test")]
fn if_none_match(header: &str) -> IfNoneMatch {
    IfNoneMatch::from_lines([header]).unwrap().unwrap()
}

/// The numbered sentences of sections 13.1.1 and 13.1.2, each about a resource with the tag `"7"`,
/// with the tag `W/"7"`, and that isn't there.
#[test]
fn if_match_holds_for_what_is_there_and_strongly_equal() {
    for (header, strong, weak, absent) in [
        ("*", true, true, false),
        (r#""7""#, true, false, false),
        (r#""6", "7""#, true, false, false),
        (r#"W/"7""#, false, false, false),
        (r#""6""#, false, false, false),
        ("", false, false, false),
    ] {
        let header = if_match(header);
        for (current, holds) in [
            (Some(tag(r#""7""#)), strong),
            (Some(tag(r#"W/"7""#)), weak),
            (None, absent),
        ] {
            let current = current.as_ref();
            assert_eq!(header.matches(current), holds, "{header} {current:?}");
            let checked = header.check(current);
            assert_eq!(checked.is_ok(), holds, "{header} {current:?}");
            assert!(matches!(checked, Ok(()) | Err(Precondition::Failed)));
        }
    }
}

#[test]
fn if_none_match_fails_for_what_is_there_and_weakly_equal() {
    for (header, strong, weak, absent) in [
        ("*", true, true, false),
        (r#""7""#, true, true, false),
        (r#""6", W/"7""#, true, true, false),
        (r#""6""#, false, false, false),
        ("", false, false, false),
    ] {
        let header = if_none_match(header);
        for (current, fails) in [
            (Some(tag(r#""7""#)), strong),
            (Some(tag(r#"W/"7""#)), weak),
            (None, absent),
        ] {
            let current = current.as_ref();
            assert_eq!(header.matches(current), fails, "{header} {current:?}");
            let checked = header.check(current);
            assert_eq!(checked.is_err(), fails, "{header} {current:?}");
            assert!(matches!(checked, Ok(()) | Err(Precondition::Failed)));
            if let Some(current) = current {
                assert_eq!(header.is_not_modified(current), fails);
            }
        }
    }
}

#[test]
fn only_a_star_asks_for_a_write_if_there_is_none() {
    assert!(if_none_match("*").is_only_if_none());
    for header in ["", r#""*""#, r#""7""#] {
        assert!(!if_none_match(header).is_only_if_none(), "{header}");
    }
}

#[test]
fn a_request_without_the_header_is_unconditional_unless_it_is_required() {
    assert_eq!(IfMatch::from_lines(NO_LINES), Ok(None));
    assert_eq!(IfNoneMatch::from_lines(NO_LINES), Ok(None));
    assert_eq!(IfMatch::required(NO_LINES), Err(Precondition::Required));
    // It was sent, if with nothing in it: 412, not 428.
    assert_eq!(IfMatch::required([""]), Ok(IfMatch::Tags(vec![])));
}

#[test]
fn a_malformed_header_is_never_taken_for_an_absent_one() {
    for header in ["7", r#""7"#, r#""6" "7""#, r#"*, "7""#, "any"] {
        let error = IfMatch::required([header]).unwrap_err();
        assert_eq!(IfMatch::from_lines([header]), Err(error.clone()));
        let Precondition::Malformed { header: name, .. } = error else {
            panic!("{header}: {error}");
        };
        assert_eq!(name, "If-Match");
        let error = IfNoneMatch::from_lines([header]).unwrap_err();
        assert!(
            error.to_string().starts_with("If-None-Match is malformed"),
            "{error}"
        );
    }
}

#[test]
fn every_refusal_has_its_status_and_says_what_to_mend() {
    let malformed = IfMatch::required(["7"]).unwrap_err();
    for (error, status, kind, detail) in [
        (
            Precondition::Required,
            428,
            "urn:idem:precondition-required",
            "this request needs an If-Match header with the ETag of what it changes",
        ),
        (
            Precondition::Failed,
            412,
            "urn:idem:precondition-failed",
            "the resource isn't in the state that this request is for",
        ),
        (
            malformed.clone(),
            400,
            "urn:idem:invalid-precondition",
            r#"If-Match is malformed: element 1: an entity tag is written in double quotes, as in "7" or W/"7""#,
        ),
    ] {
        let problem = error.problem();
        assert_eq!((error.status(), problem.status), (status, status));
        assert_eq!((problem.kind, problem.detail.as_str()), (kind, detail));
    }
    let source = malformed.source().and_then(|source| source.downcast_ref());
    assert!(matches!(
        source,
        Some(InvalidETagList::NotATag { element: 1, .. })
    ));
}

#[test]
fn a_header_is_shown_as_it_is_sent() {
    for header in ["*", "", r#""7""#, "W/\"6\", \"a,b\", \"\u{e9}\""] {
        assert_eq!(if_match(header).to_string(), header);
        assert_eq!(if_none_match(header).to_string(), header);
        assert_eq!(if_match(header).to_header(), header.as_bytes());
        assert_eq!(if_none_match(header).to_header(), header.as_bytes());
    }
}

#[test]
fn expected_versions_are_those_of_strong_tags_that_are_versions() {
    for (header, versions) in [
        (r#""7""#, Expected::Exactly(7)),
        (r#""7", "7""#, Expected::Exactly(7)),
        (r#"W/"6", "7", "x""#, Expected::Exactly(7)),
        (r#""6", "7", "6""#, Expected::OneOf(vec![6, 7])),
        (r#"W/"7""#, Expected::OneOf(vec![])),
        (r#""07", "+7", "7,", "40000""#, Expected::OneOf(vec![])),
        ("", Expected::OneOf(vec![])),
        ("*", Expected::Any),
    ] {
        assert_eq!(if_match(header).expected::<i16>(), versions, "{header}");
    }
    let latin_1 = IfMatch::Tags(ETag::strong(b"\xe9").into_iter().collect());
    assert_eq!(latin_1.expected::<i16>(), Expected::OneOf(vec![]));
}

/// A tag of any bytes that a tag can have, commas and backslashes included.
fn any_tag() -> impl Strategy<Value = ETag> {
    let byte = prop_oneof![
        4 => b'0'..=b'9',
        1 => Just(b','),
        2 => prop_oneof![Just(0x21), 0x23..=0x7e_u8, 0x80..=0xff_u8],
    ];
    (any::<bool>(), prop::collection::vec(byte, 0..12)).prop_map(|(weak, text)| {
        let tag = if weak {
            ETag::weak(text)
        } else {
            ETag::strong(text)
        };
        #[expect(clippy::unwrap_used, reason = "a failure here fails the test")]
        tag.unwrap()
    })
}

/// Lines of arbitrary bytes, or of pieces of lists in any order.
fn any_lines() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let piece = prop_oneof![
        3 => any_tag().prop_map(|tag| tag.to_header()),
        3 => Just(b",".to_vec()),
        1 => prop::sample::select(vec!["*", " ", "\t", "\"", "W/", "w/\"a\"", "\\", "a"])
            .prop_map(|piece| piece.as_bytes().to_vec()),
    ];
    let line = prop_oneof![
        4 => prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat()),
        1 => prop::collection::vec(any::<u8>(), 0..16),
    ];
    prop::collection::vec(line, 0..4)
}

fn allowed_as_matched<V: VersionValue>(version: &V, others: Vec<ETag>) {
    let current = ETag::from(version.to_version());
    let mut tags = others;
    let without = IfMatch::Tags(tags.clone());
    assert_eq!(
        without.expected::<V>().allows(version),
        without.matches(Some(&current))
    );
    tags.push(current.clone());
    let with = IfMatch::Tags(tags);
    assert!(with.matches(Some(&current)) && with.expected::<V>().allows(version));
}

proptest! {
    #[test]
    fn a_list_is_read_back_from_its_header(tags in prop::collection::vec(any_tag(), 0..8)) {
        let header = IfMatch::Tags(tags.clone()).to_header();
        prop_assert_eq!(IfMatch::from_lines([&header]), Ok(Some(IfMatch::Tags(tags.clone()))));
        // One line for each is the same list.
        let lines = tags.iter().map(ETag::to_header);
        let read = IfMatch::from_lines(lines);
        prop_assert_eq!(read, Ok((!tags.is_empty()).then_some(IfMatch::Tags(tags))));
    }

    #[test]
    fn whatever_is_sent_is_refused_or_read_back_equal(lines in any_lines()) {
        match IfMatch::from_lines(&lines) {
            Ok(Some(read)) => {
                prop_assert_eq!(IfMatch::from_lines([read.to_header()]), Ok(Some(read)));
            }
            Ok(None) => prop_assert!(lines.is_empty()),
            Err(error) => prop_assert_eq!(error.status(), 400),
        }
        match IfNoneMatch::from_lines(&lines) {
            Ok(Some(read)) => {
                prop_assert_eq!(IfNoneMatch::from_lines([read.to_header()]), Ok(Some(read)));
            }
            Ok(None) => prop_assert!(lines.is_empty()),
            Err(error) => prop_assert_eq!(error.status(), 400),
        }
        for line in &lines {
            if let Ok(tag) = ETag::try_from(line.as_slice()) {
                prop_assert_eq!(ETag::try_from(tag.to_header().as_slice()), Ok(tag));
            }
        }
    }

    #[test]
    fn a_write_is_allowed_exactly_where_the_tags_match(
        integer in 0..120_i64,
        uuid in any::<u128>(),
        micros in 0..i64::MAX as u64 / 2,
        others in prop::collection::vec(any_tag(), 0..8),
    ) {
        allowed_as_matched(&integer, others.clone());
        allowed_as_matched(&Uuid::from_u128(uuid), others.clone());
        let time: SystemTime = UNIX_EPOCH + Duration::from_micros(micros);
        allowed_as_matched(&time, others);
    }
}
