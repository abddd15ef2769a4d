//! The attribute macros of `idem-diesel`. Use them from there: it re-exports them, and what they
//! expand to names its types.
//!
//! Every macro has four rooms: `parse` reads syntax and keeps each span, `model` holds the rules
//! that more than one token takes part in, `expand` quotes a model and can't fail, `fallback`
//! says what is wrong and still emits the user's item.

mod idempotent;
mod mistakes;
mod suggest;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Makes a Diesel function safe to call again: a call with a key that was used before replays the
/// first call's value instead of running the body.
///
/// ```text
/// #[idempotent(operation = "payments.charge", ttl = "24h")]
/// pub fn charge(conn: &mut PgConnection, request: &Charge) -> Result<Receipt, ChargeError> { … }
///
/// // is called as
/// let receipt: Outcome<Receipt> = charge(conn, &key, &request)?;
/// ```
///
/// # What it does to the function
/// - **Key**: a parameter `key: &IdempotencyKey` is added right after the connection, unless the
///   function declares one: a parameter of that type, or one marked `#[key]`. A body that wants
///   to read the key declares it.
/// - **Connection**: the parameter marked `#[conn]`, else the first one taken by `&mut`.
/// - **Return type**: `Result<T, E>` becomes `Result<Outcome<T>, E>`; an alias of `Result` works
///   too. `T` is serialized and deserialized, `E` is `From<idem_diesel::Error>`.
/// - **Fingerprint**: every other argument, in order, unless it's marked `#[skip]` or
///   `fingerprint(…)` names what counts. `self` is not part of it.
/// - **Arguments** taken by value move into the body, or are cloned for each attempt with `retry`.
///   One taken apart by a pattern is taken apart inside the body.
///
/// # Options
/// | option | meaning | unless given |
/// |---|---|---|
/// | `operation = "…"` | the name that records are kept under, 1 to 255 bytes | the module's path, the type's name for a method with `self`, and the function's name |
/// | `tenant = expr` | whose key it is: anything that is `Display` | no tenant |
/// | `ttl = "24h"` | how long a record is kept, at most 100 years | the builder's default |
/// | `fingerprint(expr, …)` | what two calls with one key must agree on | every argument |
/// | `in_flight = wait`, `wait("5s")`, `reject` | what a call does while another holds its key; a wait is 1 ms to 24 h | the builder's default |
/// | `record_errors = path` | `fn(&E) -> bool`: which errors are final, and replayed | none |
/// | `result_version = 2` | changes when `T` no longer reads what was stored, from 1 | 1 |
/// | `retry = 3` | attempts after a deadlock or a serialization failure, 1 to 100 | one attempt |
/// | `retry_if = path` | `fn(&E) -> bool`: which errors to try again | those of the database |
/// | `isolation = read_committed`, `repeatable_read`, `serializable` | the transaction's isolation | the connection's |
/// | `max_result = "1MiB"` | the most an encoded result may take, at most 1 GiB | the builder's default |
/// | `nested = join`, `deny` | what a call inside a transaction does | `join` |
/// | `peek`, `peek = false` | look for a record before taking the claim | no |
/// | `crate = path` | where `idem_diesel` is found | `::idem_diesel` |
///
/// `fingerprint()` with nothing in it is refused: mark each argument `#[skip]` instead, so that
/// an argument added later counts until somebody decides that it doesn't.
#[proc_macro_attribute]
pub fn idempotent(args: TokenStream, item: TokenStream) -> TokenStream {
    idempotent::expand(args.into(), item.into()).into()
}
