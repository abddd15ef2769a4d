//! Quotes a model.

use super::model::Model;
use super::parse::Strategy;
use crate::hygiene::at;
use crate::row::{Target, facts, private, private_at};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

/// The implementations.
pub(super) fn model(target: &Target, model: &Model) -> TokenStream {
    let (ty, field) = (&model.column.field.ty, model.column.of_self());
    let parts = Parts {
        version: ty.to_token_stream(),
        field,
        column: target.column(&model.column.field.column),
        constant: constant(target, model),
    };
    implementations(target, &parts)
}

/// What is different in each.
pub(super) struct Parts {
    /// The field's type.
    pub(super) version: TokenStream,
    /// A reference to the field of `self`.
    pub(super) field: TokenStream,
    pub(super) column: TokenStream,
    /// What the library has to know of the column.
    pub(super) constant: TokenStream,
}

/// The implementations with these parts.
pub(super) fn implementations(target: &Target, parts: &Parts) -> TokenStream {
    let Target { name, krate, .. } = target;
    let Parts {
        version,
        field,
        column,
        constant,
    } = parts;
    let (private, facts, table) = (private(krate), facts(krate), target.table());
    // A type that can't be one, as it is too private, is so where the user wrote it.
    let version_type = quote_spanned!(at(version)=> type Version = #version;);
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #krate::HasVersion for #name {
            #version_type
            // There may be another field of this name.
            #[allow(clippy::misnamed_getters)]
            fn version(&self) -> &#version {
                #field
            }
        }

        #[automatically_derived]
        impl #krate::Versioned for #name {
            type VersionColumn = #column;
            type VersionSql = #private::SqlTypeOf<Self::VersionColumn>;
            const VERSION: #private::VersionColumn = #constant;
            fn table_names() -> ::std::vec::Vec<::std::string::String> {
                #private::table_names::<#table>()
            }
            #facts
        }
    }
}

/// The call whose bounds are checked where the user named the column.
fn constant(target: &Target, model: &Model) -> TokenStream {
    let here = model.column.place();
    let private = private_at(&target.krate, here);
    let of = quote_spanned!(here=> <Self::Version, Self::VersionColumn>);
    match (model.strategy, model.null) {
        (Strategy::Increment, None) => quote_spanned!(here=> #private::increment::#of()),
        (Strategy::Increment, Some(null)) => {
            let minus = (null < 0).then(|| quote_spanned!(here=> -));
            let number = Literal::u64_unsuffixed(null.unsigned_abs());
            quote_spanned!(here=> #private::increment_or_null::#of(#minus #number))
        }
        (Strategy::Uuid, _) => quote_spanned!(here=> #private::uuid::#of()),
        (Strategy::Timestamp, _) => quote_spanned!(here=> #private::timestamp::#of()),
    }
}
