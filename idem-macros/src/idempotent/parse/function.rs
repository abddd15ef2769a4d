//! The function under the attribute.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Ident, Signature, Token, Visibility};

/// A function. Its body is kept as it was written: an editor still completes a half-typed one,
/// and the compiler's messages about it stay the compiler's.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Body,
}

/// What follows a signature.
pub(crate) enum Body {
    Block(Group),
    Missing(Token![;]),
}

/// Reads a function, or says what was found instead.
pub(crate) fn function(item: TokenStream) -> syn::Result<Function> {
    syn::parse2(item)
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if !starts_function(&input.fork()) {
            return Err(not_a_function(input));
        }
        let sig = input.parse()?;
        let body = if input.peek(Token![;]) {
            Body::Missing(input.parse()?)
        } else {
            let (inner, block) = block(&braces(input)?)?;
            attrs.extend(inner);
            Body::Block(block)
        };
        Ok(Self {
            attrs,
            vis,
            sig,
            body,
        })
    }
}

impl ToTokens for Body {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Block(block) => block.to_tokens(tokens),
            Self::Missing(semicolon) => semicolon.to_tokens(tokens),
        }
    }
}

/// Whether `fn` follows, after any of its qualifiers.
fn starts_function(input: ParseStream<'_>) -> bool {
    while !input.peek(Token![fn]) {
        let qualifier = input.parse::<Token![const]>().is_ok()
            || input.parse::<Token![async]>().is_ok()
            || input.parse::<Token![unsafe]>().is_ok()
            || input.parse::<syn::Abi>().is_ok();
        if !qualifier {
            return false;
        }
    }
    true
}

fn not_a_function(input: ParseStream<'_>) -> syn::Error {
    let found = input
        .fork()
        .call(Ident::parse_any)
        .map_or_else(|_| String::new(), |word| word.to_string());
    input.error(match found.as_str() {
        "impl" | "trait" | "mod" => {
            format!("`#[idempotent]` goes on a function: put it on one inside this `{found}`")
        }
        "struct" | "enum" | "union" | "type" | "const" | "static" | "use" => {
            format!("`#[idempotent]` goes on a function, and this is a `{found}`")
        }
        _ => "`#[idempotent]` goes on a function: a free one or a method, with a body".to_owned(),
    })
}

/// A body. One that `macro_rules!` was given as `$body:block` stands in an invisible group.
fn braces(input: ParseStream<'_>) -> syn::Result<Group> {
    let here = input.span();
    match input.parse()? {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Brace => Ok(group),
            Delimiter::None => braces.parse2(group.stream()),
            _ => Err(syn::Error::new(here, "expected a body")),
        },
        _ => Err(syn::Error::new(here, "expected a body")),
    }
}

/// Parts a body from its inner attributes, which aren't allowed inside the closure it becomes.
fn block(written: &Group) -> syn::Result<(Vec<Attribute>, Group)> {
    let parts = |input: ParseStream<'_>| {
        let inner = input.call(Attribute::parse_inner)?;
        let rest: TokenStream = input.parse()?;
        Ok((inner, rest))
    };
    let (mut inner, rest) = parts.parse2(written.stream())?;
    if inner.is_empty() {
        return Ok((inner, written.clone()));
    }
    for attr in &mut inner {
        attr.style = syn::AttrStyle::Outer;
    }
    let mut block = Group::new(written.delimiter(), rest);
    block.set_span(written.span());
    Ok((inner, block))
}
