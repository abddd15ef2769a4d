//! A struct whose rows have a state, with every rule that takes more than one token checked.

use super::DERIVE;
use super::parse::Options;
use crate::mistakes::Mistakes;
use crate::row::{self, Column, Field, Row};
use crate::types::{inside_option, text};

/// A state that can be moved on.
pub(super) struct Model {
    pub(super) column: Column,
    pub(super) key: Vec<Field>,
}

/// What is known where there is no model.
pub(super) struct Known {
    pub(super) column: Option<Column>,
    pub(super) key: Vec<Field>,
}

/// Applies the rules. Returns a model also when mistakes were found that leave one; otherwise what is
/// known, if rows can be found at all.
pub(super) fn build(
    row: &Row,
    options: &Options,
    shared: &[String],
    mistakes: &mut Mistakes,
) -> Result<Model, Option<Box<Known>>> {
    let key = row::key(row, mistakes);
    let column = row::column(row, &options.column, &DERIVE, mistakes);
    let fits = column.as_ref().is_some_and(|column| {
        row::is_free(row, column, shared, &DERIVE, mistakes) && check_type(&column.field, mistakes)
    });
    match (column, key) {
        (Some(column), Some(key)) if fits => Ok(Model { column, key }),
        (column, key) => Err(key.map(|key| Box::new(Known { column, key }))),
    }
}

/// Whether the field may hold a state that can be compared, as far as its type's name tells.
fn check_type(field: &Field, mistakes: &mut Mistakes) -> bool {
    let Some(inside) = inside_option(&field.ty) else {
        return true;
    };
    let (name, inside) = (&field.column, text(inside));
    let help = format!(
        "NULL is no state, since it equals nothing, not even NULL: make the column NOT NULL, and \
         write `{name}: {inside}`"
    );
    mistakes.at(&field.ty, help);
    false
}
