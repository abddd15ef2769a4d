//! Which items rows can be read into.

use super::{Derive, Field, Row, diesel, named};
use crate::mistakes::Mistakes;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, FieldsNamed, GenericParam, Generics, Ident, Path};

/// Reads a struct with named fields, or reports that it's something else.
pub(crate) fn read(item: &DeriveInput, derive: &Derive, mistakes: &mut Mistakes) -> Option<Row> {
    let possible = check_generics(&item.generics, mistakes);
    let fields = fields(item, derive, mistakes)?;
    if !possible {
        return None;
    }
    let of_struct = diesel::read(&item.attrs);
    let mut row = Row {
        name: item.ident.clone(),
        table: of_struct
            .table
            .unwrap_or_else(|| inferred_table(&item.ident)),
        key: of_struct.key.unwrap_or_default(),
        fields: Vec::new(),
        embeds: false,
        marked: None,
    };
    for field in &fields.named {
        let of_field = diesel::read(&field.attrs);
        let Some(name) = &field.ident else { continue };
        let column = of_field.column.unwrap_or_else(|| name.clone());
        for attr in named(&field.attrs, derive.attribute) {
            let form = derive.with_column(&column.unraw().to_string());
            mistakes.at(
                attr,
                format!("this goes above the struct: write `{form}` there"),
            );
            row.marked = Some(row.fields.len());
        }
        row.embeds |= of_field.embed;
        if !of_field.embed {
            row.fields.push(Field {
                name: name.clone(),
                column,
                ty: field.ty.clone(),
            });
        }
    }
    Some(row)
}

/// A row that was read owns its data, and comes from one table with columns of known types.
fn check_generics(generics: &Generics, mistakes: &mut Mistakes) -> bool {
    let Some(first) = generics.params.first() else {
        return true;
    };
    mistakes.at(
        generics,
        match first {
            GenericParam::Lifetime(_) => {
                "a row that was read borrows from nothing: own the data, as with `String` for \
                 `&str`, and remove the lifetime"
            }
            _ => {
                "the types of a row are those of its table's columns: remove the parameters, and \
                 write a struct for each table"
            }
        },
    );
    false
}

fn fields<'a>(
    item: &'a DeriveInput,
    derive: &Derive,
    mistakes: &mut Mistakes,
) -> Option<&'a FieldsNamed> {
    let only_structs = |keyword: &str| {
        format!(
            "`#[derive({})]` goes on the struct that rows are read into, and this is {keyword}",
            derive.name
        )
    };
    let form = format!(
        "write `struct {} {{ {}: {}, … }}`",
        item.ident, derive.column, derive.ty
    );
    match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields),
            Fields::Unnamed(fields) => {
                let help = format!("columns are found by the names of fields: {form}");
                mistakes.at(fields, help);
            }
            Fields::Unit => {
                mistakes.at(&item.ident, format!("there is no field in it: {form}"));
            }
        },
        Data::Enum(data) => mistakes.at(data.enum_token, only_structs("an `enum`")),
        Data::Union(data) => mistakes.at(data.union_token, only_structs("a `union`")),
    }
    None
}

/// The table of a struct that names none, as Diesel infers it: in snake case, with an `s`.
fn inferred_table(name: &Ident) -> Path {
    let mut table = String::new();
    for (index, character) in name.unraw().to_string().chars().enumerate() {
        if index > 0 && character.is_uppercase() {
            table.push('_');
        }
        table.extend(character.to_lowercase());
    }
    table.push('s');
    Ident::new(&table, name.span()).into()
}
