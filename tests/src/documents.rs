//! Documents that name tests.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What stands between backticks and is written as a test, `module::test`, or as a mistake that doesn't
/// compile, `ui/derive/case`.
#[must_use]
pub fn named_tests(document: &str) -> Vec<&str> {
    let spans = document
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    let is_name = |span: &&str| {
        let rest = span.chars();
        let mut rest = rest.filter(|c| !c.is_ascii_lowercase() && !c.is_ascii_digit() && *c != '_');
        span.starts_with("ui/") || span.contains("::") && rest.all(|c| c == ':')
    };
    spans.filter(is_name).collect()
}

/// Which of the tests that a document names aren't there, looked for in these folders of the
/// repository.
///
/// # Panics
///
/// If a folder isn't there.
#[must_use]
pub fn missing_tests<'d>(document: &'d str, folders: &[&str]) -> Vec<&'d str> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
    let sources = sources(&folders);
    let is_there = |name: &str| {
        if let Some((derive, case)) = name.strip_prefix("ui/").and_then(|ui| ui.split_once('/')) {
            let case = format!("tests/ui/{derive}/fail/{case}.rs");
            return root.join(case).is_file();
        }
        let (module, test) = name.split_once("::").unwrap_or((name, ""));
        let forms = [format!("fn {test}<"), format!("fn {test}(")];
        let mut sources = sources.get(module).into_iter().flatten();
        sources.any(|source| forms.iter().any(|form| source.contains(form)))
    };
    let names = named_tests(document).into_iter();
    names.filter(|name| !is_there(name)).collect()
}

/// The sources of tests in these folders, by their modules' names.
fn sources(folders: &[PathBuf]) -> HashMap<String, Vec<String>> {
    let mut sources = HashMap::<_, Vec<_>>::new();
    for folder in folders {
        let files = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
        for path in files.filter_map(|file| Some(file.ok()?.path())) {
            let is_source = path.extension().is_some_and(|extension| extension == "rs");
            let module = path.file_stem().and_then(|stem| stem.to_str());
            let (true, Some(module)) = (is_source, module) else {
                continue;
            };
            let source = fs::read_to_string(&path).expect("a source can be read");
            sources.entry(module.to_owned()).or_default().push(source);
        }
    }
    sources
}
