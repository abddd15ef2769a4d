//! Every mistake of one expansion, reported together.

use proc_macro2::TokenStream;
use quote::ToTokens;
use std::fmt::Display;

/// Collects mistakes. One that is dropped unread would be a mistake nobody hears of, so that
/// panics in debug builds.
#[derive(Debug, Default)]
pub(crate) struct Mistakes {
    found: Vec<syn::Error>,
    read: bool,
}

impl Mistakes {
    /// Adds a mistake that covers `tokens`, from the first to the last.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.found.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds a mistake that was found by a parser.
    pub(crate) fn add(&mut self, mistake: syn::Error) {
        self.found.push(mistake);
    }

    /// How many there are so far.
    pub(crate) const fn len(&self) -> usize {
        self.found.len()
    }

    /// All mistakes, in the order they were found.
    pub(crate) fn into_errors(mut self) -> Vec<syn::Error> {
        self.read = true;
        std::mem::take(&mut self.found)
    }
}

impl Drop for Mistakes {
    fn drop(&mut self) {
        debug_assert!(
            self.read || std::thread::panicking(),
            "mistakes were dropped unread"
        );
    }
}

/// One `compile_error!` for each mistake, then what is emitted all the same.
pub(crate) fn with_errors(errors: &[syn::Error], item: TokenStream) -> TokenStream {
    let errors = errors.iter().map(syn::Error::to_compile_error);
    errors.chain([item]).collect()
}
