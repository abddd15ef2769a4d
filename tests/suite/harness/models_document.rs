//! `docs/models.md` names tests that there are.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

const DOCUMENT: &str = include_str!("../../../docs/models.md");

/// What stands between backticks and is written as a test, `module::test`, or as a mistake that doesn't
/// compile, `ui/derive/case`.
fn names() -> Vec<&'static str> {
    let spans = DOCUMENT
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    let is_name = |span: &&str| {
        let rest = span.chars();
        let mut rest = rest.filter(|c| !c.is_ascii_lowercase() && !c.is_ascii_digit() && *c != '_');
        span.starts_with("ui/") || span.contains("::") && rest.all(|c| c == ':')
    };
    spans.filter(is_name).collect()
}

/// The sources of tests in these folders, each by its module's name.
fn sources(folders: &[PathBuf]) -> HashMap<String, String> {
    let files = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files
        .map(|path| {
            let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (module, fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn every_test_that_docs_models_names_is_there() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["suite/api", "suite/behaviours", "../idem-core/tests"];
    let sources = sources(&folders.map(|folder| tests.join(folder)));
    let is_there = |name: &str| {
        if let Some((derive, case)) = name.strip_prefix("ui/").and_then(|ui| ui.split_once('/')) {
            return tests.join(format!("ui/{derive}/fail/{case}.rs")).is_file();
        }
        let (module, test) = name.split_once("::").unwrap_or((name, ""));
        let forms = [format!("fn {test}<"), format!("fn {test}(")];
        let source = sources.get(module);
        source.is_some_and(|source| forms.iter().any(|form| source.contains(form)))
    };
    let names = names();
    assert!(names.len() > 200, "only {} names of tests", names.len());
    let missing: Vec<_> = names.into_iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}
