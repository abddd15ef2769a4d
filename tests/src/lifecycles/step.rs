//! A transition, and what is said with it.

use idem_diesel::{IdempotencyKey, Stateful};

/// A transition, and what is said with it.
#[derive(Debug)]
pub struct Step<'a, M: Stateful> {
    pub(super) id: M::Key,
    pub(super) from: Vec<M::State>,
    pub(super) to: M::State,
    pub(super) carrier: Option<Option<&'a str>>,
    pub(super) key: Option<&'a IdempotencyKey>,
    pub(super) tenant: &'a str,
}

impl<'a, M: Stateful> Step<'a, M> {
    /// From one of these states to another.
    pub fn new<S: Into<M::State>>(
        id: impl Into<M::Key>,
        from: impl IntoIterator<Item = S>,
        to: impl Into<M::State>,
    ) -> Self {
        Self {
            id: id.into(),
            from: from.into_iter().map(Into::into).collect(),
            to: to.into(),
            carrier: None,
            key: None,
            tenant: "",
        }
    }

    /// Writes a side column; `None` is an empty set of changes.
    #[must_use]
    pub fn carrier(self, carrier: impl Into<Option<&'a str>>) -> Self {
        let carrier = Some(carrier.into());
        Self { carrier, ..self }
    }

    /// As one request among others.
    #[must_use]
    pub fn key(self, key: &'a IdempotencyKey) -> Self {
        let key = Some(key);
        Self { key, ..self }
    }

    /// Whose key it is.
    #[must_use]
    pub fn tenant(self, tenant: &'a str) -> Self {
        Self { tenant, ..self }
    }
}
