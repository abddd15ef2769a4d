//! Which version a write may replace.

use crate::{Version, VersionValue};
use std::fmt::{Display, Formatter};

/// Which version of the row a write may replace: the meaning of an `If-Match`.
///
/// ```
/// # use idem_core::Expected;
/// let if_match = Expected::Exactly(3);
/// assert!(if_match.allows(&3) && !if_match.allows(&4));
/// assert!(Expected::Any.allows(&4));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected<V> {
    /// This one: a row that was written since isn't touched.
    Exactly(V),
    /// One of these. None of none.
    OneOf(Vec<V>),
    /// Whichever: the last write wins. The row has to be there.
    Any,
}

impl<V: PartialEq> Expected<V> {
    /// Whether a row of this version may be replaced.
    pub fn allows(&self, version: &V) -> bool {
        match self {
            Self::Exactly(expected) => expected == version,
            Self::OneOf(versions) => versions.contains(version),
            Self::Any => true,
        }
    }
}

impl<V: VersionValue> Expected<V> {
    /// The same of versions whatever the field's type.
    pub fn to_versions(&self) -> Expected<Version> {
        match self {
            Self::Exactly(version) => Expected::Exactly(version.to_version()),
            Self::OneOf(versions) => Expected::OneOf(versions.iter().map(V::to_version).collect()),
            Self::Any => Expected::Any,
        }
    }
}

impl<V: Display> Display for Expected<V> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exactly(version) => Display::fmt(version, f),
            Self::OneOf(versions) if versions.is_empty() => f.write_str("one that was asked for"),
            Self::OneOf(versions) => {
                f.write_str("one of (")?;
                for (index, version) in versions.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    Display::fmt(version, f)?;
                }
                f.write_str(")")
            }
            Self::Any => f.write_str("any"),
        }
    }
}
