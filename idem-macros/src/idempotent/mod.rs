//! `#[idempotent]`.

mod expand;
mod fallback;
mod model;
mod parse;

use crate::mistakes::{self, Mistakes};
use proc_macro2::TokenStream;

/// The whole macro: the function that replays, or what is wrong with it and the function.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let (tokens, errors) = expand_or_explain(args, item);
    mistakes::with_errors(&errors, tokens)
}

/// What to emit, and what is wrong. If nothing is, the tokens are the expansion.
pub(crate) fn expand_or_explain(
    args: TokenStream,
    item: TokenStream,
) -> (TokenStream, Vec<syn::Error>) {
    let mut mistakes = Mistakes::default();
    let options = parse::options(args, &mut mistakes);
    let tokens = match parse::function(item.clone()) {
        Err(mistake) => {
            mistakes.add(mistake);
            item
        }
        Ok(function) => match model::build(options, &function, &mut mistakes) {
            Some(model) => expand::function(&model),
            None => fallback::as_written(function),
        },
    };
    (tokens, mistakes.into_errors())
}
