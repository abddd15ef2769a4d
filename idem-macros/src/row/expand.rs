//! What the expansions of the derives have in common.

use super::{Column, Row};
use crate::hygiene::{self, at, ours, placed};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Ident, Path};

/// The model and its table.
pub(crate) struct Target {
    pub(crate) name: Ident,
    table: Path,
    pub(crate) krate: TokenStream,
}

impl Target {
    pub(crate) fn new(row: &Row, krate: Option<&Path>) -> Self {
        Self {
            name: row.name.clone(),
            table: row.table.clone(),
            krate: hygiene::krate(krate),
        }
    }

    /// A column of the table.
    pub(crate) fn column(&self, name: &Ident) -> TokenStream {
        let table = &self.table;
        quote_spanned!(Span::mixed_site()=> #table::#name)
    }

    /// The table.
    pub(crate) fn table(&self) -> TokenStream {
        // Where the table is named, so that one that isn't there is one message.
        let place = self.table.segments.last().map(|last| &last.ident);
        self.column(&Ident::new("table", at(place)))
    }
}

/// What derives call, under the crate's name.
pub(crate) fn private(krate: &TokenStream) -> TokenStream {
    quote_spanned!(Span::mixed_site()=> #krate::__private)
}

/// The same, where the compiler's messages about a call shall point.
pub(crate) fn private_at(krate: &TokenStream, place: Span) -> TokenStream {
    placed(private(krate), place)
}

/// `fn facts()`, which finds out what else the model derives.
pub(crate) fn facts(krate: &TokenStream) -> TokenStream {
    let (private, probe) = (private(krate), ours("probe"));
    quote_spanned! {Span::mixed_site()=>
        fn facts() -> #private::Facts<Self> {
            // Not needed where both derives are there.
            #[allow(unused_imports)]
            use #private::NotDerived as _;
            let #probe = #private::Probe::<Self>::new();
            #private::Facts::new(#probe.idem_version(), #probe.idem_deletion())
        }
    }
}

impl Column {
    /// `&self.field`, standing where the field's type is.
    pub(crate) fn of_self(&self) -> TokenStream {
        let here = at(&self.field.ty);
        let mut field = self.field.name.clone();
        field.set_span(field.span().located_at(here));
        quote_spanned!(here=> &self.#field)
    }

    /// Names of ours in this place, where the user named the column.
    pub(crate) fn place(&self) -> Span {
        at(self.name.to_token_stream())
    }
}
