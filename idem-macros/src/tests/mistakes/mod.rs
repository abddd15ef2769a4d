//! Every message: its words, the token it points at, and that the item survives.

mod arguments;
mod functions;
mod options;

use super::expand;

/// The function that options are tried on.
const FUNCTION: &str =
    "fn charge(conn: &mut C, request: &Charge) -> Result<Receipt, E> { pay(conn) }";

/// Expects these messages, each at this piece of source, from these options on a function that
/// nothing else is wrong with: it's still expanded.
#[track_caller]
fn options(args: &str, expected: &[(&str, &str)]) {
    let (emitted, found) = expand(args, FUNCTION);
    compare(&found, expected);
    assert!(emitted.contains("key: &"), "callers pass a key: {emitted}");
}

/// Expects these messages from this item, which is emitted as it was written, without marks.
#[track_caller]
fn item(item: &str, expected: &[(&str, &str)]) {
    let (emitted, found) = expand("", item);
    compare(&found, expected);
    assert!(!emitted.contains("idem_diesel"), "expanded: {emitted}");
    let unspaced = emitted.replace(' ', "");
    for mark in ["#[key]", "#[conn]", "#[skip"] {
        assert!(
            !unspaced.contains(mark),
            "unknown to the compiler: {emitted}"
        );
    }
    assert!(emitted.contains("charge"), "lost: {emitted}");
}

#[track_caller]
pub(super) fn compare(found: &[(String, String)], expected: &[(&str, &str)]) {
    let found: Vec<(&str, &str)> = found.iter().map(|(m, p)| (&**m, &**p)).collect();
    assert_eq!(found, expected);
}
