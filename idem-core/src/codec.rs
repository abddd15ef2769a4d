//! How a result becomes text in a record, and comes back exactly.

use serde::{Serialize, de::DeserializeOwned};

/// A value that can't be written as text.
#[derive(Debug, thiserror::Error)]
#[error("the value can't be stored: {0}")]
pub struct EncodeError(#[from] serde_json::Error);

/// A text that is no value of the wanted type.
#[derive(Debug, thiserror::Error)]
#[error("the stored value can't be read: {0}")]
pub struct DecodeError(#[from] serde_json::Error);

/// Writes a value as JSON text.
///
/// # Errors
/// When the value's own `Serialize` fails, or it has something JSON can't hold.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<String, EncodeError> {
    Ok(serde_json::to_string(value)?)
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// When the text is no JSON, or not of this type.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    Ok(serde_json::from_str(text)?)
}
