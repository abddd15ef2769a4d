//! The macros of `idem-diesel`. Use them from there: it re-exports them, and what they
//! expand to names its types.
//!
//! Every macro has four rooms: `parse` reads syntax and keeps each span, `model` holds the rules
//! that more than one token takes part in, `expand` quotes a model and can't fail, `fallback`
//! says what is wrong and still emits the user's item.

mod hygiene;
mod idempotent;
mod mistakes;
mod row;
mod setting;
mod soft_delete;
mod stateful;
mod suggest;
#[cfg(test)]
mod tests;
mod types;
mod versioned;

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
/// - **Everything else** stays as it was written: attributes, visibility, generics, `async`, body.
///   Works under and above `#[tracing::instrument]`.
///
/// # Options
/// | option | meaning | unless given |
/// |---|---|---|
/// | `operation = "…"` | the name that records are kept under, 1 to 255 bytes: choose one that outlives the function's | `module::path::function`, or `module::path::Type::method` with a `self` |
/// | `tenant = expr` | whose key it is, by its `Display` | one for all |
/// | `ttl = "24h"` | how long a record is kept, at most 100 years | 24 h |
/// | `fingerprint(expr, …)` | what two calls with one key must agree on | every argument |
/// | `in_flight = wait`, `wait("5s")`, `reject` | what a call does while another one holds its key; a limit is 1 ms to 24 h | `wait` |
/// | `record_errors = path` | which errors are final, stored and replayed: a `fn(&E) -> bool` | none |
/// | `result_version = 2` | raise it when stored results must not be read as new ones | 1 |
/// | `retry = 3` | attempts at most, 1 to 100, while a deadlock or a serialization failure is what they end with | 1 |
/// | `retry_if = path` | with `retry`: which errors to try again after instead, a `fn(&E) -> bool` | those |
/// | `isolation = read_committed`, `repeatable_read`, `serializable` | the transaction's isolation level | the session's |
/// | `max_result = "1MiB"` | how long an encoded result may be, at most 1 GiB | 8 MiB |
/// | `nested = join`, `deny` | what a call inside an open transaction does | `join` |
/// | `peek` | looks for an answer before beginning a transaction | off |
/// | `crate = path` | where `idem_diesel` is found | `::idem_diesel` |
///
/// `fingerprint()` with nothing in it is refused: mark each argument `#[skip]` instead, so that
/// an argument added later counts until somebody decides that it doesn't.
///
/// # What it can't do
/// Each of these is refused at the token that is wrong, with what to write instead: a function
/// without a connection taken by `&mut`; one that doesn't return a `Result`, or returns `impl Trait`;
/// `self` by value, since a replay doesn't run what would consume it; `const`, `unsafe`, `extern` and
/// variadic functions; a trait's method without a body; a method under `#[async_trait]`, which is no
/// `async fn` any more when attributes see it.
///
/// On an `async fn` with `retry` that takes `&mut self`, put `#[idempotent]` above
/// `#[tracing::instrument]`: the other way round, the span's future takes `self` with it at the
/// first attempt.
#[proc_macro_attribute]
pub fn idempotent(args: TokenStream, item: TokenStream) -> TokenStream {
    idempotent::expand(args.into(), item.into()).into()
}

/// Makes a model optimistically locked: of two who change the same state of a row, one wins and the
/// other learns of it.
///
/// ```text
/// #[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
/// #[diesel(table_name = products)]
/// struct Product { id: i32, price: i32, lock_version: i32 }
///
/// let product = product.update_versioned(conn, products::price.eq(110))?.into_inner();
/// ```
///
/// Implements `HasVersion` and `Versioned`, whose methods do the work. Reads Diesel's attributes:
/// `table_name`, `column_name`, `primary_key` and `embed`.
///
/// # Options
/// In `#[versioned(…)]` above the struct:
///
/// | option | meaning | unless given |
/// |---|---|---|
/// | `column = version` | the column that holds the version, and a field of the struct | `lock_version` |
/// | `strategy = increment` | each write raises the version by one. An `i16`, `i32` or `i64` in a SmallInt, Integer or BigInt | this one |
/// | `strategy = uuid` | each write takes a random UUID. A `Uuid`, `String` or `Vec<u8>` in a Uuid, Text or Binary | |
/// | `strategy = timestamp` | each write takes the database's time, or the next possible one. What Diesel reads from a timestamp with microseconds | |
/// | `null = 0` | which version a row has whose column is NULL, as in rows older than the column. With `increment`; the field is still no `Option`, and has `#[diesel(deserialize_as = NullAsZero<i32>)]` | the column is `NOT NULL` |
/// | `crate = path` | where `idem_diesel` is found | `::idem_diesel` |
///
/// # What it can't do
/// Each of these is refused at the token that is wrong, with what to write instead: enums, unions
/// and structs without named fields; type parameters and lifetimes; a version that is an `Option`, of
/// a type that its strategy has no use for, in the primary key, or in a column that `SoftDelete` or
/// `Stateful` use too.
#[proc_macro_derive(Versioned, attributes(versioned))]
pub fn versioned(item: TokenStream) -> TokenStream {
    row::expand(item.into(), versioned::implementations).into()
}

/// Makes a model's rows deletable without losing them: a column says when each was deleted.
///
/// ```text
/// #[derive(Identifiable, Queryable, Selectable, SoftDelete)]
/// #[diesel(table_name = products)]
/// #[soft_delete(by = deleted_by)]
/// struct Product { id: i32, name: String, deleted_at: Option<NaiveDateTime> }
/// ```
///
/// Implements `SoftDeletable` and `SoftDelete`, whose methods do the work. Reads Diesel's attributes:
/// `table_name`, `column_name`, `primary_key` and `embed`.
///
/// # Options
/// In `#[soft_delete(…)]` above the struct:
///
/// | option | meaning | unless given |
/// |---|---|---|
/// | `column = removed_at` | the column that says when a row was deleted, and a field of the struct: an `Option` of what Diesel reads from a timestamp. NULL in live rows | `deleted_at` |
/// | `by = deleted_by` | a nullable column that says by whom; it need not be a field | none |
/// | `reason = delete_reason` | a nullable column that says why; it need not be a field | none |
/// | `crate = path` | where `idem_diesel` is found | `::idem_diesel` |
///
/// # What it can't do
/// Each of these is refused at the token that is wrong, with what to write instead: enums, unions
/// and structs without named fields; type parameters and lifetimes; a time of deletion that can't be
/// `None`; columns of the primary key; one column for two things.
#[proc_macro_derive(SoftDelete, attributes(soft_delete))]
pub fn soft_delete(item: TokenStream) -> TokenStream {
    row::expand(item.into(), soft_delete::implementations).into()
}

/// Makes a model's rows move from state to state, each move once.
///
/// ```text
/// #[derive(Identifiable, Queryable, Selectable, Stateful)]
/// #[diesel(table_name = orders)]
/// struct Order { id: i32, state: OrderState }
/// ```
///
/// Implements `Stateful`, which `transition` asks for. Reads Diesel's attributes: `table_name`,
/// `column_name`, `primary_key` and `embed`.
///
/// # Options
/// In `#[stateful(…)]` above the struct:
///
/// | option | meaning | unless given |
/// |---|---|---|
/// | `column = status` | the column that holds the state, and a field of the struct, of any type that Diesel stores in it and that is `Clone`, `PartialEq` and `Debug` | `state` |
/// | `crate = path` | where `idem_diesel` is found | `::idem_diesel` |
///
/// # What it can't do
/// Each of these is refused at the token that is wrong, with what to write instead: enums, unions
/// and structs without named fields; type parameters and lifetimes; a state that is an `Option`,
/// since in SQL `NULL` equals nothing; columns of the primary key, or of the other derives.
#[proc_macro_derive(Stateful, attributes(stateful))]
pub fn stateful(item: TokenStream) -> TokenStream {
    row::expand(item.into(), stateful::implementations).into()
}
