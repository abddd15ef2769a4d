//! The key in an HTTP header.

use super::{IdempotencyKey, InvalidKey};
use crate::white_space::trim;
use sfv::visitor::ParameterVisitor;
use sfv::{BareItemFromInput, KeyRef, Parser, Version};
use std::convert::Infallible;

impl IdempotencyKey {
    /// Reads the value of an `Idempotency-Key` header.
    ///
    /// The [draft] makes it a string of [RFC 8941, section 3.3.3]: quoted, with `\"` and `\\` as
    /// escapes. Parameters after it are ignored, as that RFC has it for what isn't defined. Many
    /// clients leave the quotes out; what they send is the same key as the quoted one. White space
    /// around it doesn't count.
    ///
    /// ```
    /// # use idem_core::{IdempotencyKey, InvalidKey};
    /// let quoted = IdempotencyKey::from_header(br#" "8e03978e-40d5";v=1 "#)?;
    /// assert_eq!(quoted, IdempotencyKey::from_header(b"8e03978e-40d5")?);
    /// assert!(matches!(
    ///     IdempotencyKey::from_header(b"one,two"),
    ///     Err(InvalidKey::Unquoted { position: 3, separator: ',' }),
    /// ));
    /// # Ok::<(), InvalidKey>(())
    /// ```
    ///
    /// # Errors
    /// Empty, too long, or with a byte that isn't visible ASCII: as for any key.
    /// [`InvalidKey::MalformedHeader`] for a quoted string that isn't one, or isn't all there is;
    /// [`InvalidKey::Unquoted`] for a key without quotes that has a `"`, a `,` or a `;`.
    ///
    /// [draft]: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
    /// [RFC 8941, section 3.3.3]: https://www.rfc-editor.org/rfc/rfc8941#section-3.3.3
    pub fn from_header(value: &[u8]) -> Result<Self, InvalidKey> {
        let value = trim(value);
        if value.first() == Some(&b'"') {
            quoted(value)?.try_into()
        } else {
            bare(value)
        }
    }
}

fn quoted(value: &[u8]) -> Result<String, InvalidKey> {
    Parser::new(value)
        .with_version(Version::Rfc8941)
        .parse_item_with_visitor(|item: BareItemFromInput<'_>| match item {
            BareItemFromInput::String(key) => Ok(WithoutParameters(key.as_str().to_owned())),
            _ => Err(InvalidKey::Empty), // it starts with a quote: there is no other item to be
        })
        .map_err(|error| InvalidKey::MalformedHeader {
            reason: error.to_string(),
        })
}

/// An item whose parameters are checked, but not kept.
struct WithoutParameters(String);

impl<'de> ParameterVisitor<'de> for WithoutParameters {
    type Out = String;
    type Error = Infallible;

    fn parameter(&mut self, _: &'de KeyRef, _: BareItemFromInput<'de>) -> Result<(), Infallible> {
        Ok(())
    }

    fn finish(self) -> Result<String, Infallible> {
        Ok(self.0)
    }
}

fn bare(value: &[u8]) -> Result<IdempotencyKey, InvalidKey> {
    IdempotencyKey::check(value)?;
    let separator = |byte: &u8| matches!(byte, b'"' | b',' | b';');
    match value.iter().position(separator) {
        Some(position) => Err(InvalidKey::Unquoted {
            position,
            separator: char::from(value[position]),
        }),
        None => Ok(IdempotencyKey(
            value.iter().copied().map(char::from).collect(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<String, InvalidKey> {
        IdempotencyKey::from_header(value.as_bytes()).map(String::from)
    }

    #[test]
    fn the_quoted_and_the_bare_form_are_the_same_key() {
        assert_eq!(read("\"a-1\""), Ok("a-1".to_owned()));
        assert_eq!(read("a-1"), Ok("a-1".to_owned()));
    }

    #[test]
    fn white_space_around_the_key_does_not_count() {
        assert_eq!(read("\t \"a\" \t"), Ok("a".to_owned()));
        assert_eq!(read(" \t a\t"), Ok("a".to_owned()));
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(read(r#""a\"\\;,b""#), Ok(r#"a"\;,b"#.to_owned()));
    }

    #[test]
    fn parameters_are_ignored() {
        assert_eq!(read(r#""a";x;y="2, 3""#), Ok("a".to_owned()));
    }

    #[test]
    fn a_quoted_string_that_is_not_one_is_malformed() {
        for header in [
            r#"""#,
            r#""a"#,
            r#""a\x""#,
            r#""a"b"#,
            r#""a", "b""#,
            r#""a";"#,
            "\"é\"",
            "\"a\u{0}\"",
        ] {
            let error = read(header).unwrap_err();
            assert!(
                matches!(error, InvalidKey::MalformedHeader { .. }),
                "{header}: {error}"
            );
        }
    }

    #[test]
    fn an_empty_header_is_empty_in_either_form() {
        for header in ["", " ", "\"\"", " \"\";a "] {
            assert_eq!(read(header), Err(InvalidKey::Empty), "{header:?}");
        }
    }

    #[test]
    fn a_space_within_a_key_is_refused_in_either_form() {
        let space = InvalidKey::NotVisibleAscii {
            position: 1,
            byte: b' ',
        };
        assert_eq!(read("\"a b\""), Err(space.clone()));
        assert_eq!(read("a b"), Err(space));
    }

    #[test]
    fn bytes_that_are_not_ascii_are_refused() {
        assert_eq!(
            IdempotencyKey::from_header(b"a\xff"),
            Err(InvalidKey::NotVisibleAscii {
                position: 1,
                byte: 0xff
            })
        );
    }

    #[test]
    fn a_bare_key_that_could_be_two_is_refused() {
        for (header, separator) in [("a,b", ','), ("a;b", ';'), ("a\"b", '"')] {
            assert_eq!(
                read(header),
                Err(InvalidKey::Unquoted {
                    position: 1,
                    separator
                })
            );
        }
    }

    #[test]
    fn the_length_is_counted_without_quotes_and_escapes() {
        let longest = "\\\"".repeat(IdempotencyKey::MAX_LENGTH);
        assert_eq!(
            read(&format!("\"{longest}\"")).map(|key| key.len()),
            Ok(255)
        );
        let longer = "a".repeat(256);
        for header in [format!("\"{longer}\""), longer] {
            assert_eq!(read(&header), Err(InvalidKey::TooLong { length: 256 }));
        }
    }
}
