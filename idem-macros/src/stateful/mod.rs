//! `#[derive(Stateful)]`.

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
    name: "Stateful",
    attribute: "stateful",
    column: "state",
    ty: "OrderState",
    holds: "the state",
    alias: &["status", "stage", "phase", "step"],
};

/// What to emit for a struct. If nothing is wrong with it, that's the expansion.
pub(crate) fn implementations(item: &DeriveInput, mistakes: &mut Mistakes) -> TokenStream {
    let options = parse::options(&item.attrs, mistakes);
    let Some(row) = row::read(item, &DERIVE, mistakes) else {
        return TokenStream::new();
    };
    let shared = row::shared(&item.attrs, &DERIVE, mistakes);
    let target = Target::new(&row, options.krate.value.as_ref());
    match model::build(&row, &options, &shared, mistakes) {
        Ok(model) => expand::model(&target, &model),
        Err(Some(known)) => fallback::stub(&target, &known),
        // Diesel implements nothing either.
        Err(None) => TokenStream::new(),
    }
}
