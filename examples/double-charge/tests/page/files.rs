//! The page's own files.

use crate::shop::Shop;
use std::collections::BTreeSet;

/// The names of all files that the page is made of, found as a browser finds them.
fn files(shop: &Shop) -> BTreeSet<String> {
    let mut found = BTreeSet::from([String::new()]);
    let mut waiting = vec![String::new()];
    while let Some(file) = waiting.pop() {
        let text = shop.get(&format!("/{file}")).body;
        let attributes = [r#" src=""#, r#" href=""#, r#" from "./"#, "url("];
        for after in attributes
            .iter()
            .flat_map(|attribute| text.split(attribute).skip(1))
        {
            let name: String = after.chars().take_while(|c| !"\")#".contains(*c)).collect();
            if found.insert(name.clone()) {
                waiting.push(name);
            }
        }
    }
    found
}

#[test]
fn the_page_is_whole_and_names_no_other_host() {
    let shop = Shop::open(0);
    let files = files(&shop);
    assert!(
        files.contains("chart.js") && files.contains("style.css"),
        "{files:?}"
    );
    for file in &files {
        let answer = shop.get(&format!("/{file}"));
        assert_eq!(answer.status, 200, "{file}");
        // The name of SVG's namespace looks like an address; nobody goes there.
        let text = answer.body.replace("http://www.w3.org/2000/svg", "");
        for elsewhere in ["http:", "https:", "ws:", "wss:", "\"//", "'//", "(//"] {
            assert!(!text.contains(elsewhere), "{file} has {elsewhere:?}");
        }
    }
}

#[test]
fn every_answer_forbids_what_the_page_does_not_need() {
    let shop = Shop::open(0);
    let mut paths: Vec<_> = files(&shop).iter().map(|file| format!("/{file}")).collect();
    paths.extend(["/nothing-here".to_owned(), "/charge".to_owned()]);
    for path in paths {
        let answer = shop.get(&path);
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.starts_with("default-src 'self';"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
    }
}

#[test]
fn the_page_has_nothing_inline() {
    let shop = Shop::open(0);
    let text = shop.get("/").body;
    for inline in ["<style", " style=", " onclick", " onload", "javascript:"] {
        assert!(!text.contains(inline), "{inline}");
    }
    assert_eq!(
        text.matches("<script").count(),
        text.matches("src=\"app.js\"></script>").count()
    );
}
