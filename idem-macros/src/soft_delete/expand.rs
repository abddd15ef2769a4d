//! Quotes a model.

use super::model::Marks;
use crate::hygiene::at;
use crate::row::{Column, Target, facts, private, private_at};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Ident;

/// The implementations.
pub(super) fn model(target: &Target, column: &Column, marks: &Marks) -> TokenStream {
    let (here, there, field) = (column.place(), at(&column.field.ty), column.of_self());
    let call = |place| private_at(&target.krate, place);
    let (of_column, of_field) = (call(here), call(there));
    let parts = Parts {
        is_deleted: quote_spanned!(there=> #of_field::is_deleted(#field)),
        column: target.column(&column.field.column),
        deletion: quote_spanned!(here=> #of_column::deletion::<Self::DeletedAt>()),
    };
    implementations(target, &parts, marks)
}

/// What is different in each.
pub(super) struct Parts {
    /// Whether `self` is deleted.
    pub(super) is_deleted: TokenStream,
    pub(super) column: TokenStream,
    /// What the library has to know of the column.
    pub(super) deletion: TokenStream,
}

/// The implementations with these parts.
pub(super) fn implementations(target: &Target, parts: &Parts, marks: &Marks) -> TokenStream {
    let Target { name, krate, .. } = target;
    let Parts {
        is_deleted,
        column,
        deletion,
    } = parts;
    let (private, facts) = (private(krate), facts(krate));
    let mark = |name: &Option<Ident>| match name {
        Some(name) => target.column(name),
        None => quote_spanned!(Span::mixed_site()=> #private::NoColumn),
    };
    let (by, reason) = (mark(&marks.by), mark(&marks.reason));
    let given = [("DeletedBy", &marks.by), ("DeletedReason", &marks.reason)];
    let names = given.iter().filter_map(|(part, name)| {
        let here = at(name.as_ref()?.to_token_stream());
        let (part, private) = (Ident::new(part, here), private_at(krate, here));
        Some(quote_spanned!(here=> #private::mark::<Self::#part>()))
    });
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #krate::SoftDeletable for #name {
            fn is_deleted(&self) -> ::core::primitive::bool {
                #is_deleted
            }
        }

        #[automatically_derived]
        impl #krate::SoftDelete for #name {
            type DeletedAt = #column;
            type DeletedBy = #by;
            type DeletedReason = #reason;
            const DELETION: #private::DeletedAt = #deletion;
            const MARKS: &'static [&'static ::core::primitive::str] = &[#(#names),*];
            #facts
        }
    }
}
