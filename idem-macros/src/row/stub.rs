//! A column that stands for one that couldn't be found, so that what uses the model still compiles.

use super::Target;
use crate::hygiene::ours;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

/// A column of the model's table, which nobody will ever ask for.
pub(crate) struct Stub {
    pub(crate) name: Ident,
    definition: TokenStream,
}

impl Stub {
    /// One of this of Diesel's SQL types.
    pub(crate) fn new(target: &Target, sql_type: &TokenStream) -> Self {
        let (name, model) = (ours("UnknownColumn"), &target.name);
        let definition = quote_spanned! {Span::mixed_site()=>
            #[derive(Debug, Clone, Copy, Default)]
            pub struct #name;
            impl ::diesel::Expression for #name {
                type SqlType = #sql_type;
            }
            impl ::diesel::Column for #name {
                type Table = <#model as ::diesel::associations::HasTable>::Table;
                const NAME: &'static ::core::primitive::str = "";
            }
        };
        Self { name, definition }
    }

    /// The column, out of the way, with what uses it.
    pub(crate) fn around(&self, uses: &TokenStream) -> TokenStream {
        let definition = &self.definition;
        quote_spanned! {Span::mixed_site()=>
            #[allow(missing_docs, unreachable_pub)]
            const _: () = { #definition #uses };
        }
    }
}
