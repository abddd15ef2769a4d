//! `docs/http.md` names tests that there are.

use idem_tests::documents::{missing_tests, named_tests};

const DOCUMENT: &str = include_str!("../../../docs/http.md");

#[test]
fn every_test_that_docs_http_names_is_there() {
    let count = named_tests(DOCUMENT).len();
    assert!(count > 60, "only {count} names of tests");
    let folders = [
        "idem-core/tests",
        "idem-http/tests",
        "idem-http/tests/layer",
        "idem-redis/tests/suite",
        "tests/edge/suite",
    ];
    let missing = missing_tests(DOCUMENT, &folders);
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}
