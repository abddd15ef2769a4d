//! A struct whose rows can be deleted softly, with every rule that takes more than one token
//! checked.

use super::DERIVE;
use super::parse::Options;
use crate::mistakes::Mistakes;
use crate::row::{self, Column, Field, Row};
use crate::types::{inside_option, last, text};
use syn::Ident;
use syn::ext::IdentExt;

/// The columns that say more of a deletion.
pub(super) struct Marks {
    pub(super) by: Option<Ident>,
    pub(super) reason: Option<Ident>,
}

/// Applies the rules to the column that says when a row was deleted. Returns it also when mistakes
/// were found that leave one; otherwise a column that is there.
pub(super) fn column(
    row: &Row,
    options: &Options,
    shared: &[String],
    mistakes: &mut Mistakes,
) -> Result<Column, Option<Ident>> {
    let Some(column) = row::column(row, &options.column, &DERIVE, mistakes) else {
        return Err(row.fields.first().map(|any| any.column.clone()));
    };
    let is_free = row::is_free(row, &column, shared, &DERIVE, mistakes);
    if is_free && check_type(&column.field, mistakes) {
        Ok(column)
    } else {
        Err(Some(column.field.column))
    }
}

/// The columns for by whom and why, each another one, and none that is shared with another derive.
pub(super) fn marks(
    row: &Row,
    options: &Options,
    shared: &[String],
    mistakes: &mut Mistakes,
) -> Marks {
    let column = match (&options.column.name, &options.column.value) {
        (Some(_), None) => String::new(), // which was reported
        (_, Some(name)) => name.unraw().to_string(),
        (None, None) => DERIVE.column.to_owned(),
    };
    let mut taken = vec![(column, "when")];
    let mut distinct = |mark: &Option<Ident>, what| {
        let mark = mark.as_ref()?;
        let name = mark.unraw().to_string();
        if let Some((_, other)) = taken.iter().find(|(other, _)| *other == name) {
            let help = format!(
                "`{name}` already says {other} a row was deleted: name another column for {what}"
            );
            mistakes.at(mark, help);
            return None;
        }
        if row::in_key(row, mark) {
            let help = format!(
                "`{name}` is in the primary key, and a restore empties this column: name another one \
                 for {what}"
            );
            mistakes.at(mark, help);
            return None;
        }
        let apart = !shared.contains(&name);
        taken.push((name, what));
        apart.then(|| mark.clone())
    };
    Marks {
        by: distinct(&options.by.value, "by whom"),
        reason: distinct(&options.reason.value, "why"),
    }
}

/// Types that Diesel reads a time as, text on SQLite.
const TIMES: [&str; 6] = [
    "SystemTime",
    "NaiveDateTime",
    "DateTime",
    "OffsetDateTime",
    "PrimitiveDateTime",
    "String",
];

/// Types that it reads no time as, and that nobody calls one of their own by.
const NO_TIMES: [&str; 17] = [
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "f32",
    "f64",
    "bool",
    "NaiveDate",
    "NaiveTime",
];

/// Whether the field may hold a time, or nothing, as far as its type's name tells.
fn check_type(field: &Field, mistakes: &mut Mistakes) -> bool {
    let inside = inside_option(&field.ty);
    let ty = inside.unwrap_or(&field.ty);
    let Some(name) = last(ty).map(|last| last.ident.to_string()) else {
        return true;
    };
    let help = if NO_TIMES.contains(&&*name) {
        format!(
            "this says when a row was deleted, which a `{}` can't: make the column a nullable \
             timestamp, and the field an `Option<NaiveDateTime>` or of another such type",
            text(ty)
        )
    } else if TIMES.contains(&&*name) && inside.is_none() {
        let (column, ty) = (&field.column, text(ty));
        format!("a row that isn't deleted has NULL here: write `{column}: Option<{ty}>`")
    } else {
        return true;
    };
    mistakes.at(&field.ty, help);
    false
}
