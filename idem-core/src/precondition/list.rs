//! What `If-Match` and `If-None-Match` have in common: `*`, or a list of entity tags.

use super::{ETag, InvalidETag, Precondition};
use crate::white_space::trim;

/// How many elements a list may have. Browsers and caches send one or a few.
const MAX_ELEMENTS: usize = 100;

/// Why a header is neither `*` nor a list of entity tags. Elements are counted from 1, over all of
/// the header's lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidETagList {
    /// An element is neither empty nor an entity tag.
    #[error("element {element}: {reason}")]
    NotATag {
        /// Which one.
        element: usize,
        /// What is wrong with it.
        #[source]
        reason: InvalidETag,
    },
    /// Something other than a comma comes after an element.
    #[error("element {element} isn't followed by a comma")]
    MissingComma {
        /// Which one.
        element: usize,
    },
    /// There is something beside the `*`, if only a comma. Send `*` or tags.
    #[error("* has to be all there is")]
    AnyNotAlone,
    /// There are too many elements; empty ones count.
    #[error("there are more than {max} elements")]
    TooMany {
        /// How many there may be.
        max: usize,
    },
}

pub(super) enum List {
    Any,
    Tags(Vec<ETag>),
}

/// Reads the lines of a header, which are one list
/// ([RFC 9110, section 5.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.3)). None for no line.
pub(super) fn read(
    header: &'static str,
    lines: impl IntoIterator<Item = impl AsRef<[u8]>>,
) -> Result<Option<List>, Precondition> {
    let mut reader = Reader::default();
    for line in lines {
        reader
            .line(line.as_ref())
            .map_err(|reason| Precondition::Malformed { header, reason })?;
    }
    Ok(match reader {
        Reader { elements: 0, .. } => None,
        Reader { any: true, .. } => Some(List::Any),
        Reader { tags, .. } => Some(List::Tags(tags)),
    })
}

/// The tags as one line, to the last byte.
pub(super) fn write(tags: &[ETag]) -> Vec<u8> {
    let tags: Vec<_> = tags.iter().map(ETag::to_header).collect();
    tags.join(b", ".as_slice())
}

#[derive(Default)]
struct Reader {
    elements: usize,
    any: bool,
    tags: Vec<ETag>,
}

impl Reader {
    fn line(&mut self, line: &[u8]) -> Result<(), InvalidETagList> {
        let mut rest = Some(line);
        while let Some(value) = rest {
            rest = self.element(value)?;
        }
        Ok(())
    }

    /// Reads the first element, and gives what follows its comma.
    fn element<'a>(&mut self, value: &'a [u8]) -> Result<Option<&'a [u8]>, InvalidETagList> {
        self.elements += 1;
        let element = self.elements;
        if element > MAX_ELEMENTS {
            return Err(InvalidETagList::TooMany { max: MAX_ELEMENTS });
        }
        let value = trim(value);
        let rest = match value {
            // To be ignored, says section 5.6.1.2: they come from merged headers.
            [] | [b',', ..] => value,
            [b'*', rest @ ..] => {
                self.any = true;
                rest
            }
            _ => {
                let (tag, rest) = ETag::take(value)
                    .map_err(|reason| InvalidETagList::NotATag { element, reason })?;
                self.tags.push(tag);
                rest
            }
        };
        if self.any && element > 1 {
            return Err(InvalidETagList::AnyNotAlone);
        }
        match trim(rest) {
            [] => Ok(None),
            [b',', rest @ ..] => Ok(Some(rest)),
            _ => Err(InvalidETagList::MissingComma { element }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `None` for no line, `*` as the text that it is, and tags as their headers.
    fn shown(lines: &[&str]) -> Result<Option<Vec<String>>, InvalidETagList> {
        match read("If-Match", lines) {
            Ok(list) => Ok(list.map(|list| match list {
                List::Any => vec!["*".to_owned()],
                List::Tags(tags) => tags.iter().map(ETag::to_string).collect(),
            })),
            Err(Precondition::Malformed { header, reason }) => {
                assert_eq!(header, "If-Match");
                Err(reason)
            }
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn no_line_is_no_header_and_an_empty_line_is_an_empty_list() {
        assert_eq!(shown(&[]), Ok(None));
        for lines in [&[""][..], &[" \t"], &[","], &[" ,\t, "], &["", ""]] {
            assert_eq!(shown(lines), Ok(Some(vec![])), "{lines:?}");
        }
    }

    #[test]
    fn lines_are_one_list_and_empty_elements_are_ignored() {
        for lines in [
            &[r#""a", W/"b,c""#][..],
            &[r#""a"   ,W/"b,c""#],
            &[r#""a","#, r#" W/"b,c" "#],
            &[r#""a""#, r#"W/"b,c""#],
            &[r#","a",, ,W/"b,c",	,"#],
            &["", r#""a""#, ",", r#"W/"b,c""#, ""],
        ] {
            let tags = vec![r#""a""#.to_owned(), r#"W/"b,c""#.to_owned()];
            assert_eq!(shown(lines), Ok(Some(tags)), "{lines:?}");
        }
    }

    #[test]
    fn a_star_stands_alone() {
        assert_eq!(shown(&[" * "]), Ok(Some(vec!["*".to_owned()])));
        for lines in [
            &["*, \"a\""][..],
            &["\"a\", *"],
            &["*", "\"a\""],
            &["\"a\"", "*"],
            &["*", "*"],
            &["*,"],
            &[",*"],
            &["", "*"],
        ] {
            assert_eq!(shown(lines), Err(InvalidETagList::AnyNotAlone), "{lines:?}");
        }
    }

    #[test]
    fn elements_are_separated_by_commas() {
        for (lines, element) in [
            (&["\"a\" \"b\""][..], 1),
            (&["\"a\"", "\"b\"\"c\""], 2),
            (&["*\"a\""], 1),
            (&["**"], 1),
            (&["\"a\"; \"b\""], 1),
        ] {
            let missing = InvalidETagList::MissingComma { element };
            assert_eq!(shown(lines), Err(missing), "{lines:?}");
        }
    }

    #[test]
    fn a_tag_that_is_none_is_told_by_its_place() {
        let not_a_tag = |element, reason| Err(InvalidETagList::NotATag { element, reason });
        assert_eq!(shown(&["7"]), not_a_tag(1, InvalidETag::Unquoted));
        assert_eq!(
            shown(&["\"a\",", "\"b\", w/\"c\""]),
            not_a_tag(4, InvalidETag::Unquoted)
        );
        // A quoted comma doesn't separate, and a tag doesn't go on in the next line.
        assert_eq!(
            shown(&["\"a", "b\""]),
            not_a_tag(1, InvalidETag::Unterminated)
        );
        let byte = InvalidETag::NotAllowed {
            position: 2,
            byte: b' ',
        };
        assert_eq!(shown(&["\"a, b\""]), not_a_tag(1, byte));
    }

    #[test]
    fn the_number_of_elements_is_bounded_over_all_lines() {
        let too_many = Err(InvalidETagList::TooMany { max: 100 });
        let hundred = vec!["\"a\""; 100].join(",");
        let count = |lines: &[&str]| shown(lines).map(|tags| tags.map_or(0, |tags| tags.len()));
        assert_eq!(count(&[&hundred]), Ok(100));
        assert_eq!(count(&[&hundred, "\"a\""]), too_many);
        assert_eq!(count(&[&hundred, ""]), too_many);
        assert_eq!(count(&[&",".repeat(99)]), Ok(0));
        assert_eq!(count(&[&",".repeat(100)]), too_many);
    }
}
