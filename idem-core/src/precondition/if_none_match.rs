//! `If-None-Match`.

use super::list::{self, List};
use super::{ETag, Precondition};
use std::fmt::{Display, Formatter};

/// An `If-None-Match` header ([RFC 9110, section 13.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2)):
/// send only what the client hasn't got, or create only what isn't there.
///
/// ```
/// use idem_core::{ETag, IfNoneMatch};
///
/// // The header's lines, such as `headers.get_all("if-none-match")` of the crate `http`.
/// let if_none_match = IfNoneMatch::from_lines([r#"W/"6", "7""#])?;
/// let current = ETag::strong("7")?;
/// // To a GET or a HEAD: 304, with the tag and without the content.
/// assert!(if_none_match.is_some_and(|header| header.is_not_modified(&current)));
///
/// // To a PUT: create it, or else 412.
/// let if_none_match = IfNoneMatch::from_lines(["*"])?;
/// assert!(if_none_match.is_some_and(|header| header.is_only_if_none()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfNoneMatch {
    /// `*`: only if there is nothing yet.
    Any,
    /// Only if it is in none of these states.
    Tags(Vec<ETag>),
}

impl IfNoneMatch {
    /// Reads the header's lines, none of which means that the request is unconditional.
    ///
    /// Lines, and what commas separate in them, are one list of at most 100 elements. Empty ones
    /// are ignored.
    ///
    /// # Errors
    /// [`Precondition::Malformed`]. A GET may take it for an absent one, and answer in full; a write
    /// mustn't, since the client did set a condition.
    pub fn from_lines(
        lines: impl IntoIterator<Item = impl AsRef<[u8]>>,
    ) -> Result<Option<Self>, Precondition> {
        let list = list::read("If-None-Match", lines)?;
        Ok(list.map(|list| match list {
            List::Any => Self::Any,
            List::Tags(tags) => Self::Tags(tags),
        }))
    }

    /// Whether the resource in its current state is one of these (`None` where there is no such
    /// resource), and so whether the condition **fails**. Tags are compared weakly.
    ///
    /// ```
    /// # use idem_core::{ETag, IfNoneMatch};
    /// let current = ETag::strong("7")?;
    /// assert!(IfNoneMatch::Any.matches(Some(&current)) && !IfNoneMatch::Any.matches(None));
    /// assert!(IfNoneMatch::Tags(vec![ETag::weak("7")?]).matches(Some(&current)));
    /// # Ok::<(), idem_core::InvalidETag>(())
    /// ```
    #[must_use]
    pub fn matches(&self, current: Option<&ETag>) -> bool {
        current.is_some_and(|current| match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|tag| tag.weak_eq(current)),
        })
    }

    /// For a write: 412 if it [`matches`](Self::matches).
    ///
    /// # Errors
    /// [`Precondition::Failed`].
    pub fn check(&self, current: Option<&ETag>) -> Result<(), Precondition> {
        if self.matches(current) {
            return Err(Precondition::Failed);
        }
        Ok(())
    }

    /// For a GET or a HEAD: whether the client has the resource in its current state already, which
    /// is answered with 304, this tag, and no content.
    #[must_use]
    pub fn is_not_modified(&self, current: &ETag) -> bool {
        self.matches(Some(current))
    }

    /// For a write: whether the client asks for it only if there is nothing yet. Then an insert that
    /// finds a row is [`Precondition::Failed`], unless it is the row of an earlier try of this
    /// request. A list of tags is a condition as well, if a rare one: [`check`](Self::check) it.
    #[must_use]
    pub const fn is_only_if_none(&self) -> bool {
        matches!(self, Self::Any)
    }

    /// The header's value, to the last byte.
    #[must_use]
    pub fn to_header(&self) -> Vec<u8> {
        match self {
            Self::Any => b"*".to_vec(),
            Self::Tags(tags) => list::write(tags),
        }
    }
}

/// As in the header, with the limits that [`ETag`] tells of.
impl Display for IfNoneMatch {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_header()))
    }
}
