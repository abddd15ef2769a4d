//! The name a caller gives to one logical request.

use std::fmt;
use uuid::Uuid;

/// The name a caller gives to one logical request: 1 to 255 bytes of visible ASCII.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdempotencyKey(String);

/// Why a text is no idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidKey {
    /// There is nothing in it.
    #[error("an idempotency key can't be empty; send 1 to 255 bytes of visible ASCII")]
    Empty,
    /// It has more than 255 bytes.
    #[error("an idempotency key has at most 255 bytes; this one has {length}")]
    TooLong {
        /// How many bytes it has.
        length: usize,
    },
    /// It has a byte that is not visible ASCII (0x21 to 0x7E).
    #[error("an idempotency key is visible ASCII; byte {position} is 0x{byte:02x}")]
    NotVisibleAscii {
        /// Where that byte is, counted from 0.
        position: usize,
        /// The byte.
        byte: u8,
    },
}

impl IdempotencyKey {
    /// The longest key, in bytes.
    pub const MAX_LENGTH: usize = 255;

    /// A new key, a UUID of version 7: time-ordered, so that records append to their index.
    #[must_use]
    pub fn generate() -> Self {
        Uuid::now_v7().into()
    }

    /// The key's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for IdempotencyKey {
    type Error = InvalidKey;

    fn try_from(text: &str) -> Result<Self, InvalidKey> {
        if text.is_empty() {
            return Err(InvalidKey::Empty);
        }
        if text.len() > Self::MAX_LENGTH {
            return Err(InvalidKey::TooLong { length: text.len() });
        }
        match text.bytes().position(|byte| !byte.is_ascii_graphic()) {
            None => Ok(Self(text.to_owned())),
            Some(position) => Err(InvalidKey::NotVisibleAscii {
                position,
                byte: text.as_bytes()[position],
            }),
        }
    }
}

impl std::str::FromStr for IdempotencyKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        text.try_into()
    }
}

impl From<Uuid> for IdempotencyKey {
    fn from(uuid: Uuid) -> Self {
        Self(uuid.to_string())
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdempotencyKey({:?})", self.0)
    }
}
