//! An option that can be set once.

use crate::mistakes::Mistakes;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use std::fmt::Display;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Ident, Token, parenthesized, token};

/// What is wrong with a value, and the one to write instead if that isn't the option's example.
pub(crate) struct Wrong {
    mistake: syn::Error,
    instead: Option<String>,
}

impl Wrong {
    /// A value that shows what was meant.
    pub(crate) fn instead(mistake: syn::Error, value: impl Display) -> Self {
        Self {
            mistake,
            instead: Some(value.to_string()),
        }
    }
}

impl From<syn::Error> for Wrong {
    fn from(mistake: syn::Error) -> Self {
        Self {
            mistake,
            instead: None,
        }
    }
}

/// An option of the attribute: how it's written, where it was, and what it said.
pub(crate) struct Setting<T> {
    /// The form to show when it was written in another one.
    pub(crate) example: &'static str,
    /// Its name where it stands first, whether or not its value could be read.
    pub(crate) name: Option<Ident>,
    /// Its value, if it was given and could be read.
    pub(crate) value: Option<T>,
}

impl<T> Setting<T> {
    pub(crate) const fn new(example: &'static str) -> Self {
        Self {
            example,
            name: None,
            value: None,
        }
    }

    /// Reads ` = value`.
    pub(crate) fn equals<W: Into<Wrong>>(
        &mut self,
        name: Ident,
        input: ParseStream<'_>,
        mistakes: &mut Mistakes,
        value: fn(ParseStream<'_>) -> Result<T, W>,
    ) {
        self.read(name, input, mistakes, |name, input| {
            if at_end(input) {
                return Err(syn::Error::new_spanned(name, "a value is missing").into());
            }
            let equals: Token![=] = input.parse()?;
            if at_end(input) {
                return Err(syn::Error::new_spanned(equals, "a value is missing").into());
            }
            value(input).map_err(Into::into)
        });
    }

    /// Reads what follows the name, once. A second time is a mistake, whatever it says.
    fn read(
        &mut self,
        name: Ident,
        input: ParseStream<'_>,
        mistakes: &mut Mistakes,
        value: impl FnOnce(&Ident, ParseStream<'_>) -> Result<T, Wrong>,
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
            Err(Wrong { mistake, instead }) => {
                let help = match instead {
                    Some(value) => format!("{mistake}: write `{name} = {value}`"),
                    None => format!("{mistake}: write `{}`", self.example),
                };
                mistakes.add(syn::Error::new(mistake.span(), help));
                skip(input);
            }
        }
        self.name = Some(name);
    }
}

impl<T: syn::parse::Parse> Setting<Vec<T>> {
    /// Reads `(value, …)` with at least one value.
    pub(crate) fn list(&mut self, name: Ident, input: ParseStream<'_>, mistakes: &mut Mistakes) {
        self.read(name, input, mistakes, |name, input| {
            Ok(values(name, input)?)
        });
    }
}

fn values<T: syn::parse::Parse>(name: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<T>> {
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
            "nothing counts, so a key could be used again for anything; if that is meant, mark each \
             argument `#[skip]`; if not",
        ));
    }
    let values = Punctuated::<T, Token![,]>::parse_terminated(&content)?;
    Ok(values.into_iter().collect())
}

impl Setting<bool> {
    /// Reads nothing, which is `true`, or ` = true` or ` = false`.
    pub(crate) fn flag(&mut self, name: Ident, input: ParseStream<'_>, mistakes: &mut Mistakes) {
        self.read(name, input, mistakes, |_, input| {
            if at_end(input) {
                return Ok(true);
            }
            input.parse::<Token![=]>()?;
            Ok(input.parse::<syn::LitBool>()?.value)
        });
    }
}

/// Reads options, separated by commas. `example` is one of them.
pub(crate) fn each(
    options: TokenStream,
    example: &str,
    mistakes: &mut Mistakes,
    mut option: impl FnMut(Ident, ParseStream<'_>, &mut Mistakes),
) {
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match input.call(Ident::parse_any) {
                Ok(name) => option(name, input, mistakes),
                Err(mistake) => {
                    let help = format!("expected an option by its name, as in `{example}`");
                    mistakes.add(syn::Error::new(mistake.span(), help));
                    skip(input);
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(mistake) = read.parse2(options) {
        mistakes.add(mistake);
    }
}

/// Whether the option ends here.
pub(crate) fn at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// Goes to the end of an option that can't be read.
pub(crate) fn skip(input: ParseStream<'_>) {
    while !at_end(input) && input.parse::<TokenTree>().is_ok() {}
}
