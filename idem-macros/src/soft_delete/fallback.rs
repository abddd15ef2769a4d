//! What is emitted when there is no column that could say when a row was deleted: implementations
//! that nobody will ever call, so that the calls of their methods are no further mistakes.

use super::expand::{Parts, implementations};
use super::model::Marks;
use crate::row::{Stub, Target, private};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Ident;

/// A stub with this column of the table, if there is any.
pub(super) fn stub(target: &Target, column: Option<&Ident>, marks: &Marks) -> TokenStream {
    let time = quote_spanned! {Span::mixed_site()=>
        ::diesel::sql_types::Nullable<::diesel::sql_types::Timestamp>
    };
    let stub = Stub::new(target, &time);
    let (unknown, private) = (&stub.name, private(&target.krate));
    let parts = Parts {
        is_deleted: quote_spanned!(Span::mixed_site()=> loop {}),
        column: match column {
            Some(column) => target.column(column),
            None => unknown.to_token_stream(),
        },
        deletion: quote_spanned!(Span::mixed_site()=> #private::deletion::<#unknown>()),
    };
    stub.around(&implementations(target, &parts, marks))
}
