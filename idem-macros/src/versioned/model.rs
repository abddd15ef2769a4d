//! A struct that can be versioned, with every rule that takes more than one token checked.

use super::DERIVE;
use super::parse::{Null, Options, Strategy};
use super::types::{self, Known};
use crate::mistakes::Mistakes;
use crate::row::{self, Column, Field, Row};
use crate::setting::Setting;
use crate::types::{inside_option, text};

/// A version that can be compared and moved on.
pub(super) struct Model {
    pub(super) column: Column,
    pub(super) strategy: Strategy,
    /// The version of a row whose column is NULL.
    pub(super) null: Option<i64>,
}

/// Applies the rules. Returns a model also when mistakes were found that leave one; otherwise the
/// column, if that is known.
pub(super) fn build(
    row: &Row,
    options: &Options,
    shared: &[String],
    mistakes: &mut Mistakes,
) -> Result<Model, Option<Box<Column>>> {
    let strategy = match (&options.strategy.name, options.strategy.value) {
        (Some(_), None) => None, // which was reported
        (_, strategy) => Some(strategy.unwrap_or(Strategy::Increment)),
    };
    let null_unknown = options.null.name.is_some() && options.null.value.is_none();
    let null = strategy.and_then(|strategy| null(&options.null, strategy, mistakes));
    let Some(column) = row::column(row, &options.column, &DERIVE, mistakes) else {
        return Err(None);
    };
    let is_free = row::is_free(row, &column, shared, &DERIVE, mistakes);
    let mut fits = |strategy: &Strategy| check_type(&column.field, *strategy, mistakes);
    let Some(strategy) = strategy.filter(|strategy| is_free && fits(strategy) && !null_unknown)
    else {
        return Err(Some(Box::new(column)));
    };
    if let Some(null) = &null {
        check_bounds(&column.field, null, mistakes);
    }
    Ok(Model {
        column,
        strategy,
        null: null.map(|null| null.value),
    })
}

/// Nothing but a number can be raised from where there was none.
fn null(setting: &Setting<Null>, strategy: Strategy, mistakes: &mut Mistakes) -> Option<Null> {
    if let (Some(name), false) = (&setting.name, strategy == Strategy::Increment) {
        let help = format!(
            "`null` is for versions that are raised by one, and this one's strategy is `{}`: leave it \
             out, and fill the column of old rows",
            strategy.name()
        );
        mistakes.at(name, help);
        return None;
    }
    setting.value.clone()
}

fn check_bounds(field: &Field, null: &Null, mistakes: &mut Mistakes) {
    if let Some((least, most)) = types::bounds(&field.ty)
        && !(least..=most).contains(&null.value)
    {
        let ty = text(&field.ty);
        let help = format!("an `{ty}` is from {least} to {most}: write `null = 0`");
        mistakes.at(&null.written, help);
    }
}

/// Whether the field may hold a version of this strategy, as far as its type's name tells.
fn check_type(field: &Field, strategy: Strategy, mistakes: &mut Mistakes) -> bool {
    if let Some(inside) = inside_option(&field.ty) {
        let (inside, column) = (text(inside), &field.column);
        let old_rows = match strategy {
            Strategy::Increment => format!(
                ". Where old rows have NULL, keep the column nullable, write `{column}: {inside}` with \
                 `#[diesel(deserialize_as = idem_diesel::NullAsZero<{inside}>)]`, and \
                 `#[versioned(null = 0)]`"
            ),
            _ => String::new(),
        };
        let help = format!(
            "every row has a version: make the column NOT NULL with a default, and write \
             `{column}: {inside}`{old_rows}"
        );
        mistakes.at(&field.ty, help);
        return false;
    }
    let ty = text(&field.ty);
    let instead = match types::known(&field.ty) {
        Known::Unknown => return true,
        Known::For(fitting) if fitting == strategy => return true,
        Known::For(other) => format!(", or `#[versioned(strategy = {})]`", other.name()),
        Known::Unfit => String::new(),
    };
    let kind = match strategy {
        Strategy::Increment => "a number with a sign",
        Strategy::Uuid => "a UUID",
        Strategy::Timestamp => "a time to the microsecond",
    };
    let help = format!(
        "a version with `strategy = {}` is {kind}, which `{ty}` isn't: make the field \
         {}{instead}",
        strategy.name(),
        types::fitting(strategy)
    );
    mistakes.at(&field.ty, help);
    false
}
