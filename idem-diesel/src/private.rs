//! What the expansion of `#[idempotent]` needs beyond the public API.

pub use crate::dialect::{Dialect, Step};
pub use crate::statement::{
    Bind, CountsRow, CountsSql, RecordRow, RecordSql, Statement, TimesRow, TimesSql,
};
pub use diesel::QueryResult;
pub use diesel::connection::TransactionManagerStatus;
use idem_core::Outcome;

/// A function's return type: a `Result`, under whatever alias.
#[diagnostic::on_unimplemented(
    message = "an idempotent function returns a `Result`, not `{Self}`",
    label = "expected `Result<T, E>`",
    note = "an operation that can't fail still has a database under it that can: return `Result<{Self}, idem_diesel::Error>`"
)]
pub trait Returns {
    /// What it gives when it succeeds.
    type Ok;
    /// What it gives when it fails.
    type Err;
    /// The same, with the success as an outcome.
    type Replayable;
}

impl<T, E> Returns for Result<T, E> {
    type Ok = T;
    type Err = E;
    type Replayable = Result<Outcome<T>, E>;
}

/// The default operation of a method: its module, its type without generics, its name.
#[must_use]
pub fn method_operation<T: ?Sized>(module: &str, method: &str) -> String {
    let name = std::any::type_name::<T>();
    let name = name.split('<').next().unwrap_or(name);
    let name = name.rsplit("::").next().unwrap_or(name);
    format!("{module}::{name}::{method}")
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

/// The same argument for another attempt.
#[must_use]
pub fn again<T: Again>(argument: &T) -> T {
    argument.again()
}
