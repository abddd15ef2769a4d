//! The rules by which arguments that nobody marked get their roles.

use super::params::{Param, Passing, Role, bindings};
use crate::mistakes::Mistakes;
use crate::types::bare;
use syn::{GenericArgument, Ident, PathArguments, Signature, Type};

/// The key is the argument marked so, else the one of its type.
pub(super) fn choose_key(list: &[Param], marks: &mut [Option<Role>], mistakes: &mut Mistakes) {
    if marks.contains(&Some(Role::Key)) {
        return;
    }
    let candidates: Vec<usize> = (0..list.len())
        .filter(|&index| marks[index].is_none() && is_key(&list[index].ty))
        .collect();
    match candidates[..] {
        [] => {}
        [key] => marks[key] = Some(Role::Key),
        [_, second, ..] => {
            let help = "a second key: mark the one of this call with `#[key]`";
            mistakes.at(&list[second].pat, help);
        }
    }
}

/// The connection is the argument marked so, else the first that is taken by `&mut`.
pub(super) fn choose_connection(
    sig: &Signature,
    list: &[Param],
    marks: &mut [Option<Role>],
    mistakes: &mut Mistakes,
) {
    let form = "take it by `&mut`, as in `conn: &mut PgConnection`";
    let marked = marks
        .iter()
        .position(|mark| *mark == Some(Role::Connection));
    if let Some(index) = marked {
        if list[index].passing != Passing::Exclusive {
            mistakes.at(
                &list[index].ty,
                format!("the connection is written to: {form}"),
            );
        }
        return;
    }
    let open = |index: &usize| marks[*index].is_none();
    let by_mut = |index: &usize| list[*index].passing == Passing::Exclusive;
    let mut candidates = (0..list.len()).filter(open).filter(by_mut);
    if let Some(index) = candidates.next() {
        let other = candidates.find(|&index| is_connection(&list[index].ty));
        marks[index] = Some(Role::Connection);
        if let Some(other) = other {
            let help = "this isn't the first `&mut` argument: mark the connection that the record is \
                        written with `#[conn]`, and others `#[skip]`";
            mistakes.at(&list[other].pat, help);
        }
    } else if let Some(index) = (0..list.len())
        .filter(open)
        .find(|&index| looks_like_connection(&list[index]))
    {
        mistakes.at(
            &list[index].ty,
            format!("the connection is written to: {form}"),
        );
    } else {
        mistakes.at(
            &sig.ident,
            format!("no argument is the connection that the record is written with: {form}"),
        );
    }
}

/// Whether somebody who reads this argument would say that it's the connection.
fn looks_like_connection(param: &Param) -> bool {
    let named = ["conn", "connection", "db", "tx"]
        .iter()
        .any(|name| param.name == name);
    named || is_connection(&param.ty)
}

/// Whether a type is a connection by name.
fn is_connection(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|last| last.to_string().ends_with("Connection"))
}

/// Whether a type is `IdempotencyKey` by name, through references.
fn is_key(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|last| last == "IdempotencyKey")
}

/// The last segment of a type's path, through references.
fn last_segment(ty: &Type) -> Option<&Ident> {
    match bare(ty) {
        Type::Reference(reference) => last_segment(&reference.elem),
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// An added key would stand beside an argument of the same name, or beside one that was meant.
pub(super) fn check_key_can_be_added(list: &[Param], mistakes: &mut Mistakes) {
    for param in list {
        let named = bindings(&param.pat).into_iter().find(|name| *name == "key");
        if param.role == Role::Counts && is_optional_key(&param.ty) {
            let help = "a call without a key can't be told from another: take `&IdempotencyKey`, \
                        and refuse a missing key before the call";
            mistakes.at(&param.ty, help);
        } else if let Some(named) = named {
            let help = "this is called `key` and isn't an `IdempotencyKey`: rename it, or mark it \
                        `#[key]` if it's the key";
            mistakes.at(named, help);
        }
    }
}

fn is_optional_key(ty: &Type) -> bool {
    let Type::Path(path) = bare(ty) else {
        return false;
    };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return false;
    };
    last.ident == "Option"
        && arguments.args.iter().any(|argument| match argument {
            GenericArgument::Type(ty) => is_key(ty),
            _ => false,
        })
}

/// A function that has its key or connection only sometimes would be two functions.
pub(super) fn check_unconditional(list: &[Param], mistakes: &mut Mistakes) {
    for param in list {
        let what = match param.role {
            Role::Connection => "the connection",
            Role::Key => "the key",
            Role::Counts | Role::Skipped => continue,
        };
        if let Some(cfg) = param.cfg().first() {
            let help = format!("{what} is always needed: put `#[cfg]` on an alias of its type");
            mistakes.at(cfg, help);
        }
    }
}
