//! Records that must not meet.

use super::check::{Call, Check, Checked, LONG, Promise, ensure};
use crate::{Claimed, IdempotencyKey, RecordId, Rejection, Store};

pub(super) fn promises<S: Store + Sync>() -> Vec<Promise<S>> {
    vec![
        (
            "operations, tenants and keys are told apart byte by byte",
            told_apart,
        ),
        (
            "names and keys of every length up to the longest are told apart",
            longest,
        ),
        (
            "a name that can't be stored is refused, and nothing is written",
            invalid_names,
        ),
    ]
}

/// Names that separators, patterns, collations, normal forms, trimming or quoting could mix up.
const NAMES: [&str; 35] = [
    "a",
    "A",
    "b",
    "ab",
    "aa",
    "a ",
    " a",
    "a\t",
    "a\n",
    "a:",
    ":a",
    "a:b",
    "a|b",
    "a/b",
    "a.b",
    "a,b",
    "a%",
    "%",
    "_",
    "*",
    "?",
    "a'b",
    "a\"b",
    "a\\b",
    "'; DROP TABLE idem_records; --",
    "{a}",
    "[a]",
    "\u{e9}",
    "e\u{301}",
    "e",
    "ss",
    "\u{df}",
    "\u{1F980}",
    "\u{feff}a",
    "null",
];
/// The same for keys, which are visible ASCII.
const KEYS: [&str; 14] = [
    "k", "K", "k:", ":k", "a:k", "b:k", "k%", "%", "_", "*", "k'", "k\\", "k|k", "{k}",
];

/// What a store might join names with.
const SEPARATORS: [&str; 10] = ["", ":", "|", "/", ".", ",", "-", "_", " ", "\u{1f}"];

/// Claims them all, and then completes them all: each is granted, and each has its own result.
fn all_differ<S: Store + Sync>(check: &Check<'_, S>, calls: &[Call]) -> Checked {
    let mut tokens = Vec::new();
    for call in calls {
        let token = check.granted(call);
        tokens.push(token.map_err(|detail| format!("{:?}: {detail}", call.id()))?);
    }
    for (n, (call, token)) in calls.iter().zip(&tokens).enumerate() {
        let write = check.complete(call, token, Some(&n.to_string()))?;
        ensure!(
            write == crate::Write::Done,
            "{:?}: its claim was lost",
            call.id()
        );
    }
    for (n, call) in calls.iter().enumerate() {
        let replayed = check.replays(call, Some(&n.to_string()));
        replayed.map_err(|detail| format!("{:?}: {detail}", call.id()))?;
    }
    Ok(())
}

fn call(operation: &str, tenant: &str, key: &str) -> Result<Call, String> {
    let mut call = Call::new();
    call.operation = operation.to_owned();
    call.tenant = tenant.to_owned();
    call.key = key.parse().map_err(|error| format!("{key:?}: {error}"))?;
    Ok(call)
}

fn told_apart<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let mut calls = Vec::new();
    for name in NAMES {
        calls.push(call(name, "", "k")?);
        calls.push(call(name, "a", "k")?);
        calls.push(call("o", name, "k")?);
    }
    calls.push(call("o", "", "k")?);
    for key in KEYS {
        calls.push(call("a", "t", key)?);
        calls.push(call("a:", "t", key)?);
    }
    for s in SEPARATORS {
        calls.push(call(&format!("x{s}y"), "z", "k")?);
        calls.push(call("x", &format!("y{s}z"), "k")?);
    }
    for s in SEPARATORS
        .iter()
        .filter(|s| s.bytes().all(|byte| byte.is_ascii_graphic()))
    {
        calls.push(call("x", &format!("y{s}z"), "w")?);
        calls.push(call("x", "y", &format!("z{s}w"))?);
    }
    all_differ(check, &calls)
}

fn longest<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let name = |last: &str| {
        let filling = RecordId::MAX_NAME - last.len();
        "n".repeat(filling) + last
    };
    let key = |last: &str| "k".repeat(IdempotencyKey::MAX_LENGTH - last.len()) + last;
    let mut calls = Vec::new();
    for last in ["", "1", "2", "11"] {
        calls.push(call(&name(last), &name(""), &key(""))?);
        calls.push(call(&name("3"), &name(last), &key(""))?);
        calls.push(call(&name("3"), &name("3"), &key(last))?);
    }
    for shorter in [254, 200, 100] {
        calls.push(call(&name("")[..shorter], &name(""), &key(""))?);
        calls.push(call(&name(""), &name("")[..shorter], &key(""))?);
        calls.push(call(&name(""), &name(""), &key("")[..shorter])?);
    }
    calls.push(call(&"\u{1F980}".repeat(63), &"\u{1F980}".repeat(63), "k")?);
    all_differ(check, &calls)
}

fn invalid_names<S: Store + Sync>(check: &Check<'_, S>) -> Checked {
    let long = "n".repeat(RecordId::MAX_NAME + 1);
    for (operation, tenant) in [
        ("", "t"),
        (&long, "t"),
        ("o", &long),
        ("o\0", "t"),
        ("o", "\0t"),
    ] {
        let call = call(operation, tenant, "k")?.lease(LONG);
        match check.claim(&call)? {
            Claimed::Rejected(Rejection::InvalidName { .. }) => {}
            other => return Err(format!("{:?} was answered {other:?}", call.id())),
        }
    }
    // Nothing of it was cut short and written.
    let cut = call("o", &long[..RecordId::MAX_NAME], "k")?;
    check.is_absent(&cut)?;
    check.is_absent(&call("o", "t", "k")?)
}
