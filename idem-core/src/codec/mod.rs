//! How a result becomes text in a record, and comes back exactly.

mod decode;
mod encode;
mod float;
mod key;
mod parts;
mod place;
mod probe;
mod tree;

use serde::{Serialize, de::DeserializeOwned};

/// A value that can't be written as text.
#[derive(Debug, thiserror::Error)]
#[error("the value can't be stored: {0}")]
pub struct EncodeError(#[from] serde_json::Error);

/// A text that is no value of the wanted type. The message says what was found, what was
/// expected and, where the text is no JSON at all, at which line and column.
#[derive(Debug, thiserror::Error)]
#[error("the stored value can't be read: {0}")]
pub struct DecodeError(#[from] serde_json::Error);

/// Writes a value as JSON text, from which [`decode`] gives back an equal one.
///
/// The text is what `serde_json` writes, so that a person can read it in SQL, except where JSON
/// would lose something:
///
/// | value | text |
/// |---|---|
/// | `Some(None)`, `Some(())`: a `Some` that would be written `null` | `{"$some":null}` |
/// | `NaN`, `inf`, `-inf` | `{"$float":"NaN"}`, `{"$float":"inf"}`, `{"$float":"-inf"}` |
/// | an integer outside `i64` and `u64` | `{"$int":"18446744073709551616"}` |
/// | a map key that is one of these words | with one `$` more: `{"$$some":1}` |
///
/// Objects are nested at most 127 deep. All NaNs are one. A text holds no NUL byte, since JSON
/// escapes it; a PostgreSQL `text` column can't hold one.
///
/// What `serde` itself doesn't carry through its buffer for untagged and internally tagged enums
/// and for `#[serde(flatten)]` can be written there, but not read: 128-bit integers outside `i64`
/// and `u64`, and map keys that aren't strings.
///
/// ```
/// let text = idem_core::encode(&(1, "two", Some(None::<u8>)))?;
/// assert_eq!(text, r#"[1,"two",{"$some":null}]"#);
/// let value: (u64, String, Option<Option<u8>>) = idem_core::decode(&text)?;
/// assert_eq!(value, (1, "two".to_owned(), Some(None)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the value's own `Serialize` fails; when it is nested deeper than 127; when a map key is no
/// string, number, boolean, character or unit variant; when a field or variant is itself named
/// `$some`, `$float` or `$int`; when it holds a `serde_json::value::RawValue`.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<String, EncodeError> {
    Ok(encode::to_text(value)?)
}

/// Reads what [`encode`] wrote. Maps keep the order in which they were written.
///
/// ```
/// assert!(idem_core::decode::<f64>(r#"{"$float":"NaN"}"#)?.is_nan());
/// let error = idem_core::decode::<u32>("[1]").unwrap_err();
/// assert!(error.to_string().contains("expected u32"));
/// # Ok::<(), idem_core::DecodeError>(())
/// ```
///
/// # Errors
/// When the text is no JSON, has something after its end, or is not of this type.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    let tree: tree::Tree = serde_json::from_str(text)?;
    Ok(T::deserialize(tree)?)
}

/// How deep `serde_json` reads: 128 levels, of which the last is refused.
const MAX_DEPTH: u8 = 127;

/// Marks a `Some` that would else look like `None`.
const SOME: &str = "$some";
/// Marks a float that JSON has no number for.
const FLOAT: &str = "$float";
/// Marks an integer that would else be read as a float.
const INT: &str = "$int";
/// How `serde_json` hands over a number's own text, if a program turns `arbitrary_precision` on.
const NUMBER: &str = "$serde_json::private::Number";
/// How `serde_json` hands over text that it doesn't parse, if a program turns `raw_value` on.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// Whether an object's key could be taken for a marker, or for an escaped one.
fn is_reserved(key: &str) -> bool {
    let word = key.trim_start_matches('$');
    word.len() < key.len() && ["some", "float", "int", &NUMBER[1..]].contains(&word)
}
