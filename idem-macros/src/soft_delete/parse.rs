//! Reads `#[soft_delete(…)]`.

use super::DERIVE;
use crate::mistakes::Mistakes;
use crate::row::{self, Claim};
use crate::setting::{Setting, skip};
use crate::suggest;
use syn::ext::IdentExt;
use syn::{Attribute, Ident, Path};

/// The names of all options, in the order of the documentation.
const NAMES: [&str; 4] = ["column", "by", "reason", "crate"];

/// What was written in the attributes. Each value is valid alone.
pub(super) struct Options {
    pub(super) column: Setting<Ident>,
    pub(super) by: Setting<Ident>,
    pub(super) reason: Setting<Ident>,
    pub(super) krate: Setting<Path>,
}

/// Reads the options. What can't be read is left out, and reported.
pub(super) fn options(attrs: &[Attribute], mistakes: &mut Mistakes) -> Options {
    let mut options = Options {
        column: Setting::new("column = deleted_at"),
        by: Setting::new("by = deleted_by"),
        reason: Setting::new("reason = delete_reason"),
        krate: Setting::new("crate = path::to::idem_diesel"),
    };
    row::options(attrs, &DERIVE, mistakes, |name, input, mistakes| {
        let to = &mut options;
        match name.unraw().to_string().as_str() {
            "column" => to.column.equals(name, input, mistakes, row::column_name),
            "by" => to.by.equals(name, input, mistakes, row::column_name),
            "reason" => to.reason.equals(name, input, mistakes, row::column_name),
            "crate" => to.krate.equals(name, input, mistakes, row::krate),
            unknown => {
                mistakes.at(&name, suggest::unknown("option", unknown, &NAMES));
                skip(input);
            }
        }
    });
    options
}

/// The columns, for the other derives.
pub(crate) fn claims(attrs: &[Attribute]) -> Vec<Claim> {
    let mut elsewhere = Mistakes::default();
    let options = options(attrs, &mut elsewhere);
    drop(elsewhere.into_errors()); // `SoftDelete` reports them
    let marks = [options.by.value, options.reason.value];
    let column = options.column.value.ok_or(DERIVE.column);
    std::iter::once(column)
        .chain(marks.into_iter().flatten().map(Ok))
        .collect()
}
