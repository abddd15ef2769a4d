//! Which field is the column that a derive is about.

use super::{Derive, Field, Row};
use crate::mistakes::Mistakes;
use crate::setting::Setting;
use crate::suggest;
use syn::Ident;
use syn::ext::IdentExt;

/// The primary key of a struct that names none, as Diesel has it.
const DEFAULT_KEY: &str = "id";

/// The field that a derive is about.
#[derive(Clone)]
pub(crate) struct Column {
    pub(crate) field: Field,
    /// The column, where the user named it last: in the options, or at the field.
    pub(crate) name: Ident,
}

/// Finds the field of the column that is given, or of the default one.
pub(crate) fn column(
    row: &Row,
    given: &Setting<Ident>,
    derive: &Derive,
    mistakes: &mut Mistakes,
) -> Option<Column> {
    if given.name.is_some() && given.value.is_none() {
        return None; // which was reported
    }
    let wanted = given.value.as_ref();
    let wanted_text = wanted.map_or_else(|| derive.column.to_owned(), text);
    let by_name = || {
        row.fields
            .iter()
            .find(|field| text(&field.column) == wanted_text)
    };
    let marked = row.marked.and_then(|index| row.fields.get(index));
    if let Some(field) = marked.or_else(by_name) {
        let name = wanted.filter(|_| marked.is_none()).unwrap_or(&field.column);
        return Some(Column {
            field: field.clone(),
            name: name.clone(),
        });
    }
    match wanted {
        Some(wanted) => mistakes.at(wanted, no_such_field(row, &wanted_text)),
        None => mistakes.at(&row.name, no_default(row, derive)),
    }
    None
}

/// Whether a column has no other use: a primary key doesn't change, and what is `shared` with another
/// derive was reported. Where it has one, it's of no interest that it doesn't fit this one.
pub(crate) fn is_free(
    row: &Row,
    column: &Column,
    shared: &[String],
    derive: &Derive,
    mistakes: &mut Mistakes,
) -> bool {
    let name = text(&column.name);
    if shared.contains(&name) {
        return false;
    }
    if !in_key(row, &column.name) {
        return true;
    }
    let help = format!(
        "`{name}` is in the primary key, which stays as it is for as long as there is the row: keep {} \
         in a column of its own",
        derive.holds
    );
    // The column is wrong where it was chosen, the key where it's the derive's default.
    let key = row.key.iter().find(|key| text(key) == name);
    let by_default = name == derive.column && column.name == column.field.column;
    mistakes.at(key.filter(|_| by_default).unwrap_or(&column.name), help);
    false
}

/// The fields of the primary key, or a report of one that isn't there.
pub(crate) fn key(row: &Row, mistakes: &mut Mistakes) -> Option<Vec<Field>> {
    let field = |column: &str| {
        row.fields
            .iter()
            .find(|field| text(&field.column) == column)
    };
    if row.key.is_empty() {
        let id = field(DEFAULT_KEY).map(|id| vec![id.clone()]);
        if id.is_none() {
            let help = "no field is the column `id`, which is the primary key unless another one is \
                        named: add it, or write `#[diesel(primary_key(…))]`";
            mistakes.at(&row.name, help);
        }
        return id;
    }
    let before = mistakes.len();
    let mut fields = Vec::new();
    for column in &row.key {
        match field(&text(column)) {
            Some(field) => fields.push(field.clone()),
            None => mistakes.at(column, no_such_field(row, &text(column))),
        }
    }
    (mistakes.len() == before).then_some(fields)
}

/// Whether a column is in the primary key.
pub(crate) fn in_key(row: &Row, column: &Ident) -> bool {
    if row.key.is_empty() {
        return text(column) == DEFAULT_KEY;
    }
    row.key.iter().any(|key| text(key) == text(column))
}

fn no_such_field(row: &Row, wanted: &str) -> String {
    if let Some(field) = row.fields.iter().find(|field| text(&field.name) == wanted) {
        let column = text(&field.column);
        return format!(
            "the column of the field `{wanted}` is `{column}`: write `column = {column}`"
        );
    }
    let columns: Vec<String> = row.fields.iter().map(|field| text(&field.column)).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let near = match suggest::nearest(wanted, &columns) {
        Some(near) => format!(": did you mean `{near}`? There are"),
        None => ": there are".to_owned(),
    };
    let all = columns.join("`, `");
    format!(
        "no field is the column `{wanted}`{near} `{all}`{}",
        embedded(row)
    )
}

fn no_default(row: &Row, derive: &Derive) -> String {
    let columns: Vec<String> = row.fields.iter().map(|field| text(&field.column)).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let known = row.fields.iter().zip(&columns).find(|(field, column)| {
        derive.alias.contains(column) || derive.alias.contains(&&*text(&field.name))
    });
    let near = known.map(|(_, column)| *column);
    let near = near.or_else(|| suggest::nearest(derive.column, &columns));
    format!(
        "no field is the column `{}`, which holds {} unless another one is named: {}{}",
        derive.column,
        derive.holds,
        match near {
            Some(near) => format!("write `{}`", derive.with_column(near)),
            None => format!(
                "add `{}: {}`, or write `{}`",
                derive.column,
                derive.ty,
                derive.with_column("…")
            ),
        },
        embedded(row)
    )
}

const fn embedded(row: &Row) -> &'static str {
    if row.embeds {
        ". A field with `#[diesel(embed)]` is not looked into"
    } else {
        ""
    }
}

fn text(name: &Ident) -> String {
    name.unraw().to_string()
}
