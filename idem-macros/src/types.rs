//! What can be told of a type by how it is written.

use quote::ToTokens;
use syn::{GenericArgument, Ident, PathArguments, PathSegment, Type};

/// A type without the parentheses and invisible groups around it.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        ty => ty,
    }
}

/// The last segment of a type's path.
pub(crate) fn last(ty: &Type) -> Option<&PathSegment> {
    match bare(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

/// The segment before the last one.
pub(crate) fn module(ty: &Type) -> Option<&Ident> {
    match bare(ty) {
        Type::Path(path) if path.qself.is_none() => path
            .path
            .segments
            .iter()
            .nth_back(1)
            .map(|segment| &segment.ident),
        _ => None,
    }
}

/// What is in an `Option`, by its name.
pub(crate) fn inside_option(ty: &Type) -> Option<&Type> {
    let last = last(ty).filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(inside)) => Some(inside),
        _ => None,
    }
}

/// A type as a person would write it.
pub(crate) fn text(ty: &Type) -> String {
    let spaced = bare(ty).to_token_stream().to_string();
    let tight = [
        (" :: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
    ];
    tight
        .iter()
        .fold(spaced, |text, (from, to)| text.replace(from, to))
}
