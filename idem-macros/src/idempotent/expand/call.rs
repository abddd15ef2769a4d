//! The call on the builder.

use super::super::model::{Counts, Model, Param, Passing, Role, Settings};
use super::super::parse::InFlight;
use super::body::{self, Run};
use super::error;
use crate::hygiene::{at, ours};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::time::Duration;
use syn::ext::IdentExt;
use syn::{Attribute, Expr, ExprReference, Ident, Token};

/// One method on the builder, and the `#[cfg]`s it depends on.
struct Link<'a> {
    cfg: Vec<&'a Attribute>,
    method: TokenStream,
}

impl From<TokenStream> for Link<'_> {
    fn from(method: TokenStream) -> Self {
        Self {
            cfg: Vec::new(),
            method,
        }
    }
}

/// The function's new body: the builder with what was asked of it, run with the old body.
pub(super) fn call(model: &Model, krate: &TokenStream) -> TokenStream {
    let operation = operation(model, krate);
    let new = quote_spanned!(Span::mixed_site()=> #krate::Idempotent::new(#operation));
    let mut links: Vec<Link<'_>> = Vec::new();
    links.extend(model.settings.tenant.as_ref().map(|tenant| {
        let tenant = borrowed(tenant);
        quote_spanned!(at(&tenant)=> .tenant(#tenant)).into()
    }));
    let (held, key) = key(model);
    links.push(key.into());
    links.extend(fingerprints(model));
    let error = error(model, krate);
    let settings = settings(&model.settings, &error, krate);
    links.extend(settings.into_iter().map(Link::from));
    let (statements, chain) = chained(new, links);
    let run = run(chain, &error, model, krate);
    quote!(#held #statements #run)
}

/// The call with its body. The variable in between stands where messages about it belong: they
/// would be about the whole attribute otherwise.
fn run(chain: TokenStream, error: &TokenStream, model: &Model, krate: &TokenStream) -> TokenStream {
    let here = Span::mixed_site();
    let (call, answer) = (ours("call"), ours("answer"));
    let at_result = Ident::new("call", at(&model.output.declared));
    match body::run(model, krate) {
        Run::Attempts(run) => quote_spanned! {here=>
            let mut #call = #chain.attempts();
            loop {
                if let ::core::option::Option::Some(#answer) = #at_result #run {
                    break #answer;
                }
            }
        },
        Run::Once(run) if model.sig.asyncness.is_some() => {
            quote_spanned!(here=> let #call = #chain; #at_result #run)
        }
        Run::Once(run) if model.settings.judges_errors() => {
            let at_error = Ident::new("call", at(error));
            quote_spanned!(here=> let #call = #chain; #at_error #run)
        }
        Run::Once(run) => quote!(#chain #run),
    }
}

/// One expression, and before it a statement for each `#[cfg]` to stand on.
fn chained(new: TokenStream, links: Vec<Link<'_>>) -> (TokenStream, TokenStream) {
    let here = Span::mixed_site();
    let call = ours("call");
    let mut statements = TokenStream::new();
    let mut chain = Some(new);
    for Link { cfg, method } in links {
        if cfg.is_empty() {
            chain.get_or_insert_with(|| quote!(#call)).extend(method);
            continue;
        }
        let before = chain
            .take()
            .map(|chain| quote_spanned!(here=> let #call = #chain;));
        statements.extend(quote_spanned! {here=>
            #before
            #(#cfg)*
            let #call = #call #method;
        });
    }
    let chain = chain.unwrap_or_else(|| quote!(#call));
    (statements, chain)
}

/// The operation's name: as given, else where the function is.
fn operation(model: &Model, krate: &TokenStream) -> TokenStream {
    if let Some(given) = &model.settings.operation {
        return quote!(#given);
    }
    let name = model.sig.ident.unraw().to_string();
    let here = Span::mixed_site();
    if model.sig.receiver().is_some() {
        quote_spanned! {here=>
            #krate::__private::method_operation::<Self>(::core::module_path!(), #name)
        }
    } else {
        quote_spanned!(here=> ::core::concat!(::core::module_path!(), "::", #name))
    }
}

/// What has to be held for the key, and the method that takes it. A key taken by value moves into
/// the body, so the builder gets a copy.
fn key(model: &Model) -> (TokenStream, TokenStream) {
    let here = Span::mixed_site();
    let declared = model.params.list.iter().find(|p| p.role == Role::Key);
    let Some(Param { name, passing, .. }) = declared else {
        let key = ours("key");
        return (TokenStream::new(), quote_spanned!(here=> .key(#key)));
    };
    let here = at(name);
    if *passing == Passing::Value {
        let held = ours("held");
        let hold = quote_spanned!(here=> let #held = ::core::clone::Clone::clone(&#name););
        (hold, quote_spanned!(here=> .key(&#held)))
    } else {
        (TokenStream::new(), quote_spanned!(here=> .key(#name)))
    }
}

/// One `.fingerprint(…)` for everything that counts.
fn fingerprints(model: &Model) -> Vec<Link<'_>> {
    match &model.settings.counts {
        Counts::These(exprs) => exprs
            .iter()
            .map(|expr| {
                let expr = borrowed(expr);
                quote_spanned!(at(&expr)=> .fingerprint(#expr)).into()
            })
            .collect(),
        Counts::Arguments => {
            let params = model.params.list.iter();
            let counted = params.filter(|param| param.role == Role::Counts);
            counted
                .map(|param| {
                    let name = &param.name;
                    Link {
                        cfg: param.cfg(),
                        method: quote_spanned!(at(&param.pat)=> .fingerprint(&#name)),
                    }
                })
                .collect()
        }
    }
}

/// The methods for the options, in the order of the documentation.
fn settings(settings: &Settings, error: &TokenStream, krate: &TokenStream) -> Vec<TokenStream> {
    let here = Span::mixed_site();
    let mut methods = Vec::new();
    if let Some(ttl) = settings.ttl {
        let ttl = duration(ttl);
        methods.push(quote_spanned!(here=> .ttl(#ttl)));
    }
    if let Some(policy) = settings.in_flight {
        let policy = match policy {
            InFlight::Wait => quote_spanned!(here=> Wait),
            InFlight::Reject => quote_spanned!(here=> Reject),
            InFlight::WaitAtMost(limit) => {
                let limit = duration(limit);
                quote_spanned!(here=> WaitAtMost(#limit))
            }
        };
        methods.push(quote_spanned!(here=> .in_flight(#krate::InFlightPolicy::#policy)));
    }
    if let Some(version) = settings.result_version {
        let version = Literal::i32_unsuffixed(version);
        methods.push(quote_spanned!(here=> .result_version(#version)));
    }
    if let Some(bytes) = settings.max_result {
        let bytes = Literal::u64_unsuffixed(bytes);
        methods.push(quote_spanned!(here=> .max_result(#bytes)));
    }
    if let Some(isolation) = &settings.isolation {
        methods.push(quote_spanned!(here=> .isolation(#krate::Isolation::#isolation)));
    }
    if let Some(nesting) = &settings.nested {
        methods.push(quote_spanned!(here=> .nested(#krate::Nesting::#nesting)));
    }
    if settings.peek {
        methods.push(quote_spanned!(here=> .peek()));
    }
    if let Some(path) = &settings.record_errors {
        let judge = judge(error);
        methods.push(quote_spanned!(at(path)=> .record_errors::<#judge>(#path)));
    }
    methods.extend(retry(settings, error, krate));
    methods
}

fn retry(settings: &Settings, error: &TokenStream, krate: &TokenStream) -> Option<TokenStream> {
    let retry = settings.retry.as_ref()?;
    let here = Span::mixed_site();
    let attempts = Literal::u32_unsuffixed(retry.attempts);
    let policy = quote_spanned!(here=> #krate::RetryPolicy::attempts(#attempts));
    Some(match &retry.condition {
        Some(path) => {
            let judge = judge(error);
            quote_spanned!(at(path)=> .retry_if::<#judge>(#policy, #path))
        }
        None => quote_spanned!(here=> .retry(#policy)),
    })
}

/// The type of a function that decides about errors: one that decides about others, or about
/// something else, is then a mismatch where it was named.
fn judge(error: &TokenStream) -> TokenStream {
    quote_spanned!(Span::mixed_site()=> fn(&#error) -> ::core::primitive::bool)
}

fn duration(duration: Duration) -> TokenStream {
    let seconds = Literal::u64_unsuffixed(duration.as_secs());
    let nanos = Literal::u32_unsuffixed(duration.subsec_nanos());
    quote_spanned!(Span::mixed_site()=> ::core::time::Duration::new(#seconds, #nanos))
}

/// `&expr`, in parentheses where its operator binds less.
fn borrowed(expr: &Expr) -> ExprReference {
    // What `macro_rules!` was given as `$expr` stands in a group that the compiler doesn't keep.
    if let Expr::Group(group) = expr {
        return borrowed(&group.expr);
    }
    ExprReference {
        attrs: Vec::new(),
        and_token: Token![&](at(expr)),
        mutability: None,
        expr: Box::new(expr.clone()),
    }
}
