//! `docs/models.md` names tests that there are.

use idem_tests::documents::{missing_tests, named_tests};

const DOCUMENT: &str = include_str!("../../../docs/models.md");

#[test]
fn every_test_that_docs_models_names_is_there() {
    let count = named_tests(DOCUMENT).len();
    assert!(count > 200, "only {count} names of tests");
    let folders = [
        "tests/suite/api",
        "tests/suite/behaviours",
        "idem-core/tests",
    ];
    let missing = missing_tests(DOCUMENT, &folders);
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}
