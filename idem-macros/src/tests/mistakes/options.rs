//! What is wrong between the attribute's parentheses.

use super::super::expand;
use super::{FUNCTION, compare, options};

const NAMES: &str = "`operation`, `tenant`, `ttl`, `fingerprint`, `in_flight`, `record_errors`, \
    `result_version`, `retry`, `retry_if`, `isolation`, `max_result`, `nested`, `peek`, `crate`";

#[test]
fn an_unknown_one_lists_all_and_suggests_the_nearest() {
    let near = format!("unknown option `tll`: did you mean `ttl`? There are {NAMES}");
    options(r#"tll = "24h""#, &[(&near, "tll")]);
    let far = format!("unknown option `zzz`: there are {NAMES}");
    options("zzz", &[(&far, "zzz")]);
}

#[test]
fn one_of_a_later_version_is_named_as_such() {
    options(
        "durable",
        &[("`durable` is not available yet: leave it out", "durable")],
    );
    options(
        r#"lease = "30s", peek"#,
        &[("`lease` is not available yet: leave it out", "lease")],
    );
}

#[test]
fn a_second_time_points_at_both() {
    let args = r#"ttl = "24h", peek, ttl = "bad""#;
    let place = r#"ttl = "24h", peek, ttl"#;
    options(args, &[("`ttl` is given twice: keep one", place)]);
}

#[test]
fn a_malformed_one_shows_the_form() {
    for (args, message, place) in [
        (
            "operation",
            r#"a value is missing: write `operation = "payments.charge"`"#,
            "operation",
        ),
        ("ttl =", r#"a value is missing: write `ttl = "24h"`"#, "="),
        (
            "ttl = 24",
            r#"expected string literal: write `ttl = "24h"`"#,
            "24",
        ),
        (r#"ttl("24h")"#, r#"expected `=`: write `ttl = "24h"`"#, "("),
        (
            "retry = \"3\"",
            "expected integer literal: write `retry = 3`",
            "\"3\"",
        ),
        (
            "peek = 1",
            "expected boolean literal: write `peek` or `peek = false`",
            "1",
        ),
        (
            "fingerprint = request",
            "what counts goes in parentheses: write `fingerprint(request.amount, request.card)`",
            "=",
        ),
        (
            "record_errors = |e| true",
            "expected the path of a `fn(&E) -> bool`: write `record_errors = ChargeError::is_final`",
            "|",
        ),
        (
            "crate = \"idem\"",
            "expected identifier: write `crate = path::to::idem_diesel`",
            "\"idem\"",
        ),
    ] {
        options(args, &[(message, place)]);
    }
}

#[test]
fn a_value_out_of_bounds_says_the_bounds() {
    let long = format!(r#"operation = "{}""#, "x".repeat(256));
    let long_place = format!(r#""{}""#, "x".repeat(256));
    let name = r#"an operation's name has 1 to 255 bytes: write `operation = "payments.charge"`"#;
    let nul =
        r#"PostgreSQL stores no text with a NUL in it: write `operation = "payments.charge"`"#;
    let ttl = r#"a record is kept for more than 0 and at most 100 years: write `ttl = "24h"`"#;
    let wait = "a wait takes 1ms to 24h; not to wait at all is `in_flight = reject`: write \
        `in_flight = wait`, `in_flight = wait(\"5s\")` or `in_flight = reject`";
    let version = "expected a whole number from 1 to 2147483647: write `result_version = 2`";
    let retry = "expected a whole number from 1 to 100: write `retry = 3`";
    let size = r#"a result may take 1 byte to 1GiB: write `max_result = "1MiB"`"#;
    for (args, message, place) in [
        (r#"operation = """#, name, r#""""#),
        (r#"operation = "a\0b""#, nul, r#""a\0b""#),
        (&*long, name, &*long_place),
        (r#"ttl = "0s""#, ttl, r#""0s""#),
        (r#"ttl = "101years""#, ttl, r#""101years""#),
        (r#"in_flight = wait("0s")"#, wait, r#""0s""#),
        (r#"in_flight = wait("25h")"#, wait, r#""25h""#),
        ("result_version = 0", version, "0"),
        ("result_version = -1", version, "-"),
        ("result_version = 2147483648", version, "2147483648"),
        ("retry = 0", retry, "0"),
        ("retry = 101", retry, "101"),
        (r#"max_result = "0""#, size, r#""0""#),
        (r#"max_result = "2GiB""#, size, r#""2GiB""#),
    ] {
        options(args, &[(message, place)]);
    }
}

#[test]
fn the_bounds_themselves_are_allowed() {
    let long = format!(r#"operation = "{}""#, "x".repeat(255));
    for args in [
        &*long,
        r#"ttl = "1ns""#,
        r#"ttl = "100years""#,
        r#"in_flight = wait("1ms")"#,
        r#"in_flight = wait("24h")"#,
        "result_version = 2147483647",
        "retry = 100",
        r#"max_result = "1GiB""#,
    ] {
        options(args, &[]);
    }
}

#[test]
fn a_misspelt_word_suggests_the_nearest() {
    options(
        "isolation = serialisable",
        &[(
            "unknown value `serialisable`: did you mean `serializable`? There are \
             `read_committed`, `repeatable_read`, `serializable`: write `isolation = serializable`",
            "serialisable",
        )],
    );
    options(
        "nested = maybe",
        &[(
            "unknown value `maybe`: there are `join`, `deny`: write `nested = join` or `nested = deny`",
            "maybe",
        )],
    );
}

#[test]
fn a_unit_that_is_missing_is_asked_for() {
    let (_, found) = expand(r#"ttl = "24""#, FUNCTION);
    let [(message, place)] = &found[..] else {
        panic!("{found:?}")
    };
    assert!(
        message.starts_with("expected a time with its unit ("),
        "{message}"
    );
    assert!(message.ends_with("): write `ttl = \"24h\"`"), "{message}");
    assert_eq!(place, "\"24\"");
    let help = r#"expected a size with its unit: write `max_result = "1MiB"`"#;
    options(r#"max_result = "much""#, &[(help, r#""much""#)]);
}

#[test]
fn what_has_no_name_is_asked_for_it() {
    let help = r#"expected an option by its name, as in `operation = "payments.charge"`"#;
    options(r#""payments.charge""#, &[(help, r#""payments.charge""#)]);
}

#[test]
fn a_missing_comma_is_named_once() {
    let help = "expected `,` before the next option";
    options(r#"ttl = "24h" peek, retry = 2"#, &[(help, "peek")]);
}

#[test]
fn a_condition_to_retry_needs_attempts() {
    let help = "nothing is retried without a number of attempts: add `retry = 3`";
    options("retry_if = is_transient", &[(help, "retry_if")]);
    // One mistake, one message: these attempts are meant, and wrong.
    let zero = "expected a whole number from 1 to 100: write `retry = 3`";
    options("retry_if = is_transient, retry = 0", &[(zero, "0")]);
}

#[test]
fn nothing_that_counts_is_refused() {
    let help = "nothing counts, so a key could be used again for anything; if that is meant, \
        mark each argument `#[skip]`; if not: write `fingerprint(request.amount, request.card)`";
    options("fingerprint()", &[(help, "()")]);
}

#[test]
fn what_counts_is_said_in_one_way() {
    let item = "fn charge(conn: &mut C, a: A, #[skip] b: B) -> Result<R, E> { pay(conn) }";
    let (emitted, found) = expand("fingerprint(a)", item);
    let help = "`fingerprint(…)` already says what counts: remove this argument's `#[skip]`, or \
        `fingerprint`";
    compare(&found, &[(help, "b")]);
    assert!(emitted.contains("key: &"), "{emitted}");
}

#[test]
fn an_expression_cant_reach_into_a_pattern() {
    let item = "fn charge(conn: &mut C, (a, b): (A, B), _c: C) -> Result<R, E> { pay(conn) }";
    let (_, found) = expand("tenant = a.b, fingerprint(x.b, b + 1, _c)", item);
    let help = |name: &str| {
        format!(
            "`{name}` exists only inside the body, where its pattern is taken apart: give the \
             whole argument a name"
        )
    };
    compare(
        &found,
        &[(&help("a"), "a"), (&help("b"), "b"), (&help("_c"), "_c")],
    );
}

#[test]
fn all_are_reported_together_and_the_good_ones_kept() {
    let (emitted, found) = expand(r#"ttl = 1, retry = 0, peek, operation = "x""#, FUNCTION);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        emitted.contains(".peek()") && emitted.contains(r#"new("x")"#),
        "{emitted}"
    );
}
