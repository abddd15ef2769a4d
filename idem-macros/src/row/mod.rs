//! What the derives on models have in common: a struct whose fields are columns of a table.

mod attributes;
mod columns;
mod diesel;
mod expand;
mod others;
mod shape;
mod stub;
mod values;

pub(crate) use attributes::{is_given, options};
pub(crate) use columns::{Column, column, in_key, is_free, key};
pub(crate) use expand::{Target, facts, private, private_at};
pub(crate) use others::{Claim, shared};
pub(crate) use shape::read;
pub(crate) use stub::Stub;
pub(crate) use values::{column_name, krate};

use crate::mistakes::{self, Mistakes};
use proc_macro2::TokenStream;
use syn::{Attribute, DeriveInput, Ident, Path, Type};

/// What a derive emits for an item.
pub(crate) type Implementations = fn(&DeriveInput, &mut Mistakes) -> TokenStream;

/// A whole derive: the implementations, or what is wrong and what stands in for them.
pub(crate) fn expand(item: TokenStream, derive: Implementations) -> TokenStream {
    let (tokens, errors) = expand_or_explain(item, derive);
    mistakes::with_errors(&errors, tokens)
}

/// What to emit, and what is wrong. If nothing is, the tokens are the expansion.
pub(crate) fn expand_or_explain(
    item: TokenStream,
    derive: Implementations,
) -> (TokenStream, Vec<syn::Error>) {
    let mut mistakes = Mistakes::default();
    let tokens = match syn::parse2::<DeriveInput>(item) {
        Ok(item) => derive(&item, &mut mistakes),
        Err(mistake) => {
            mistakes.add(mistake);
            TokenStream::new()
        }
    };
    (tokens, mistakes.into_errors())
}

/// One of the derives, as its messages speak of it.
pub(crate) struct Derive {
    /// Its name.
    pub(crate) name: &'static str,
    /// The attribute that its options are in.
    pub(crate) attribute: &'static str,
    /// Its column, unless another one is given.
    pub(crate) column: &'static str,
    /// A type that the column's field can have.
    pub(crate) ty: &'static str,
    /// What the column holds.
    pub(crate) holds: &'static str,
    /// Other names that such columns go by.
    pub(crate) alias: &'static [&'static str],
}

impl Derive {
    /// The attribute with this column.
    pub(crate) fn with_column(&self, column: &str) -> String {
        format!("#[{}(column = {column})]", self.attribute)
    }
}

/// A struct that rows are read into.
pub(crate) struct Row {
    pub(crate) name: Ident,
    pub(crate) table: Path,
    /// The columns of the primary key, where they are named.
    pub(crate) key: Vec<Ident>,
    pub(crate) fields: Vec<Field>,
    /// Whether further columns are in structs of their own.
    pub(crate) embeds: bool,
    /// The field that carries the derive's attribute, which belongs on the struct.
    pub(crate) marked: Option<usize>,
}

/// A field that holds one column.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) name: Ident,
    pub(crate) column: Ident,
    pub(crate) ty: Type,
}

/// The attributes with this name.
fn named<'a>(attrs: &'a [Attribute], name: &'a str) -> impl Iterator<Item = &'a Attribute> {
    attrs.iter().filter(move |attr| attr.path().is_ident(name))
}
