//! Runs the program as a person would, and reads what it prints.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

#[cfg(any(feature = "postgres", feature = "mysql"))]
mod servers;

use std::process::{Command, Output};

const REQUESTS_SENT: usize = 0;
const RESPONSES_LOST: usize = 1;
const RETRIES: usize = 2;
const CHARGES_MADE: usize = 3;
const MONEY_TAKEN: usize = 4;
const EXPECTED: usize = 5;

fn double_charge(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_double-charge"))
        .args(arguments)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The numbers in the table's row of this name.
fn row(output: &Output, name: &str) -> Vec<i64> {
    let stdout = stdout(output);
    let number = |cell: &str| cell.replace(['€', ',', '.'], "").parse().ok();
    let numbers = |line: &str| -> Option<Vec<i64>> {
        line.trim()
            .strip_prefix(name)?
            .split_whitespace()
            .map(number)
            .collect()
    };
    let found = stdout.lines().find_map(numbers);
    found.unwrap_or_else(|| panic!("no row {name:?} in:\n{stdout}\n{}", stderr(output)))
}

/// Plays on this database, or on SQLite in a temporary file, and checks that only the run without
/// idempotency charged anybody twice.
fn only_idempotency_charges_everybody_once(database: &[&str]) {
    let story = ["--customers", "12", "--seed", "7", "--amount", "19.99"];
    let output = double_charge(&[&story, database].concat());
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );

    let with = row(&output, "with idempotency");
    let without = row(&output, "without idempotency");
    assert_eq!(with[CHARGES_MADE..=EXPECTED], [12, 12 * 1999, 12 * 1999]);
    // Every click was charged, and every response that was lost had been a charge already.
    let clicks = without[REQUESTS_SENT] - without[RETRIES];
    assert!(without[RESPONSES_LOST] > 0, "{without:?}");
    assert!(
        without[CHARGES_MADE] >= clicks + without[RESPONSES_LOST],
        "{without:?}"
    );
    assert_eq!(without[MONEY_TAKEN], without[CHARGES_MADE] * 1999);
    assert_eq!(without[EXPECTED], 12 * 1999);
}

#[test]
fn only_idempotency_charges_everybody_once_on_sqlite() {
    only_idempotency_charges_everybody_once(&[]);
}

#[test]
fn only_idempotency_charges_everybody_once_in_a_named_file() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("shop.sqlite").display());
    only_idempotency_charges_everybody_once(&["--database-url", &url]);
    assert!(folder.path().join("shop.sqlite").exists());
}

#[test]
fn the_server_is_killed_and_comes_back_in_both_runs() {
    let output = double_charge(&["--customers", "5"]);
    let stdout = stdout(&output);
    assert_eq!(
        stdout
            .matches("Killed the server in the middle of customer 2's charge")
            .count(),
        2,
        "{stdout}"
    );
    assert_eq!(stdout.matches("Started it again").count(), 2, "{stdout}");
}

#[test]
fn one_cent_too_much_is_noticed() {
    let output = double_charge(&["--customers", "3", "--steal", "0.01"]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert!(stdout(&output).contains("✗ With idempotency the books are off"));
}

#[test]
fn a_line_that_loses_nothing_still_works() {
    let output = double_charge(&["--customers", "1", "--loss", "0"]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    assert_eq!(row(&output, "with idempotency")[CHARGES_MADE], 1);
}

#[test]
fn a_bad_value_is_refused_with_its_flag_and_what_is_right() {
    for (flag, value, hint) in [
        ("--loss", "2", "between 0 and 0.95"),
        ("--loss", "half", "between 0 and 0.95"),
        ("--loss", "NaN", "between 0 and 0.95"),
        ("--customers", "0", "1..=10000"),
        ("--customers", "ten", "invalid digit"),
        ("--seed", "-1", "invalid"),
        ("--amount", "1,50", "19.99"),
        ("--amount", "0", "between 0.01"),
        ("--database-url", "oracle://here", "postgres://"),
        ("--database-url", ":memory:", "name a file"),
    ] {
        let output = double_charge(&[&format!("{flag}={value}")]);
        let stderr = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{flag} {value}: {stderr}");
        assert!(
            stderr.contains(flag) && stderr.contains(hint),
            "{flag} {value}: {stderr}"
        );
        assert_eq!(stdout(&output), "", "{flag} {value}");
    }
}

#[test]
fn a_database_that_cant_be_opened_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let output = double_charge(&["--database-url", &path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains(&path), "{}", stderr(&output));
}

#[cfg(not(feature = "postgres"))]
#[test]
fn a_database_that_isnt_built_in_comes_with_the_command_that_builds_it() {
    let output = double_charge(&["--database-url", "postgres://me:secret@localhost/shop"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = stderr(&output);
    assert!(
        stderr.contains("cargo run -p double-charge --features postgres"),
        "{stderr}"
    );
    assert!(!stderr.contains("secret"), "{stderr}");
}
