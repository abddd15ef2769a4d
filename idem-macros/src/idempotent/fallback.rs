//! What is emitted when something is wrong, so that the rest of the crate still resolves and one
//! mistake is one message.
//!
//! A function whose options are wrong is expanded with those that were understood: its callers,
//! who pass a key, see no error. One whose signature is wrong is emitted as it was written,
//! without the marks, which mean nothing to the compiler.

use super::model::{is_itself, is_mark};
use super::parse::Function;
use proc_macro2::TokenStream;
use quote::quote;
use syn::FnArg;

/// The function as it was written, without what only this macro reads.
pub(super) fn as_written(mut function: Function) -> TokenStream {
    // A second `#[idempotent]` would report everything again.
    function.attrs.retain(|attr| !is_itself(attr));
    for input in &mut function.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => receiver.attrs.retain(|attr| !is_mark(attr)),
            FnArg::Typed(param) => param.attrs.retain(|attr| !is_mark(attr)),
        }
    }
    let Function {
        attrs,
        vis,
        sig,
        body,
    } = function;
    // What would be unused here is used by the expansion: a second message about one mistake.
    quote!(#[allow(unused)] #(#attrs)* #vis #sig #body)
}
