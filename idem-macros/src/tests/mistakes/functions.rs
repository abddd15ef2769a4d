//! What is wrong with the function, or that it isn't one.

use super::super::expand;
use super::item;

const RESULT: &str = "write `-> Result<T, E>`, where `E` is `From<idem_diesel::Error>`";

#[test]
fn what_is_no_function_says_what_it_is() {
    for (written, word) in [
        ("struct charge;", "struct"),
        ("enum charge {}", "enum"),
        ("const charge: u8 = 0;", "const"),
        ("type charge = u8;", "type"),
        ("use charge;", "use"),
    ] {
        let help = format!("`#[idempotent]` goes on a function, and this is a `{word}`");
        item(written, &[(&help, word)]);
    }
    for (written, word) in [
        ("impl charge { fn a() {} }", "impl"),
        ("pub trait charge {}", "trait"),
        ("mod charge {}", "mod"),
    ] {
        let help =
            format!("`#[idempotent]` goes on a function: put it on one inside this `{word}`");
        item(written, &[(&help, word)]);
    }
    let help = "`#[idempotent]` goes on a function: a free one or a method, with a body";
    item("|charge| 1", &[(help, "|")]);
    item("charge(1)", &[(help, "charge")]);
}

#[test]
fn a_body_is_needed() {
    let help = "there is no body to run: put `#[idempotent]` on the implementation";
    item(
        "fn charge(&self, conn: &mut C) -> Result<R, E>;",
        &[(help, ";")],
    );
}

#[test]
fn a_result_is_returned() {
    let nothing = format!("nothing is returned, not even whether it worked: {RESULT}");
    item("fn charge(c: &mut C) {}", &[(&nothing, "charge")]);
    let other = format!("a replay also needs to fail, so this has to be a `Result`: {RESULT}");
    for ty in [
        "()",
        "u64",
        "Option<R>",
        "&'static str",
        "(A, B)",
        "[u8; 3]",
        "!",
    ] {
        item(
            &format!("fn charge(c: &mut C) -> {ty} {{}}"),
            &[(&other, ty)],
        );
    }
}

#[test]
fn the_returned_type_has_a_name() {
    let help = "a replay can't make a value of an `impl` type: name the type";
    item(
        "fn charge(c: &mut C) -> Result<impl Copy, E> {}",
        &[(help, "impl Copy")],
    );
    let help = "a replay can't make a value of an `impl` type: write an `async fn`";
    item(
        "fn charge(c: &mut C) -> impl Future<Output = Result<R, E>> {}",
        &[(help, "impl Future<Output = Result<R, E>>")],
    );
}

#[test]
fn what_is_replayed_is_owned() {
    let help = "a replay reads its result from the record, which nothing borrows from: return a \
        type that owns its data, as `String` does";
    for ty in [
        "Result<&str, E>",
        "Result<Vec<(u8, &'static str)>, E>",
        "anyhow::Result<&'a str>",
    ] {
        item(
            &format!("fn charge<'a>(c: &mut C, a: &'a str) -> {ty} {{}}"),
            &[(help, "&")],
        );
    }
    for allowed in ["Result<fn(&u8) -> &u8, E>", "Result<R, &'a str>"] {
        let written = format!("fn charge<'a>(c: &mut C, a: &'a str) -> {allowed} {{}}");
        let (_, found) = expand("", &written);
        assert!(found.is_empty(), "{written}: {found:?}");
    }
}

#[test]
fn a_returned_lifetime_is_named_once_a_key_is_added() {
    let help = "the key is borrowed too, so this lifetime has to be named: write it as `'a`, \
        here and where it comes from";
    item(
        "fn charge(c: &mut C) -> Result<R, E<'_>> {}",
        &[(help, "'_")],
    );
    item("fn charge(c: &mut C) -> Result<R, &str> {}", &[(help, "&")]);
    for allowed in [
        "fn charge<'a>(c: &'a mut C) -> Result<R, E<'a>> {}",
        "fn charge(&self, c: &mut C) -> Result<R, E<'_>> {}",
        "fn charge(c: &mut C) -> Result<R, fn(&u8) -> &u8> {}",
        "fn charge(c: &mut C, key: IdempotencyKey) -> Result<R, E<'_>> {}",
    ] {
        let (_, found) = expand("", allowed);
        assert!(found.is_empty(), "{allowed}: {found:?}");
    }
}

#[test]
fn qualifiers_that_cant_work_are_named() {
    for (qualifier, place, message) in [
        (
            "const",
            "const",
            "a `const fn` can't reach a database: remove `const`",
        ),
        (
            "unsafe",
            "unsafe",
            "the body runs inside a closure, where an `unsafe fn` can't keep its contract: call \
             it from a safe function, and put `#[idempotent]` there",
        ),
        (
            "extern \"C\"",
            "extern \"C\"",
            "a function that other languages call has no place for a key: call it from a Rust \
             function, and put `#[idempotent]` there",
        ),
    ] {
        let written = format!("{qualifier} fn charge(c: &mut C) -> Result<R, E> {{}}");
        item(&written, &[(message, place)]);
    }
    let help = "the fingerprint can't cover `...`: take a slice";
    item(
        "fn charge(c: &mut C, ...) -> Result<R, E> {}",
        &[(help, "...")],
    );
}

#[test]
fn async_trait_is_kept_apart() {
    let help = "under `#[async_trait]` this isn't an `async fn` any more: put `#[idempotent]` \
        on an `async fn` outside of the trait's impl, and call that one from here";
    item(
        "fn charge<'a>(&'a self, c: &'a mut C)
            -> Pin<Box<dyn Future<Output = Result<R, E>> + Send + 'a>> {}",
        &[(help, "charge")],
    );
    item(
        "#[async_trait::async_trait] async fn charge(&self, c: &mut C) -> Result<R, E> {}",
        &[(help, "#[async_trait::async_trait]")],
    );
}

#[test]
fn all_mistakes_are_reported_together() {
    let (_, found) = expand("tll", "const fn charge(self, a: A) {}");
    let places: Vec<&str> = found.iter().map(|(_, place)| &**place).collect();
    assert_eq!(places, ["tll", "const", "self", "charge", "charge"]);
}

#[test]
fn once_is_enough() {
    let help = "a function is made idempotent once: keep one `#[idempotent]`";
    item(
        "#[idem_diesel::idempotent(peek)] fn charge(conn: &mut C) -> Result<R, E> {}",
        &[(help, "#[idem_diesel::idempotent(peek)]")],
    );
}
