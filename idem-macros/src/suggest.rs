//! "Did you mean": the nearest name to a misspelt one.

/// What to say about a name that isn't in `valid`: the nearest one if it is near, and all of them.
pub(crate) fn unknown(what: &str, found: &str, valid: &[&str]) -> String {
    let list = valid.join("`, `");
    match nearest(found, valid) {
        Some(near) => {
            format!("unknown {what} `{found}`: did you mean `{near}`? There are `{list}`")
        }
        None => format!("unknown {what} `{found}`: there are `{list}`"),
    }
}

/// The name in `valid` that is most like `found`, if any is like it.
pub(crate) fn nearest<'a>(found: &str, valid: &[&'a str]) -> Option<&'a str> {
    // The threshold of clap and cargo: below it suggestions are noise.
    const ALIKE: f64 = 0.7;
    valid
        .iter()
        .map(|name| (strsim::jaro_winkler(found, name), *name))
        .filter(|(likeness, _)| *likeness > ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}
