//! Expansions and messages, without a compiler.

mod mistakes;
mod snapshots;

use crate::idempotent::expand_or_explain;
use proc_macro2::TokenStream;

/// What is emitted, formatted, and each message with the source it points at.
fn expand(args: &str, item: &str) -> (String, Vec<(String, String)>) {
    let tokens = |text: &str| -> TokenStream { text.parse().expect("tokens") };
    let (emitted, errors) = expand_or_explain(tokens(args), tokens(item));
    let errors = errors.into_iter().map(|error| {
        let place = error.span().source_text().unwrap_or_default();
        (error.to_string(), place)
    });
    (formatted(emitted), errors.collect())
}

fn formatted(tokens: TokenStream) -> String {
    let text = tokens.to_string();
    match syn::parse2::<syn::File>(tokens) {
        // What has no syntax of its own can't be formatted.
        Ok(file) if !matches!(file.items[..], [syn::Item::Verbatim(_)]) => {
            prettyplease::unparse(&file)
        }
        _ => text,
    }
}
