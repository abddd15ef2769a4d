//! Quotes a model: one call on the library's builder, with the body as a closure.

mod body;
mod call;

use super::model::{Model, Param, Returned, Role};
use crate::hygiene::{krate, ours};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ReturnType;

/// The function that takes a key and replays.
pub(super) fn function(model: &Model) -> TokenStream {
    let Model { attrs, vis, .. } = model;
    let krate = krate(model.settings.krate.as_ref());
    let signature = signature(model, &krate);
    let call = call::call(model, &krate);
    let quiet = one_argument_too_many(model);
    quote_spanned! {Span::mixed_site()=> #(#attrs)* #quiet #vis #signature { #call } }
}

/// Clippy's default limit is seven: a function that keeps it isn't at fault for the key.
fn one_argument_too_many(model: &Model) -> Option<TokenStream> {
    const LIMIT: usize = 7;
    let exceeds = model.params.adds_key && model.sig.inputs.len() == LIMIT;
    exceeds.then(|| quote_spanned!(Span::mixed_site()=> #[allow(clippy::too_many_arguments)]))
}

/// The signature with the key added, patterns replaced by names, and the outcome returned.
fn signature(model: &Model, krate: &TokenStream) -> TokenStream {
    let sig = &model.sig;
    let receiver = sig.receiver().into_iter().map(ToTokens::to_token_stream);
    let params = model.params.list.iter().flat_map(|param| {
        let adds_key = param.role == Role::Connection && model.params.adds_key;
        let key = adds_key.then(|| added_key(krate));
        std::iter::once(input(param)).chain(key)
    });
    let inputs = receiver.chain(params);
    let arrow = match &sig.output {
        ReturnType::Type(arrow, _) => Some(arrow),
        ReturnType::Default => None,
    };
    let returned = returned(model, krate);
    let where_clause = &sig.generics.where_clause;
    let (asyncness, fn_token, name, generics) =
        (&sig.asyncness, &sig.fn_token, &sig.ident, &sig.generics);
    quote_spanned! {Span::mixed_site()=>
        #asyncness #fn_token #name #generics (#(#inputs),*) #arrow #returned #where_clause
    }
}

fn added_key(krate: &TokenStream) -> TokenStream {
    let key = ours("key");
    quote_spanned!(Span::mixed_site()=> #key: &#krate::IdempotencyKey)
}

fn input(param: &Param) -> TokenStream {
    let (attrs, name, ty) = (&param.attrs, &param.name, &param.ty);
    // `_` stays, or an argument that nothing reads would get a name that nothing reads.
    if param.is_wild() && param.role == Role::Skipped {
        let pat = &param.pat;
        quote_spanned!(Span::mixed_site()=> #(#attrs)* #pat: #ty)
    } else {
        quote_spanned!(Span::mixed_site()=> #(#attrs)* #name: #ty)
    }
}

/// The return type as it was declared. An alias goes through the trait that knows what is behind it,
/// so that there's one message if that isn't a `Result`.
fn result(model: &Model, krate: &TokenStream) -> TokenStream {
    match &model.output.returned {
        Returned::Result { .. } => model.output.declared.to_token_stream(),
        Returned::Alias => part("Itself", model, krate),
    }
}

/// The type that the function gives when it fails.
fn error(model: &Model, krate: &TokenStream) -> TokenStream {
    match &model.output.returned {
        Returned::Result { error, .. } => error.to_token_stream(),
        Returned::Alias => part("Err", model, krate),
    }
}

/// A part of a `Result` under an alias. It stands where the alias does in all respects: what is wrong
/// about it in the signature and in the body is then one message.
fn part(name: &str, model: &Model, krate: &TokenStream) -> TokenStream {
    let declared = &model.output.declared;
    let first = declared.to_token_stream().into_iter().next();
    let here = first.map_or_else(Span::call_site, |token| token.span());
    let name = Ident::new(name, here);
    quote_spanned!(here=> <#declared as #krate::__private::Returns>::#name)
}

fn returned(model: &Model, krate: &TokenStream) -> TokenStream {
    let here = Span::mixed_site();
    match &model.output.returned {
        Returned::Result { ok, error } => quote_spanned! {here=>
            ::core::result::Result<#krate::Outcome<#ok>, #error>
        },
        Returned::Alias => part("Replayable", model, krate),
    }
}
