//! An independent fuzzer against the OpenAPI document: schemathesis.

use super::audit::{Named, books};
use super::server::Server;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::process::Command;

/// Within this time the fuzzer generates what it can, in seconds.
const SECONDS: &str = "60";

/// Fewer effects of an operation than this show nothing.
const ENOUGH: i64 = 20;

/// Every answer is as the document says, none is 5xx, and no copy of a request had an effect of its own: the
/// fuzzer sends each one that had one again (`fuzz/hooks.py`), and in the end there are as many rows
/// as keys that it was told a success for.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs schemathesis; run by tests/run as \"fuzzing payments-api\""]
async fn a_fuzzer_finds_no_5xx_and_no_double_effect() {
    let schemathesis = env::var("SCHEMATHESIS").unwrap();
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let fuzz = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz");
    let folder = env::temp_dir().join(format!("fuzz-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir(&folder).unwrap();
    let successes = folder.join("successes.txt");
    let status = Command::new(schemathesis)
        .args([
            "--no-color",
            "--config-file",
            &format!("{fuzz}/schemathesis.toml"),
        ])
        .args([
            "run",
            &format!("{}/openapi.json", server.url),
            "--max-time",
            SECONDS,
        ])
        .current_dir(&folder)
        .env("SCHEMATHESIS_HOOKS", format!("{fuzz}/hooks.py"))
        .env("PAYMENTS_API_SUCCESSES", &successes)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .status()
        .unwrap();
    let told = std::fs::read_to_string(&successes).unwrap_or_default();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(status.success(), "schemathesis: {status}");

    let effects = books(&server.database).await;
    println!("{effects:?}");
    assert_eq!(effects, keys_by_operation(&told));
    assert_eq!(effects.len(), 4, "{effects:?}");
    assert!(
        effects.iter().all(|effect| effect.number >= ENOUGH),
        "{effects:?}"
    );
}

/// How many keys the fuzzer was told a success for.
fn keys_by_operation(told: &str) -> Vec<Named> {
    let lines: BTreeSet<&str> = told.lines().collect();
    let mut keys = BTreeMap::new();
    for line in lines {
        let (operation, _) = line.split_once('\t').unwrap();
        *keys.entry(operation).or_default() += 1;
    }
    let named = |(name, number): (&str, _)| Named {
        name: name.to_owned(),
        number,
    };
    keys.into_iter().map(named).collect()
}
