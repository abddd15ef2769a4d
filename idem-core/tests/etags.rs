//! Entity tags: what RFC 9110, section 8.8.3, takes for one, and which are equal.

use idem_core::{ETag, HasVersion, InvalidETag, Version};
use proptest::prelude::*;
use uuid::Uuid;

#[expect(clippy::unwrap_used, reason = "a failure here fails the test")]
fn tag(header: &str) -> ETag {
    header.parse().unwrap()
}

fn read(value: &[u8]) -> Result<(bool, Vec<u8>), InvalidETag> {
    ETag::try_from(value).map(|tag| (tag.is_weak(), tag.opaque().to_vec()))
}

#[test]
fn every_byte_but_controls_spaces_and_quotes_is_part_of_a_tag() {
    for byte in 0..=u8::MAX {
        let allowed = !matches!(byte, 0..=0x20 | b'"' | 0x7f);
        let text = [b'a', byte];
        let refused = InvalidETag::NotAllowed { position: 1, byte };
        match ETag::strong(text) {
            Ok(tag) => assert!(allowed && tag.opaque() == text, "{byte:#x}"),
            Err(error) => assert!(!allowed && error == refused, "{byte:#x}"),
        }
        assert_eq!(ETag::weak(text).is_ok(), allowed, "{byte:#x}");
        let header = [b'"', b'a', byte, b'"'];
        match read(&header) {
            Ok((weak, opaque)) => assert!(allowed && !weak && opaque == text, "{byte:#x}"),
            Err(InvalidETag::NotAlone) => assert_eq!(byte, b'"'),
            Err(error) => assert!(!allowed && error == refused, "{byte:#x}"),
        }
    }
}

#[test]
fn a_tag_is_read_from_its_header() {
    // The first three are the examples of RFC 9110, section 8.8.3.
    for (header, weak, opaque) in [
        ("\"xyzzy\"", false, "xyzzy"),
        ("W/\"xyzzy\"", true, "xyzzy"),
        ("\"\"", false, ""),
        ("W/\"\"", true, ""),
        (" \t\"a\"\t ", false, "a"),
        ("\"a,b\"", false, "a,b"),
        ("\"a\\\"", false, "a\\"), // a backslash is a byte like any other
        ("\"W/\"", false, "W/"),
        ("\"\u{e9}\"", false, "\u{e9}"),
    ] {
        let expected = Ok((weak, opaque.as_bytes().to_vec()));
        assert_eq!(read(header.as_bytes()), expected, "{header}");
        assert_eq!(header.parse::<ETag>(), ETag::try_from(header.as_bytes()));
    }
}

#[test]
fn what_is_no_tag_is_refused() {
    for (header, error) in [
        ("", InvalidETag::Unquoted),
        ("7", InvalidETag::Unquoted),
        ("*", InvalidETag::Unquoted),
        ("W/7", InvalidETag::Unquoted),
        ("w/\"7\"", InvalidETag::Unquoted), // `weak` is case-sensitive
        ("W/ \"7\"", InvalidETag::Unquoted),
        ("W\"7\"", InvalidETag::Unquoted),
        ("\"", InvalidETag::Unterminated),
        ("\"7", InvalidETag::Unterminated),
        ("\"7\"8", InvalidETag::NotAlone),
        ("\"7\", \"8\"", InvalidETag::NotAlone),
        ("\"7\\\"8\"", InvalidETag::NotAlone),
    ] {
        assert_eq!(header.parse::<ETag>(), Err(error), "{header}");
    }
}

#[test]
fn the_length_is_bounded_and_counted_without_quotes() {
    let longest = "a".repeat(ETag::MAX_LENGTH);
    let longer = "a".repeat(1025);
    let too_long = Err(InvalidETag::TooLong { length: 1025 });
    assert!(ETag::strong(&longest).is_ok());
    assert!(read(format!("W/\"{longest}\"").as_bytes()).is_ok());
    assert_eq!(ETag::weak(&longer), too_long);
    assert_eq!(format!("\"{longer}\"").parse::<ETag>(), too_long);
}

#[test]
fn a_tag_is_shown_as_in_its_header() {
    let tag = ETag::weak("\u{e9}").unwrap();
    assert_eq!(tag.to_string(), "W/\"\u{e9}\"");
    assert_eq!(format!("{tag:?}"), r#"ETag(W/\"\xc3\xa9\")"#);
    let latin_1 = ETag::strong(b"\xe9").unwrap();
    assert_eq!(latin_1.to_header(), b"\"\xe9\"");
    assert_eq!(latin_1.to_string(), "\"\u{fffd}\"");
}

#[test]
fn tags_are_compared_as_in_the_table_of_section_8_8_3_2() {
    for (one, other, strong, weak) in [
        (r#"W/"1""#, r#"W/"1""#, false, true),
        (r#"W/"1""#, r#"W/"2""#, false, false),
        (r#"W/"1""#, r#""1""#, false, true),
        (r#""1""#, r#""1""#, true, true),
        // Not in the table: case counts, and so does every byte.
        (r#""a""#, r#""A""#, false, false),
        (r#""1""#, r#""01""#, false, false),
    ] {
        let (one, other) = (tag(one), tag(other));
        assert_eq!(one.strong_eq(&other), strong, "{one} {other}");
        assert_eq!(other.strong_eq(&one), strong, "{other} {one}");
        assert_eq!(one.weak_eq(&other), weak, "{one} {other}");
        assert_eq!(other.weak_eq(&one), weak, "{other} {one}");
    }
}

#[test]
fn a_version_makes_a_strong_tag() {
    for (version, header) in [
        (Version::Integer(7), "\"7\""),
        (Version::Integer(-7), "\"-7\""),
        (Version::Timestamp(1_234_567), "\"1234567\""),
        (
            Version::Uuid(Uuid::from_u128(7)),
            "\"00000000-0000-0000-0000-000000000007\"",
        ),
    ] {
        assert_eq!(ETag::from(version), tag(header));
        assert!(!ETag::from(version).is_weak());
    }
}

#[test]
fn a_row_has_the_tag_of_its_version() {
    struct Row(i16);
    impl HasVersion for Row {
        type Version = i16;
        fn version(&self) -> &i16 {
            &self.0
        }
    }
    assert_eq!(ETag::of(&Row(7)), tag("\"7\""));
}

proptest! {
    #[test]
    fn a_tag_is_read_back_from_its_header(weak: bool, text: Vec<u8>) {
        let text: Vec<u8> = text.into_iter().filter(|byte| ETag::strong([*byte]).is_ok()).collect();
        let tag = if weak { ETag::weak(&text) } else { ETag::strong(&text) }?;
        prop_assert_eq!(tag.opaque(), text);
        prop_assert_eq!(ETag::try_from(tag.to_header().as_slice()), Ok(tag));
    }

    #[test]
    fn a_tag_of_text_is_read_back_from_what_is_shown(weak: bool, text in "[!#-~\u{80}-\u{10ffff}]*") {
        let tag = if weak { ETag::weak(&text) } else { ETag::strong(&text) }?;
        prop_assert_eq!(tag.to_string().parse(), Ok(tag));
    }
}
