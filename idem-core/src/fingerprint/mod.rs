//! What a request says, as 32 bytes.

mod canonical;
mod compound;
mod tags;

use canonical::Canonical;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt;

/// Names what is hashed and how, so that no other use of SHA-256 gives the same digests.
const DOMAIN: &[u8] = b"idem-fp-v1";

/// A digest of a request's arguments: SHA-256 ([FIPS 180-4]) over a canonical binary form.
///
/// Two values have the same fingerprint if they say the same:
///
/// - Maps and structs are sorted by key, so a `HashMap`, a struct and a `serde_json::Value` of the
///   same content agree. A *set* isn't sorted, since `serde` shows it as a sequence: use a
///   `BTreeSet`, not a `HashSet`, whose order is different in every process.
/// - Integers count by value, so that `5_i32` and `5_u64` agree and a widened type doesn't refuse
///   a retry. Floats count by their bits as `f64`, with one NaN; `5.0` is not `5`, nor is `-0.0`
///   `0.0`.
/// - A tuple is a sequence; a `char` is a string; a newtype is what it wraps; `Some(5)` is `5`.
///   Bytes are neither a string nor a sequence.
/// - `None`, `()`, `Some(None)` and an absent field are four different things. JSON's `null` is `()`.
/// - An enum counts by its variants' names, in the form in which `serde_json` writes it.
/// - Of a map that gives a key twice, both entries count, in their order.
///
/// Types that have a text form for people (UUIDs, times) are asked for that one, as JSON does.
///
/// ```
/// use idem_core::Fingerprint;
/// use std::collections::HashMap;
///
/// #[derive(serde::Serialize)]
/// struct Charge { cents: u32, to: &'static str }
///
/// let charge = Fingerprint::of(&Charge { cents: 500, to: "alice" })?;
/// let json = serde_json::json!({ "to": "alice", "cents": 500 });
/// assert_eq!(charge, Fingerprint::of(&json)?);
/// assert_ne!(charge, Fingerprint::of(&Charge { cents: 501, to: "alice" })?);
/// assert_eq!(charge.to_string().len(), 64); // hexadecimal
/// # Ok::<(), idem_core::FingerprintError>(())
/// ```
///
/// [FIPS 180-4]: https://doi.org/10.6028/NIST.FIPS.180-4
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// An argument whose own `Serialize` failed, so that its request can't be told from another.
/// Mend that `Serialize`, or leave the argument out of the fingerprint.
#[derive(Debug, Clone, thiserror::Error)]
#[error("argument {part} can't be fingerprinted: {message}")]
pub struct FingerprintError {
    part: usize,
    message: String,
}

/// Collects the parts of a fingerprint, usually a function's arguments.
///
/// Each part is prefixed with its length, and all are counted, so that nothing can move from one
/// part to the next unnoticed.
///
/// ```
/// use idem_core::{FingerprintBuilder, FingerprintError};
///
/// let of = |parts: [&str; 2]| {
///     let mut builder = FingerprintBuilder::default();
///     builder.part(parts[0])?;
///     builder.part(parts[1])?;
///     Ok::<_, FingerprintError>(builder.finish())
/// };
/// assert_eq!(of(["ab", "c"])?, of(["ab", "c"])?);
/// assert_ne!(of(["ab", "c"])?, of(["a", "bc"])?);
/// # Ok::<(), FingerprintError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct FingerprintBuilder {
    parts: usize,
    hasher: Sha256,
    form: Canonical,
}

impl FingerprintBuilder {
    /// Adds one part. A part that fails adds nothing.
    ///
    /// # Errors
    /// When the part's own `Serialize` fails. The error counts the parts from 0.
    pub fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FingerprintError> {
        let bytes = self.form.of(value).map_err(|error| FingerprintError {
            part: self.parts,
            message: error.0,
        })?;
        if self.parts == 0 {
            self.hasher.update(DOMAIN);
        }
        self.parts += 1;
        self.hasher.update((bytes.len() as u64).to_be_bytes());
        self.hasher.update(bytes);
        Ok(())
    }

    /// The fingerprint of all parts so far.
    #[must_use]
    pub fn finish(&self) -> Fingerprint {
        let mut hasher = self.hasher.clone();
        if self.parts == 0 {
            hasher.update(DOMAIN);
        }
        hasher.update((self.parts as u64).to_be_bytes());
        Fingerprint(hasher.finalize().into())
    }
}

impl Fingerprint {
    /// The fingerprint of one value, as of a request with this one part.
    ///
    /// # Errors
    /// When the value's own `Serialize` fails.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, FingerprintError> {
        let mut builder = FingerprintBuilder::default();
        builder.part(value)?;
        Ok(builder.finish())
    }

    /// A fingerprint read back from a record.
    ///
    /// ```
    /// # use idem_core::Fingerprint;
    /// assert_eq!(Fingerprint::from_bytes([7; 32]).as_bytes(), &[7; 32]);
    /// ```
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// 64 hexadecimal digits, in lower case.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}
