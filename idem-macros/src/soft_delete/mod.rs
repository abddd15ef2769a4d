//! `#[derive(SoftDelete)]`.

mod expand;
mod fallback;
mod model;
mod parse;

use crate::mistakes::Mistakes;
use crate::row::{self, Derive, Target};
use proc_macro2::TokenStream;
use syn::DeriveInput;

pub(crate) use parse::claims;

pub(crate) const DERIVE: Derive = Derive {
    name: "SoftDelete",
    attribute: "soft_delete",
    column: "deleted_at",
    ty: "Option<NaiveDateTime>",
    holds: "the time of deletion",
    alias: &[
        "deleted",
        "deleted_on",
        "removed_at",
        "archived_at",
        "discarded_at",
    ],
};

/// What to emit for a struct. If nothing is wrong with it, that's the expansion.
pub(crate) fn implementations(item: &DeriveInput, mistakes: &mut Mistakes) -> TokenStream {
    let options = parse::options(&item.attrs, mistakes);
    let Some(row) = row::read(item, &DERIVE, mistakes) else {
        return TokenStream::new();
    };
    let shared = row::shared(&item.attrs, &DERIVE, mistakes);
    let target = Target::new(&row, options.krate.value.as_ref());
    let marks = model::marks(&row, &options, &shared, mistakes);
    match model::column(&row, &options, &shared, mistakes) {
        Ok(column) => expand::model(&target, &column, &marks),
        Err(known) => fallback::stub(&target, known.as_ref(), &marks),
    }
}
