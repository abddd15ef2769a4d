//! An option that can be set once.

use crate::mistakes::Mistakes;
use proc_macro2::TokenTree;
use quote::quote;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Ident, Token, parenthesized, token};

/// An option of the attribute: how it's written, where it was, and what it said.
pub(crate) struct Setting<T> {
    /// The form to show when it was written in another one.
    example: &'static str,
    /// Its name where it stands first, whether or not its value could be read.
    pub(crate) name: Option<Ident>,
    /// Its value, if it was given and could be read.
    pub(crate) value: Option<T>,
}

impl<T> Setting<T> {
    pub(super) const fn new(example: &'static str) -> Self {
        Self {
            example,
            name: None,
            value: None,
        }
    }

    /// Reads ` = value`.
    pub(super) fn equals(
        &mut self,
        name: Ident,
        input: ParseStream<'_>,
        mistakes: &mut Mistakes,
        value: fn(ParseStream<'_>) -> syn::Result<T>,
    ) {
        self.read(name, input, mistakes, |name, input| {
            if at_end(input) {
                return Err(syn::Error::new_spanned(name, "a value is missing"));
            }
            let equals: Token![=] = input.parse()?;
            if at_end(input) {
                return Err(syn::Error::new_spanned(equals, "a value is missing"));
            }
            value(input)
        });
    }

    /// Reads what follows the name, once. A second time is a mistake, whatever it says.
    fn read(
        &mut self,
        name: Ident,
        input: ParseStream<'_>,
        mistakes: &mut Mistakes,
        value: impl FnOnce(&Ident, ParseStream<'_>) -> syn::Result<T>,
    ) {
        if let Some(first) = &self.name {
            mistakes.at(
                quote!(#first #name),
                format!("`{name}` is given twice: keep one"),
            );
            return skip(input);
        }
        match value(&name, input) {
            Ok(value) => {
                self.value = Some(value);
                if !at_end(input) {
                    mistakes.add(input.error("expected `,` before the next option"));
                    skip(input);
                }
            }
            Err(mistake) => {
                let help = format!("{mistake}: write `{}`", self.example);
                mistakes.add(syn::Error::new(mistake.span(), help));
                skip(input);
            }
        }
        self.name = Some(name);
    }
}

impl<T: syn::parse::Parse> Setting<Vec<T>> {
    /// Reads `(value, …)` with at least one value.
    pub(super) fn list(&mut self, name: Ident, input: ParseStream<'_>, mistakes: &mut Mistakes) {
        self.read(name, input, mistakes, |name, input| {
            if at_end(input) {
                return Err(syn::Error::new_spanned(name, "what counts is missing"));
            }
            if !input.peek(token::Paren) {
                return Err(input.error("what counts goes in parentheses"));
            }
            let content;
            let parens = parenthesized!(content in input);
            if content.is_empty() {
                return Err(syn::Error::new(
                    parens.span.join(),
                    "nothing counts, so a key could be used again for anything; \
                     if that is meant, mark each argument `#[skip]`; if not",
                ));
            }
            let values = Punctuated::<T, Token![,]>::parse_terminated(&content)?;
            Ok(values.into_iter().collect())
        });
    }
}

impl Setting<bool> {
    /// Reads nothing, which is `true`, or ` = true` or ` = false`.
    pub(super) fn flag(&mut self, name: Ident, input: ParseStream<'_>, mistakes: &mut Mistakes) {
        self.read(name, input, mistakes, |_, input| {
            if at_end(input) {
                return Ok(true);
            }
            input.parse::<Token![=]>()?;
            Ok(input.parse::<syn::LitBool>()?.value)
        });
    }
}

/// Whether the option ends here.
pub(super) fn at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// Goes to the end of an option that can't be read.
pub(super) fn skip(input: ParseStream<'_>) {
    while !at_end(input) && input.parse::<TokenTree>().is_ok() {}
}
