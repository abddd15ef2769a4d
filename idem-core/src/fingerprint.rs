//! What a request says, as 32 bytes.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// A digest of a request's arguments.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// An argument whose own `Serialize` failed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("argument {part} can't be fingerprinted: {message}")]
pub struct FingerprintError {
    part: usize,
    message: String,
}

/// Collects the parts of a fingerprint.
#[derive(Debug, Clone, Default)]
pub struct FingerprintBuilder {
    parts: usize,
    hasher: Sha256,
}

impl FingerprintBuilder {
    /// Adds one argument.
    ///
    /// # Errors
    /// When the argument's own `Serialize` fails.
    pub fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FingerprintError> {
        let bytes = serde_json::to_vec(value).map_err(|error| FingerprintError {
            part: self.parts,
            message: error.to_string(),
        })?;
        self.parts += 1;
        self.hasher.update((bytes.len() as u64).to_be_bytes());
        self.hasher.update(bytes);
        Ok(())
    }

    /// The fingerprint of all parts so far.
    #[must_use]
    pub fn finish(&self) -> Fingerprint {
        Fingerprint(self.hasher.clone().finalize().into())
    }
}

impl Fingerprint {
    /// The fingerprint of one value.
    ///
    /// # Errors
    /// When the value's own `Serialize` fails.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, FingerprintError> {
        let mut builder = FingerprintBuilder::default();
        builder.part(value)?;
        Ok(builder.finish())
    }

    /// A fingerprint read back from a record.
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

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fingerprint(")?;
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}
