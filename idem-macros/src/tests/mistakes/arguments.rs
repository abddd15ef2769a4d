//! What is wrong with the arguments.

use super::super::expand;
use super::item;

const BY_MUT: &str =
    "the connection is written to: take it by `&mut`, as in `conn: &mut PgConnection`";

#[test]
fn a_connection_is_needed() {
    let none = "no argument is the connection that the record is written with: take it by \
        `&mut`, as in `conn: &mut PgConnection`";
    item("fn charge(a: A) -> Result<R, E> {}", &[(none, "charge")]);
    item(
        "fn charge(conn: Shared) -> Result<R, E> {}",
        &[(BY_MUT, "Shared")],
    );
    item(
        "fn charge(c: &PgConnection) -> Result<R, E> {}",
        &[(BY_MUT, "&PgConnection")],
    );
    item(
        "fn charge(#[conn] a: A) -> Result<R, E> {}",
        &[(BY_MUT, "A")],
    );
    item(
        "fn charge(#[skip] a: &mut A) -> Result<R, E> {}",
        &[(none, "charge")],
    );
}

#[test]
fn of_two_that_may_be_the_connection_one_is_marked() {
    let help = "this isn't the first `&mut` argument: mark the connection that the record is \
        written with `#[conn]`, and others `#[skip]`";
    item(
        "fn charge(a: &mut PgConnection, b: &mut PgConnection) -> Result<R, E> {}",
        &[(help, "b")],
    );
    item(
        "fn charge(log: &mut Log, conn: &mut db::PgConnection) -> Result<R, E> {}",
        &[(help, "conn")],
    );
    for allowed in [
        "fn charge(#[conn] a: &mut PgConnection, b: &mut PgConnection) -> Result<R, E> {}",
        "fn charge(a: &mut PgConnection, #[skip] b: &mut PgConnection) -> Result<R, E> {}",
        "fn charge(conn: &mut PgConnection, log: &mut Log) -> Result<R, E> {}",
    ] {
        let (_, found) = expand("", allowed);
        assert!(found.is_empty(), "{allowed}: {found:?}");
    }
}

#[test]
fn a_mark_that_one_argument_has_is_not_given_twice() {
    item(
        "fn charge(#[conn] a: &mut A, #[conn] b: &mut B) -> Result<R, E> {}",
        &[("a second argument is marked `#[conn]`: mark one", "b")],
    );
    item(
        "fn charge(c: &mut C, #[key] a: &A, #[key] b: &B) -> Result<R, E> {}",
        &[("a second argument is marked `#[key]`: mark one", "b")],
    );
    item(
        "fn charge(c: &mut C, a: &IdempotencyKey, b: IdempotencyKey) -> Result<R, E> {}",
        &[("a second key: mark the one of this call with `#[key]`", "b")],
    );
}

#[test]
fn marks_dont_mix_and_take_nothing() {
    item(
        "fn charge(c: &mut C, #[key] #[skip] a: A) -> Result<R, E> {}",
        &[(
            "one argument takes one mark: keep the one that is meant",
            "#[key] #[skip]",
        )],
    );
    item(
        "fn charge(c: &mut C, #[skip(yes)] a: A) -> Result<R, E> {}",
        &[("a mark takes no options: write `#[skip]`", "#[skip(yes)]")],
    );
    item(
        "fn charge(#[skip] &self, c: &mut C) -> Result<R, E> {}",
        &[(
            "`self` takes no mark: it's neither the key nor the connection, and never part of \
             the fingerprint",
            "#[skip]",
        )],
    );
}

#[test]
fn another_key_is_renamed_or_marked() {
    let help = "this is called `key` and isn't an `IdempotencyKey`: rename it, or mark it \
        `#[key]` if it's the key";
    item(
        "fn charge(c: &mut C, key: &str) -> Result<R, E> {}",
        &[(help, "key")],
    );
    item(
        "fn charge(c: &mut C, A { key, .. }: A) -> Result<R, E> {}",
        &[(help, "key")],
    );
    // Beside a key that was declared, it's an argument like any other.
    let (_, found) = expand(
        "",
        "fn charge(c: &mut C, key: &str, id: &IdempotencyKey) -> Result<R, E> {}",
    );
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_key_is_not_optional() {
    let help = "a call without a key can't be told from another: take `&IdempotencyKey`, and \
        refuse a missing key before the call";
    item(
        "fn charge(c: &mut C, id: Option<&IdempotencyKey>) -> Result<R, E> {}",
        &[(help, "Option<&IdempotencyKey>")],
    );
    item(
        "fn charge(c: &mut C, key: Option<IdempotencyKey>) -> Result<R, E> {}",
        &[(help, "Option<IdempotencyKey>")],
    );
}

#[test]
fn a_key_and_a_connection_are_unconditional() {
    item(
        "fn charge(#[cfg(a)] c: &mut C) -> Result<R, E> {}",
        &[(
            "the connection is always needed: put `#[cfg]` on an alias of its type",
            "#[cfg(a)]",
        )],
    );
    item(
        "fn charge(c: &mut C, #[cfg(a)] id: &IdempotencyKey) -> Result<R, E> {}",
        &[(
            "the key is always needed: put `#[cfg]` on an alias of its type",
            "#[cfg(a)]",
        )],
    );
}

#[test]
fn self_is_borrowed() {
    let help = "a replay doesn't run the body, so it can't consume `self`: take `&self` or \
        `&mut self`";
    for receiver in [
        "self",
        "mut self",
        "self: Box<Self>",
        "self: Pin<&mut Self>",
    ] {
        let written = format!("fn charge({receiver}, c: &mut C) -> Result<R, E> {{}}");
        item(&written, &[(help, receiver)]);
    }
    for receiver in [
        "&self",
        "&mut self",
        "&'a self",
        "self: &Self",
        "self: &mut Self",
    ] {
        let written = format!("fn charge({receiver}, c: &mut C) -> Result<R, E> {{}}");
        let (_, found) = expand("", &written);
        assert!(found.is_empty(), "{receiver}: {found:?}");
    }
}
