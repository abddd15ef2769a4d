//! Expansions and messages, without a compiler.

mod mistakes;
mod models;
mod snapshots;

use crate::idempotent::expand_or_explain;
use crate::row;
use proc_macro2::TokenStream;

/// What is emitted, formatted, and each message with the source it points at.
fn expand(args: &str, item: &str) -> (String, Vec<(String, String)>) {
    readable(expand_or_explain(tokens(args), tokens(item)))
}

/// The same of a derive.
fn derive(derive: row::Implementations, item: &str) -> (String, Vec<(String, String)>) {
    readable(row::expand_or_explain(tokens(item), derive))
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("tokens")
}

fn readable((emitted, errors): (TokenStream, Vec<syn::Error>)) -> (String, Vec<(String, String)>) {
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
