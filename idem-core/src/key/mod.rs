//! The name a caller gives to one logical request.

mod header;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Borrow;
use std::fmt;
use uuid::Uuid;

/// The name a caller gives to one logical request: 1 to 255 bytes of visible ASCII (0x21 to 0x7E).
///
/// Keys are compared byte by byte, case included. A caller makes one key per logical request, and
/// sends it with every try of that request.
///
/// ```
/// use idem_core::{IdempotencyKey, InvalidKey};
///
/// let key: IdempotencyKey = "order-4711".parse()?;
/// assert_eq!(key.as_str(), "order-4711");
/// assert_eq!(IdempotencyKey::from_header(b"\"order-4711\"")?, key);
/// assert_eq!("".parse::<IdempotencyKey>(), Err(InvalidKey::Empty));
/// # Ok::<(), InvalidKey>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct IdempotencyKey(String);

/// Why a text is no idempotency key. The caller has to mend the key; sending it again is no use.
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
    /// The header starts with a quote, but is no quoted string with optional parameters.
    #[error("the idempotency key's header is no quoted string: {reason}")]
    MalformedHeader {
        /// What is wrong with it.
        reason: String,
    },
    /// The header is a key without quotes, with a byte that could end it: `"`, `,` or `;`. Quote
    /// the key. A comma may also come from two headers that a proxy has joined: send one.
    #[error(
        "an idempotency key with {separator:?} in it (byte {position}) has to be sent in quotes"
    )]
    Unquoted {
        /// Where that byte is, counted from 0.
        position: usize,
        /// The byte.
        separator: char,
    },
}

/// What derived keys are derived in: the version-5 UUID of `https://docs.rs/idem-diesel` in
/// [RFC 9562](https://www.rfc-editor.org/rfc/rfc9562#section-6.6)'s namespace for URLs.
const DERIVED: Uuid = Uuid::from_u128(0xe580_cf82_5750_5021_a398_b8df_79e8_a4f3);

impl IdempotencyKey {
    /// The longest key, in bytes.
    pub const MAX_LENGTH: usize = 255;

    /// A new key, a UUID of version 7 ([RFC 9562](https://www.rfc-editor.org/rfc/rfc9562#section-5.7)):
    /// time-ordered, so that records append to their index.
    ///
    /// ```
    /// # use idem_core::IdempotencyKey;
    /// assert_ne!(IdempotencyKey::generate(), IdempotencyKey::generate());
    /// ```
    #[must_use]
    pub fn generate() -> Self {
        Uuid::now_v7().into()
    }

    /// A key made from what identifies the request: always the same one for the same namespace and
    /// parts, a UUID of version 5 ([RFC 9562](https://www.rfc-editor.org/rfc/rfc9562#section-5.5)).
    ///
    /// The namespace says what the key is for, such as an operation's name. Namespace and parts
    /// are prefixed with their lengths, so that `["ab", "c"]` and `["a", "bc"]` differ. Two keys are told
    /// apart by 122 bits of SHA-1: enough against chance, not against somebody who takes great pains
    /// to find parts that collide. The fingerprint, which is SHA-256, still refuses those.
    ///
    /// ```
    /// use idem_core::IdempotencyKey;
    ///
    /// let invoice = |month| IdempotencyKey::derived("invoices.send", ["customer-7", month]);
    /// assert_eq!(invoice("2025-01"), invoice("2025-01"));
    /// assert_ne!(invoice("2025-01"), invoice("2025-02"));
    /// // One call that makes others gives each a key of its own.
    /// let order = IdempotencyKey::generate();
    /// assert_ne!(IdempotencyKey::derived("orders.ship", [&order]), order);
    /// ```
    #[must_use]
    pub fn derived(namespace: &str, parts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        let mut name = Vec::with_capacity(128);
        let mut push = |part: &[u8]| {
            name.extend_from_slice(&(part.len() as u64).to_be_bytes());
            name.extend_from_slice(part);
        };
        push(namespace.as_bytes());
        parts.into_iter().for_each(|part| push(part.as_ref()));
        Uuid::new_v5(&DERIVED, &name).into()
    }

    /// The key's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Eight hexadecimal digits of the key's SHA-256, to tell keys apart in logs that had better
    /// not hold them. It doesn't hide a key that can be guessed.
    ///
    /// ```
    /// # use idem_core::IdempotencyKey;
    /// let key: IdempotencyKey = "order-4711".parse()?;
    /// assert_eq!(key.digest(), "173d0ddb");
    /// # Ok::<(), idem_core::InvalidKey>(())
    /// ```
    #[must_use]
    pub fn digest(&self) -> String {
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(&self.0));
        format!("{a:02x}{b:02x}{c:02x}{d:02x}")
    }

    fn check(text: &[u8]) -> Result<(), InvalidKey> {
        if text.is_empty() {
            return Err(InvalidKey::Empty);
        }
        if text.len() > Self::MAX_LENGTH {
            return Err(InvalidKey::TooLong { length: text.len() });
        }
        match text.iter().position(|byte| !byte.is_ascii_graphic()) {
            None => Ok(()),
            Some(position) => Err(InvalidKey::NotVisibleAscii {
                position,
                byte: text[position],
            }),
        }
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<Self, InvalidKey> {
        Self::check(text.as_bytes())?;
        Ok(Self(text))
    }
}

impl TryFrom<&str> for IdempotencyKey {
    type Error = InvalidKey;

    fn try_from(text: &str) -> Result<Self, InvalidKey> {
        Self::check(text.as_bytes())?;
        Ok(Self(text.to_owned()))
    }
}

impl std::str::FromStr for IdempotencyKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        text.try_into()
    }
}

/// The UUID's usual form, in lower case with hyphens.
impl From<Uuid> for IdempotencyKey {
    fn from(uuid: Uuid) -> Self {
        Self(uuid.to_string())
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
    }
}

impl AsRef<str> for IdempotencyKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for IdempotencyKey {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Borrow<str> for IdempotencyKey {
    fn borrow(&self) -> &str {
        &self.0
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_key_has_1_to_255_bytes_of_visible_ascii() {
        let read = |text: &str| IdempotencyKey::try_from(text).map(String::from);
        assert_eq!(read("!~"), Ok("!~".to_owned()));
        assert_eq!(read(&"a".repeat(255)), Ok("a".repeat(255)));
        assert_eq!(read(""), Err(InvalidKey::Empty));
        assert_eq!(
            read(&"a".repeat(256)),
            Err(InvalidKey::TooLong { length: 256 })
        );
        for (text, byte) in [
            ("a b", 0x20),
            ("a\u{7f}", 0x7f),
            ("a\0", 0),
            ("a\u{e9}", 0xc3),
        ] {
            assert_eq!(
                read(text),
                Err(InvalidKey::NotVisibleAscii { position: 1, byte })
            );
        }
    }

    #[test]
    fn every_way_in_checks_alike() {
        assert_eq!(
            "a b".parse::<IdempotencyKey>(),
            IdempotencyKey::try_from("a b".to_owned())
        );
        let json = |text| serde_json::from_str::<IdempotencyKey>(text);
        assert_eq!(json("\"a\"").unwrap().as_str(), "a");
        let error = json("\"a b\"").unwrap_err().to_string();
        assert!(error.contains("byte 1 is 0x20"), "{error}");
    }

    #[test]
    fn a_key_is_written_as_its_text() {
        let key: IdempotencyKey = "a-1".parse().unwrap();
        assert_eq!(serde_json::to_string(&key).unwrap(), "\"a-1\"");
        assert_eq!(
            (key.to_string(), format!("{key:?}")),
            ("a-1".into(), "IdempotencyKey(\"a-1\")".into())
        );
        assert!(HashSet::from([key]).contains("a-1"));
    }

    #[test]
    fn generated_keys_come_in_the_order_of_time() {
        let keys: Vec<_> = (0..1000).map(|_| IdempotencyKey::generate()).collect();
        assert!(keys.is_sorted());
        assert_eq!(
            Uuid::parse_str(keys[0].as_str()).unwrap().get_version_num(),
            7
        );
    }

    #[test]
    fn a_derived_key_is_the_same_for_ever() {
        let key = IdempotencyKey::derived("invoices.send", ["customer-7", "2025-01"]);
        assert_eq!(key.as_str(), "df0f3968-777a-5aa7-b07d-2ca837a51084");
    }

    #[test]
    fn a_byte_that_moves_between_parts_gives_another_key() {
        let keys = [
            IdempotencyKey::derived("n", ["ab", "c"]),
            IdempotencyKey::derived("n", ["a", "bc"]),
            IdempotencyKey::derived("n", ["abc"]),
            IdempotencyKey::derived("n", ["abc", ""]),
            IdempotencyKey::derived("na", ["bc"]),
            IdempotencyKey::derived("n", [""; 0]),
        ];
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
    }
}
