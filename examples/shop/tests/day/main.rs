//! Runs the program as a person would, and reads what it prints.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

#[cfg(any(feature = "postgres", feature = "mysql"))]
mod servers;

use std::process::{Command, Output};

const WANTED: usize = 0;
const SENT: usize = 1;
const REFUSED: usize = 4;

/// How many invariants there are.
const INVARIANTS: usize = 9;

fn shop(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shop"))
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

/// The numbers in the first table's row of this name.
fn row(output: &Output, name: &str) -> Vec<u64> {
    let stdout = stdout(output);
    let numbers = |line: &str| -> Option<Vec<u64>> {
        let cells = line.strip_prefix(name)?.split_whitespace();
        cells.map(|cell| cell.parse().ok()).collect()
    };
    let found = stdout.lines().find_map(numbers);
    found.unwrap_or_else(|| panic!("no row {name:?} in:\n{stdout}\n{}", stderr(output)))
}

/// How many lines of the second table begin with this mark.
fn marked(output: &Output, mark: &str) -> usize {
    let begin = format!("{mark}  ");
    let stdout = stdout(output);
    stdout
        .lines()
        .filter(|line| line.starts_with(&begin))
        .count()
}

/// Plays on this database, or on SQLite in a temporary file.
fn every_invariant_holds(arguments: &[&str]) -> Output {
    let output = shop(arguments);
    let text = format!("{}{}", stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert_eq!(marked(&output, "✓"), INVARIANTS, "{text}");
    assert!(text.contains("✓ Every invariant holds."), "{text}");
    output
}

/// The same day with plain writes: it isn't the day that is harmless.
fn plain_writes_break_invariants(arguments: &[&str]) {
    let output = shop(&[&["--unsafe"], arguments].concat());
    let text = format!("{}{}", stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(1), "{text}");
    for promise in [
        "money paid",
        "stock at the start",
        "version = 1",
        "one parcel",
        "no request took effect twice",
    ] {
        assert!(text.contains(&format!("✗  {promise}")), "{promise}: {text}");
    }
}

/// The same, on a day on which nothing held that wasn't tried: requests were sent again, and people
/// were in each other's way.
fn every_invariant_holds_under_trial(database: &[&str]) {
    let output = every_invariant_holds(database);
    for name in ["order", "pay", "ship"] {
        let row = row(&output, name);
        assert!(row[SENT] > row[WANTED], "{name}: {row:?}");
    }
    for name in ["set a price", "restore a product"] {
        assert!(row(&output, name)[REFUSED] > 0, "{name}");
    }
    let stdout = stdout(&output);
    assert!(!stdout.contains("delivered 0 requests"), "{stdout}");
    assert!(!stdout.contains("\n0 price edits"), "{stdout}");
}

#[test]
fn every_invariant_holds_on_sqlite() {
    every_invariant_holds_under_trial(&[]);
}

#[test]
fn every_invariant_holds_in_a_named_file() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("shop.sqlite").display());
    every_invariant_holds(&["--database-url", &url]);
    every_invariant_holds(&["--database-url", &url]); // on what the first has left
}

#[test]
fn every_invariant_holds_whatever_the_seed() {
    for seed in ["1", "2", "3"] {
        every_invariant_holds(&["--seed", seed, "--carts", "3"]);
    }
}

#[test]
fn every_invariant_holds_if_most_is_lost() {
    every_invariant_holds(&["--loss", "0.8", "--shoppers", "3", "--carts", "2"]);
}

#[test]
fn every_invariant_holds_for_one_shopper_and_one_clerk() {
    let output = every_invariant_holds(&["--shoppers", "1", "--clerks", "1", "--loss", "0"]);
    let row = row(&output, "order");
    assert_eq!(row[SENT], row[WANTED]);
}

#[test]
fn plain_writes_break_invariants_on_sqlite() {
    plain_writes_break_invariants(&[]);
}

#[test]
fn a_bad_value_is_refused_with_its_flag_and_what_is_right() {
    for (flag, value, hint) in [
        ("--loss", "2", "between 0 and 0.95"),
        ("--loss", "half", "between 0 and 0.95"),
        ("--loss", "NaN", "between 0 and 0.95"),
        ("--shoppers", "0", "1..=100"),
        ("--clerks", "21", "1..=20"),
        ("--carts", "ten", "invalid digit"),
        ("--seed", "-1", "invalid"),
        ("--database-url", "oracle://here", "postgres://"),
        ("--database-url", ":memory:", "name a file"),
    ] {
        let output = shop(&[&format!("{flag}={value}")]);
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
    let output = shop(&["--database-url", &path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains(&path), "{}", stderr(&output));
}

#[cfg(not(feature = "postgres"))]
#[test]
fn a_database_that_isnt_built_in_comes_with_the_command_that_builds_it() {
    let output = shop(&["--database-url", "postgres://me:secret@localhost/shop"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = stderr(&output);
    assert!(
        stderr.contains("cargo run -p shop --features postgres"),
        "{stderr}"
    );
    assert!(!stderr.contains("secret"), "{stderr}");
}
