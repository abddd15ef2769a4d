//! What arguments, results and errors must be, in words that say what to do.

use idem_core::Outcome;
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
    note = "give it a variant, with thiserror: `#[error(transparent)] Idempotency(#[from] idem_diesel::Error)`",
    note = "if it isn't yours, put both into an error that is"
)]
pub trait FromError: From<crate::Error> {}

#[diagnostic::do_not_recommend]
impl<E: From<crate::Error>> FromError for E {}

/// A function's return type: a `Result`, under whatever alias.
#[diagnostic::on_unimplemented(
    message = "an idempotent function returns a `Result`, not `{Self}`",
    label = "expected `Result<T, E>`",
    note = "an operation that can't fail still has a database under it that can: return `Result<{Self}, idem_diesel::Error>`"
)]
pub trait Returns {
    /// What it gives when it fails.
    type Err;
    /// The same, by its own name.
    type Itself;
    /// The same, with the success as an outcome.
    type Replayable;
}

impl<T, E> Returns for Result<T, E> {
    type Err = E;
    type Itself = Self;
    type Replayable = Result<Outcome<T>, E>;
}

/// An argument that a retried body can be given again.
#[diagnostic::on_unimplemented(
    message = "the argument `{Self}` can be used only once, but `retry` may run the body again",
    label = "taken by value, and not `Clone`",
    note = "take it by reference, or derive `Clone` for it"
)]
pub trait Again {
    /// The same argument for another attempt.
    #[must_use]
    fn again(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Again for T {
    fn again(&self) -> Self {
        self.clone()
    }
}
