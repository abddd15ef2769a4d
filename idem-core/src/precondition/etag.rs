//! Entity tags.

use crate::white_space::trim;
use crate::{HasVersion, Version, VersionValue};
use std::fmt::{Debug, Display, Formatter};

/// An entity tag ([RFC 9110, section 8.8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3)):
/// what tells one state of a resource from the next, as in `ETag: "7"`.
///
/// A row's version makes a strong one. That holds while the row alone says what the representation
/// is: where it is sent in several languages, formats or codings, each needs a tag of its own.
///
/// The text is bytes, since a tag of another's making may have any from 0x80 to 0xFF in it, in no
/// known encoding. [`Display`] shows the tag as in the header; of bytes that aren't UTF-8 it shows
/// replacement characters, and only [`to_header`](Self::to_header) keeps them.
///
/// Tags are compared by [`strong_eq`](Self::strong_eq) and [`weak_eq`](Self::weak_eq); `==` is
/// whether the headers are equal, and so finds a weak tag equal to itself.
///
/// ```
/// use idem_core::{ETag, InvalidETag, Version};
///
/// let tag = ETag::from(Version::Integer(7));
/// assert_eq!(tag.to_string(), "\"7\"");
/// let received: ETag = "W/\"7\"".parse()?;
/// assert!(received.is_weak());
/// assert!(tag.weak_eq(&received) && !tag.strong_eq(&received));
/// assert_eq!("7".parse::<ETag>(), Err(InvalidETag::Unquoted));
/// # Ok::<(), InvalidETag>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ETag {
    weak: bool,
    opaque: Box<[u8]>,
}

/// Why a text is no entity tag. It has to be mended; sending it again is no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidETag {
    /// It begins with neither `"` nor `W/"`. Quote it; the `W` is upper case.
    #[error("an entity tag is written in double quotes, as in \"7\" or W/\"7\"")]
    Unquoted,
    /// The closing quote is missing.
    #[error("the entity tag's closing quote is missing")]
    Unterminated,
    /// It has a byte that no entity tag has: a space, a control character or, in a text without the
    /// quotes round it, a quote. Nothing is escaped in an entity tag.
    #[error(
        "an entity tag has no spaces, quotes and control characters; byte {position} is 0x{byte:02x}"
    )]
    NotAllowed {
        /// Where that byte is, counted from 0 after the opening quote.
        position: usize,
        /// The byte.
        byte: u8,
    },
    /// It has more than 1024 bytes between its quotes.
    #[error("an entity tag has at most 1024 bytes; this one has {length}")]
    TooLong {
        /// How many bytes it has.
        length: usize,
    },
    /// Something follows it. Several tags are a list, which only `If-Match` and `If-None-Match` are.
    #[error("the entity tag is followed by something else")]
    NotAlone,
}

impl ETag {
    /// The longest text of a tag, in bytes.
    pub const MAX_LENGTH: usize = 1024;

    /// The strong tag of this text, which is what goes between the quotes.
    ///
    /// ```
    /// # use idem_core::{ETag, InvalidETag};
    /// assert_eq!(ETag::strong("7-gzip")?.to_string(), "\"7-gzip\"");
    /// assert_eq!(
    ///     ETag::strong("7 gzip"),
    ///     Err(InvalidETag::NotAllowed { position: 1, byte: b' ' })
    /// );
    /// # Ok::<(), InvalidETag>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidETag::TooLong`], and [`InvalidETag::NotAllowed`] for what isn't 0x21, 0x23 to 0x7E
    /// or 0x80 to 0xFF. The empty text has a tag too.
    pub fn strong(text: impl AsRef<[u8]>) -> Result<Self, InvalidETag> {
        Self::new(false, text.as_ref())
    }

    /// The weak tag of this text: of states that are as good as each other, but not byte for byte
    /// the same. It matches no `If-Match`.
    ///
    /// ```
    /// # use idem_core::ETag;
    /// assert_eq!(ETag::weak("7")?.to_string(), "W/\"7\"");
    /// # Ok::<(), idem_core::InvalidETag>(())
    /// ```
    ///
    /// # Errors
    /// As for [`strong`](Self::strong).
    pub fn weak(text: impl AsRef<[u8]>) -> Result<Self, InvalidETag> {
        Self::new(true, text.as_ref())
    }

    /// The strong tag of the version that this copy of the row was read with.
    ///
    /// ```
    /// # use idem_core::{ETag, HasVersion};
    /// # struct Account { lock_version: i32 }
    /// # impl HasVersion for Account {
    /// #     type Version = i32;
    /// #     fn version(&self) -> &i32 { &self.lock_version }
    /// # }
    /// let account = Account { lock_version: 7 };
    /// assert_eq!(ETag::of(&account).to_string(), "\"7\"");
    /// ```
    #[must_use]
    pub fn of(row: &impl HasVersion) -> Self {
        row.version().to_version().into()
    }

    /// Whether it is weak, as in `W/"7"`.
    #[must_use]
    pub const fn is_weak(&self) -> bool {
        self.weak
    }

    /// What is between the quotes.
    #[must_use]
    pub const fn opaque(&self) -> &[u8] {
        &self.opaque
    }

    /// The strong comparison of
    /// [RFC 9110, section 8.8.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2): neither
    /// is weak, and their texts are the same byte for byte.
    #[must_use]
    pub fn strong_eq(&self, other: &Self) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// The weak comparison of
    /// [RFC 9110, section 8.8.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2): their
    /// texts are the same byte for byte, be they weak or not.
    #[must_use]
    pub fn weak_eq(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }

    /// The tag as in the header, to the last byte.
    ///
    /// ```
    /// # use idem_core::ETag;
    /// assert_eq!(ETag::weak(b"caf\xe9")?.to_header(), b"W/\"caf\xe9\"");
    /// # Ok::<(), idem_core::InvalidETag>(())
    /// ```
    #[must_use]
    pub fn to_header(&self) -> Vec<u8> {
        let weak: &[u8] = if self.weak { b"W/" } else { b"" };
        [weak, b"\"", &self.opaque, b"\""].concat()
    }

    /// The version that a strong tag is made from. None for a tag of another's making.
    pub(super) fn version<V: VersionValue>(&self) -> Option<V> {
        if self.weak {
            return None;
        }
        V::from_text(str::from_utf8(&self.opaque).ok()?)
    }

    /// Reads the tag at the front of a field value, and gives what follows it.
    pub(super) fn take(value: &[u8]) -> Result<(Self, &[u8]), InvalidETag> {
        let unprefixed = value.strip_prefix(b"W/");
        let text = unprefixed
            .unwrap_or(value)
            .strip_prefix(b"\"")
            .ok_or(InvalidETag::Unquoted)?;
        // Commas are part of a tag and quotes can't be escaped, so the first quote ends it.
        let end = text.iter().position(|byte| !is_allowed(*byte));
        match end.map(|end| text.split_at(end)) {
            Some((opaque, [b'"', rest @ ..])) => {
                Ok((Self::new(unprefixed.is_some(), opaque)?, rest))
            }
            Some((opaque, [byte, ..])) => Err(InvalidETag::NotAllowed {
                position: opaque.len(),
                byte: *byte,
            }),
            Some((_, [])) | None => Err(InvalidETag::Unterminated),
        }
    }

    fn new(weak: bool, text: &[u8]) -> Result<Self, InvalidETag> {
        if text.len() > Self::MAX_LENGTH {
            return Err(InvalidETag::TooLong { length: text.len() });
        }
        match text.iter().position(|byte| !is_allowed(*byte)) {
            None => Ok(Self {
                weak,
                opaque: text.into(),
            }),
            Some(position) => Err(InvalidETag::NotAllowed {
                position,
                byte: text[position],
            }),
        }
    }
}

/// `etagc` of [RFC 9110, section 8.8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3).
const fn is_allowed(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x7e | 0x80..)
}

/// The strong tag of a version, as in `"7"`.
impl From<Version> for ETag {
    fn from(version: Version) -> Self {
        Self {
            weak: false,
            opaque: version.to_string().into_bytes().into(),
        }
    }
}

/// Reads the value of an `ETag` header. White space around it doesn't count.
impl TryFrom<&[u8]> for ETag {
    type Error = InvalidETag;

    fn try_from(value: &[u8]) -> Result<Self, InvalidETag> {
        match Self::take(trim(value))? {
            (tag, []) => Ok(tag),
            _ => Err(InvalidETag::NotAlone),
        }
    }
}

/// Reads the value of an `ETag` header. White space around it doesn't count.
impl std::str::FromStr for ETag {
    type Err = InvalidETag;

    fn from_str(value: &str) -> Result<Self, InvalidETag> {
        value.as_bytes().try_into()
    }
}

impl Display for ETag {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_header()))
    }
}

impl Debug for ETag {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "ETag({})", self.to_header().escape_ascii())
    }
}
