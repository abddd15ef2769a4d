//! Quotes a model.

use super::model::Model;
use crate::hygiene::at;
use crate::row::{Field, Target, facts, private};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

/// The implementation.
pub(super) fn model(target: &Target, model: &Model) -> TokenStream {
    let Model {
        column,
        key: fields,
    } = model;
    let parts = Parts {
        state: column.field.ty.to_token_stream(),
        field: column.of_self(),
        column: target.column(&column.field.column),
        key: key(fields),
    };
    implementation(target, &parts)
}

/// What is different in each.
pub(super) struct Parts {
    /// The field's type.
    pub(super) state: TokenStream,
    /// A reference to the field of `self`.
    pub(super) field: TokenStream,
    pub(super) column: TokenStream,
    /// The type of the primary key.
    pub(super) key: TokenStream,
}

/// The type of a field, or a tuple of those of several.
pub(super) fn key(fields: &[Field]) -> TokenStream {
    match fields {
        [one] => one.ty.to_token_stream(),
        several => {
            let types = several.iter().map(|field| &field.ty);
            quote_spanned!(Span::mixed_site()=> (#(#types,)*))
        }
    }
}

/// The implementation with these parts.
pub(super) fn implementation(target: &Target, parts: &Parts) -> TokenStream {
    let Target { name, krate, .. } = target;
    let Parts {
        state,
        field,
        column,
        key,
    } = parts;
    let (private, facts) = (private(krate), facts(krate));
    // A type that can't be one, as it is too private, is so where the user wrote it.
    let state_type = quote_spanned!(at(state)=> type State = #state;);
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #krate::Stateful for #name {
            #state_type
            type Key = #key;
            type StateColumn = #column;
            type StateSql = #private::SqlTypeOf<Self::StateColumn>;
            #facts
            // There may be another field of this name.
            #[allow(clippy::misnamed_getters)]
            fn state(&self) -> &#state {
                #field
            }
        }
    }
}
