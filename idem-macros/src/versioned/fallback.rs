//! What is emitted when there is no version that could be used: implementations that nobody will
//! ever call, so that the calls of their methods are no further mistakes.

use super::expand::{Parts, implementations};
use super::types::{self, Known};
use crate::row::{Column, Stub, Target, private};
use crate::types::inside_option;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

/// A stub that has the column's type, where that could be a version of any kind.
pub(super) fn stub(target: &Target, column: Option<Box<Column>>) -> TokenStream {
    let big_int = quote_spanned!(Span::mixed_site()=> ::diesel::sql_types::BigInt);
    let stub = Stub::new(target, &big_int);
    let (unknown, private) = (&stub.name, private(&target.krate));
    let number = quote_spanned!(Span::mixed_site()=> ::core::primitive::i64);
    let known = column.and_then(|column| {
        let ty = &column.field.ty;
        let ty = inside_option(ty).unwrap_or(ty);
        let fits = matches!(types::known(ty), Known::For(_));
        fits.then(|| (ty.to_token_stream(), target.column(&column.field.column)))
    });
    let (version, column) = known.unwrap_or_else(|| (number.clone(), unknown.to_token_stream()));
    let parts = Parts {
        version,
        field: quote_spanned!(Span::mixed_site()=> loop {}),
        column,
        constant: quote_spanned! {Span::mixed_site()=>
            #private::increment::<#number, #unknown>()
        },
    };
    stub.around(&implementations(target, &parts))
}
