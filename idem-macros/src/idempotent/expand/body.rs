//! The closure that the function's body becomes.

use super::super::model::{Model, Param, Passing, Returned, Role};
use super::result;
use crate::hygiene::{at, ours};
use crate::types::bare;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Pat, Type};

/// How the body is handed over.
pub(super) enum Run {
    /// The last method of the chain.
    Once(TokenStream),
    /// A method to be called on what the chain built, until it gives a value.
    Attempts(TokenStream),
}

/// `.run(conn, move |conn| -> Declared { … })`, or its async form.
///
/// The closures are `move`, so that a future needs no argument to be `Sync` and an argument taken
/// by value is consumed, as it was before. Retried async code gets a new closure for each attempt,
/// because the future of one `AsyncFnMut` that captures anything isn't `Send`; what the next
/// attempt needs can't move into it.
pub(super) fn run(model: &Model, krate: &TokenStream) -> Run {
    let connection = model
        .params
        .list
        .iter()
        .find(|p| p.role == Role::Connection);
    // There is always one: a model isn't built without.
    let name = connection.map(|param| &param.name);
    let pat = connection.map(|param| &param.pat);
    let result = result(model, krate);
    // What the compiler says about the types of this call is about the declared type.
    let here = at(&model.output.declared);
    let block = block(model, &result, krate);
    let closure = quote_spanned!(here=> |#pat| -> #result #block);
    match (model.sig.asyncness, &model.settings.retry) {
        (None, _) => {
            let types = types(model, connection);
            Run::Once(quote_spanned!(here=> .run #types (#name, move #closure)))
        }
        (Some(_), None) => {
            Run::Once(quote_spanned!(here=> .run_async(#name, async move #closure).await))
        }
        (Some(_), Some(_)) => {
            Run::Attempts(quote_spanned!(here=> .run_async(#name, async #closure).await))
        }
    }
}

/// The types that `run` is called with, so that what is wrong about one is said where it was
/// written. An async call has its bounds checked three times, which is one message only when all
/// three are in one place: there they are left to be inferred.
fn types(model: &Model, connection: Option<&Param>) -> TokenStream {
    let here = at(&model.output.declared);
    let connection = match connection.map(|param| bare(&param.ty)) {
        // `impl Trait` has no name.
        Some(Type::Reference(reference))
            if !matches!(bare(&reference.elem), Type::ImplTrait(_)) =>
        {
            reference.elem.to_token_stream()
        }
        _ => quote_spanned!(here=> _),
    };
    match &model.output.returned {
        Returned::Result { ok, error } => quote_spanned!(here=> ::<#connection, #ok, #error, _>),
        Returned::Alias => quote_spanned!(here=> ::<#connection, _, _, _>),
    }
}

/// The body as it was written, behind what its arguments need.
fn block(model: &Model, result: &TokenStream, krate: &TokenStream) -> TokenStream {
    let retried = model.settings.retry.is_some();
    let params = model.params.list.iter();
    let bound: Vec<TokenStream> = params
        .filter(|param| param.role != Role::Connection && !param.is_wild())
        .filter(|param| !is_left_unused(param, model))
        .filter_map(|param| bind(param, retried, krate))
        .collect();
    let here = Span::mixed_site();
    let body = &model.body;
    if model.sig.asyncness.is_some() {
        // If the last value has another type, the compiler says so about the whole of an async
        // closure; about a variable, it points at the value.
        let answer = ours("answer");
        quote_spanned!(here=> { #(#bound)* let #answer: #result = #body; #answer })
    } else if bound.is_empty() {
        body.to_token_stream()
    } else {
        // A block of its own, so that its items don't follow statements.
        quote_spanned!(here=> { #(#bound)* #body })
    }
}

/// Whether an argument is called `_name` and the body, true to that, never names it. A binding
/// would be one without effect.
fn is_left_unused(param: &Param, model: &Model) -> bool {
    match &param.pat {
        Pat::Ident(pat) if pat.subpat.is_none() && pat.ident != param.name => {
            // As text, because a format string may name it too.
            let body = model.body.to_string();
            !body.contains(&pat.ident.to_string())
        }
        _ => false,
    }
}

/// The statement that makes an argument what the body expects, if it isn't already.
fn bind(param: &Param, retried: bool, krate: &TokenStream) -> Option<TokenStream> {
    let Param { name, pat, .. } = param;
    let here = at(pat);
    let value = match param.passing {
        Passing::Value if retried => {
            let again = quote_spanned!(here=> #krate::__private::Again::again(&#name));
            Some(again)
        }
        Passing::Exclusive if retried => Some(quote_spanned!(here=> &mut *#name)),
        _ => None,
    };
    let cfg = param.cfg();
    Some(match (value, param.is_plain()) {
        // The body of a single attempt captures the argument itself.
        (None, true) => return None,
        (None, false) => quote_spanned!(here=> #(#cfg)* let #pat = #name;),
        (Some(value), false) => quote_spanned!(here=> #(#cfg)* let #pat = #value;),
        // The argument counts, whether or not the body reads it: no warning if it doesn't.
        (Some(value), true) => quote_spanned! {here=>
            #(#cfg)*
            let #pat = #value;
            #(#cfg)*
            let _ = &#pat;
        },
    })
}
