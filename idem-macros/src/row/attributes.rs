//! The attributes that options are in.

use super::{Derive, named};
use crate::mistakes::Mistakes;
use crate::setting;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Meta};

/// Whether a struct carries a derive's attribute.
pub(crate) fn is_given(attrs: &[Attribute], derive: &Derive) -> bool {
    named(attrs, derive.attribute).next().is_some()
}

/// Reads the options of all of a derive's attributes on a struct.
pub(crate) fn options(
    attrs: &[Attribute],
    derive: &Derive,
    mistakes: &mut Mistakes,
    mut option: impl FnMut(Ident, ParseStream<'_>, &mut Mistakes),
) {
    for attr in named(attrs, derive.attribute) {
        match &attr.meta {
            Meta::List(list) => {
                let example = format!("column = {}", derive.column);
                setting::each(list.tokens.clone(), &example, mistakes, &mut option);
            }
            Meta::NameValue(_) => {
                let form = derive.with_column(derive.column);
                mistakes.at(attr, format!("options go in parentheses: write `{form}`"));
            }
            // Everything by default.
            Meta::Path(_) => {}
        }
    }
}
