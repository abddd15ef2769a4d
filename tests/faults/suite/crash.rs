//! Runs one fault through the cases on one database, and says how often it struck.

use crate::call::Call;
use crate::cases::Case;
use idem_faults::{Fault, Injector, Report, Supply, Victim};
use idem_tests::{Server, TestDb};
use std::io::Write as _;

/// Injects these faults at every boundary of these cases, and checks each report with `check`.
pub(crate) fn crash<S>(
    server: Server,
    test: &str,
    faults: &[Fault],
    cases: &[Case],
    check: fn(Case, &Report),
) where
    S: Supply,
    S::Conn: Call,
{
    // The test's name, without the binary's.
    let test = test.split_once("::").map_or(test, |(_, test)| test);
    if let Some(victim) = Victim::from_env() {
        return runtime().block_on(async {
            for case in cases {
                victim.call::<S::Conn, _>(case).await;
            }
        });
    }
    idem_tests::run(server, async |db: &TestDb<S::Conn>| {
        let injector = Injector::<S>::new(db.url()).await;
        let mut injector = injector.expect("an injector").in_test(test);
        let (mut statements, mut struck, mut broken) = (0, 0, Vec::new());
        for case in cases {
            for fault in faults {
                match injector.inject(*fault, case).await {
                    Ok(report) => {
                        check(*case, &report);
                        assert!(!report.injected.is_empty());
                        statements += report.statements;
                        struck += report.injected.len();
                    }
                    Err(promises) => broken.push(promises.to_string()),
                }
            }
        }
        // Past libtest's capture: how exhaustive a test was is part of what it says.
        let mut stderr = std::io::stderr();
        let _ = writeln!(
            stderr,
            "{test}: {statements} statements, {struck} faults struck"
        );
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    });
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
}
