//! What is emitted when there is no state that could be used: an implementation that nobody will
//! ever call, so that the calls of its methods are no further mistakes.

use super::expand::{self, Parts, implementation};
use super::model::Known;
use crate::row::{Stub, Target};
use crate::types::inside_option;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

/// A stub with the column, its type and the key, as far as they are known.
pub(super) fn stub(target: &Target, known: &Known) -> TokenStream {
    let big_int = quote_spanned!(Span::mixed_site()=> ::diesel::sql_types::BigInt);
    let stub = Stub::new(target, &big_int);
    let number = quote_spanned!(Span::mixed_site()=> ::core::primitive::i64);
    let (state, column) = match &known.column {
        Some(column) => {
            let ty = &column.field.ty;
            let ty = inside_option(ty).unwrap_or(ty);
            (ty.to_token_stream(), target.column(&column.field.column))
        }
        None => (number, stub.name.to_token_stream()),
    };
    let parts = Parts {
        state,
        field: quote_spanned!(Span::mixed_site()=> loop {}),
        column,
        key: expand::key(&known.key),
    };
    stub.around(&implementation(target, &parts))
}
