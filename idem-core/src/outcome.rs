//! What a call gave, and whether it ran.

use std::ops::Deref;

/// A value, and whether this call made it or an earlier one did.
///
/// ```
/// use idem_core::Outcome;
///
/// let first = Outcome::Fresh(7);
/// let second = Outcome::Replayed(7);
/// assert!(!first.is_replayed() && second.is_replayed());
/// assert_eq!(*first + 1, 8); // it derefs to the value
/// assert_eq!(second.map(|n| n * 2).into_inner(), 14);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome<T> {
    /// This call ran the operation.
    Fresh(T),
    /// An earlier call with the same key ran it; this is the value it gave.
    Replayed(T),
}

impl<T> Outcome<T> {
    /// The value, whoever made it.
    pub fn into_inner(self) -> T {
        match self {
            Self::Fresh(value) | Self::Replayed(value) => value,
        }
    }

    /// Whether an earlier call made the value.
    #[must_use]
    pub const fn is_replayed(&self) -> bool {
        matches!(self, Self::Replayed(_))
    }

    /// The same outcome of another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Fresh(value) => Outcome::Fresh(f(value)),
            Self::Replayed(value) => Outcome::Replayed(f(value)),
        }
    }

    /// The same outcome, with the value borrowed.
    pub const fn as_ref(&self) -> Outcome<&T> {
        match self {
            Self::Fresh(value) => Outcome::Fresh(value),
            Self::Replayed(value) => Outcome::Replayed(value),
        }
    }
}

impl<T> Deref for Outcome<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.as_ref().into_inner()
    }
}
