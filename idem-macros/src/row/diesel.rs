//! Diesel's own attributes. What is wrong with them is Diesel's to say: what can't be read is
//! passed over.

use super::named;
use crate::setting::skip;
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Meta, Path, Token, parenthesized, token};

/// What `#[diesel(…)]` says of a struct or a field, as far as it matters here.
#[derive(Default)]
pub(super) struct Diesel {
    pub(super) table: Option<Path>,
    pub(super) key: Option<Vec<Ident>>,
    pub(super) column: Option<Ident>,
    pub(super) embed: bool,
}

pub(super) fn read(attrs: &[Attribute]) -> Diesel {
    let mut found = Diesel::default();
    for attr in named(attrs, "diesel") {
        if let Meta::List(list) = &attr.meta {
            // Passed over where it can't be read.
            let _ = entries(list.tokens.clone(), &mut found);
        }
    }
    found
}

fn entries(tokens: TokenStream, found: &mut Diesel) -> syn::Result<()> {
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let name = input.call(Ident::parse_any)?;
            match name.to_string().as_str() {
                "table_name" => found.table = after_equals(input, Path::parse_mod_style).ok(),
                "column_name" => found.column = after_equals(input, any_name).ok(),
                "primary_key" => found.key = list(input).ok(),
                "embed" => found.embed = true,
                _ => {}
            }
            skip(input);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    read.parse2(tokens)
}

/// `= value`, or `= "value"`, as Diesel 1 had it.
fn after_equals<T>(
    input: ParseStream<'_>,
    value: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    if input.peek(LitStr) {
        input.parse::<LitStr>()?.parse_with(value)
    } else {
        value(input)
    }
}

/// A name, which may be a word of the language: `r#type` is the column `type`.
fn any_name(input: ParseStream<'_>) -> syn::Result<Ident> {
    let name = input.call(Ident::parse_any)?;
    let text = name.unraw().to_string();
    Ok(match syn::parse_str::<Ident>(&text) {
        Ok(_) => Ident::new(&text, name.span()),
        Err(_) => Ident::new_raw(&text, name.span()),
    })
}

fn list(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    if !input.peek(token::Paren) {
        return Err(input.error("expected columns"));
    }
    let content;
    parenthesized!(content in input);
    let names = Punctuated::<Ident, Token![,]>::parse_terminated(&content)?;
    Ok(names.into_iter().collect())
}
