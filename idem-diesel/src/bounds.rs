//! What arguments, results and errors must be, in words that say what to do.

use serde::{Serialize, de::DeserializeOwned};

/// A result that a record can hold: anything that serde can write and read back.
#[diagnostic::on_unimplemented(
    message = "the result `{Self}` of an idempotent operation can't be stored",
    label = "a later call couldn't be given this result",
    note = "derive `serde::Serialize` and `serde::Deserialize` for it; it must own its data"
)]
pub trait Storable: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Storable for T {}

/// An error that a record can hold, for `record_errors`.
#[diagnostic::on_unimplemented(
    message = "the error `{Self}` can't be stored, so `record_errors` can't record it",
    label = "a later call couldn't be given this error",
    note = "derive `serde::Serialize` and `serde::Deserialize` for it, or leave `record_errors` out"
)]
pub trait StorableError: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<E: Serialize + DeserializeOwned> StorableError for E {}

/// An argument that counts for the fingerprint: anything that serde can write.
#[diagnostic::on_unimplemented(
    message = "the argument `{Self}` can't be fingerprinted",
    label = "another request under the same key couldn't be told apart",
    note = "derive `serde::Serialize` for it, mark the parameter `#[skip]` if it doesn't say what is asked for, \
            or name what counts with `fingerprint(…)`"
)]
pub trait Fingerprintable: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Fingerprintable for T {}

/// An error that idem's own errors turn into.
#[diagnostic::on_unimplemented(
    message = "the error `{Self}` has no `From<idem_diesel::Error>`",
    label = "a refused call or a failed claim has no way to reach the caller",
    note = "add a variant for `idem_diesel::Error`, with thiserror: `#[error(transparent)] Idempotency(#[from] idem_diesel::Error)`"
)]
pub trait FromError: From<crate::Error> {}

#[diagnostic::do_not_recommend]
impl<E: From<crate::Error>> FromError for E {}
