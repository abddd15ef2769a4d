//! `If-Match`.

use super::list::{self, List};
use super::{ETag, Precondition};
use crate::{Expected, VersionValue};
use std::fmt::{Display, Formatter};

/// An `If-Match` header ([RFC 9110, section 13.1.1](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1)):
/// write only if the resource is still in a state that the client knows.
///
/// ```
/// use idem_core::{Expected, IfMatch, Precondition};
///
/// // The header's lines, such as `headers.get_all("if-match")` of the crate `http`.
/// let if_match = IfMatch::required([r#""7""#])?;
/// assert_eq!(if_match.expected::<i32>(), Expected::Exactly(7));
/// let none: [&str; 0] = [];
/// assert_eq!(IfMatch::required(none), Err(Precondition::Required));
/// # Ok::<(), Precondition>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whichever state it is in, as long as it is there.
    Any,
    /// These states. None of none, which is what an empty header says.
    Tags(Vec<ETag>),
}

impl IfMatch {
    /// Reads the header's lines, none of which means that the request is unconditional.
    ///
    /// Lines, and what commas separate in them, are one list of at most 100 elements. Empty ones
    /// are ignored.
    ///
    /// ```
    /// # use idem_core::{ETag, IfMatch};
    /// let tags = vec![ETag::strong("6")?, ETag::strong("7")?];
    /// assert_eq!(IfMatch::from_lines([r#""6",, "7""#])?, Some(IfMatch::Tags(tags.clone())));
    /// assert_eq!(IfMatch::from_lines([r#""6""#, r#""7""#])?, Some(IfMatch::Tags(tags)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Precondition::Malformed`]: never take it for an absent one, since the client did set a
    /// condition.
    pub fn from_lines(
        lines: impl IntoIterator<Item = impl AsRef<[u8]>>,
    ) -> Result<Option<Self>, Precondition> {
        let list = list::read("If-Match", lines)?;
        Ok(list.map(|list| match list {
            List::Any => Self::Any,
            List::Tags(tags) => Self::Tags(tags),
        }))
    }

    /// Reads the header's lines where a request without it is refused
    /// ([RFC 6585, section 3](https://www.rfc-editor.org/rfc/rfc6585#section-3)), so that nobody
    /// overwrites what they haven't seen. `*` is still for those who mean to.
    ///
    /// # Errors
    /// [`Precondition::Required`] for no line, and as for [`from_lines`](Self::from_lines).
    pub fn required(
        lines: impl IntoIterator<Item = impl AsRef<[u8]>>,
    ) -> Result<Self, Precondition> {
        Self::from_lines(lines)?.ok_or(Precondition::Required)
    }

    /// Whether the condition holds for the resource in its current state: `None` where there is no
    /// such resource. Tags are compared strongly.
    ///
    /// Between this check and a write, others can write: only [`expected`](Self::expected), in the
    /// statement that writes, leaves them no time.
    ///
    /// ```
    /// # use idem_core::{ETag, IfMatch};
    /// let current = ETag::strong("7")?;
    /// assert!(IfMatch::Any.matches(Some(&current)) && !IfMatch::Any.matches(None));
    /// let weak = IfMatch::Tags(vec![ETag::weak("7")?]);
    /// assert!(!weak.matches(Some(&current)));
    /// # Ok::<(), idem_core::InvalidETag>(())
    /// ```
    #[must_use]
    pub fn matches(&self, current: Option<&ETag>) -> bool {
        current.is_some_and(|current| match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|tag| tag.strong_eq(current)),
        })
    }

    /// The same as a result: 412 unless it [`matches`](Self::matches).
    ///
    /// # Errors
    /// [`Precondition::Failed`].
    pub fn check(&self, current: Option<&ETag>) -> Result<(), Precondition> {
        self.matches(current)
            .then_some(())
            .ok_or(Precondition::Failed)
    }

    /// Which versions a write may replace. Weak tags, and those that aren't the text of any version
    /// of this type, match no row, and are left out.
    ///
    /// ```
    /// # use idem_core::{Expected, IfMatch};
    /// let if_match = IfMatch::required([r#""6", "7", W/"8", "from-elsewhere""#])?;
    /// assert_eq!(if_match.expected(), Expected::OneOf(vec![6, 7]));
    /// assert_eq!(IfMatch::Any.expected::<i32>(), Expected::Any);
    /// # Ok::<(), idem_core::Precondition>(())
    /// ```
    #[must_use]
    pub fn expected<V: VersionValue>(&self) -> Expected<V> {
        let Self::Tags(tags) = self else {
            return Expected::Any;
        };
        let mut versions = Vec::new();
        for version in tags.iter().filter_map(ETag::version) {
            if !versions.contains(&version) {
                versions.push(version);
            }
        }
        match <[V; 1]>::try_from(versions) {
            Ok([version]) => Expected::Exactly(version),
            Err(versions) => Expected::OneOf(versions),
        }
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
impl Display for IfMatch {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_header()))
    }
}
