//! Which argument is the connection, which is the key, and which ones count.

use super::roles;
use crate::mistakes::Mistakes;
use crate::types::bare;
use proc_macro2::Span;
use quote::{format_ident, quote};
use syn::visit::Visit;
use syn::{Attribute, FnArg, Ident, Meta, Pat, PatIdent, PatType, Signature, Type};

/// The arguments besides `self`, in order.
pub(crate) struct Params {
    pub(crate) list: Vec<Param>,
    /// Whether a key is to be added after the connection.
    pub(crate) adds_key: bool,
}

/// One argument.
pub(crate) struct Param {
    /// Its attributes, without marks.
    pub(crate) attrs: Vec<Attribute>,
    /// What it's called in the new signature: a pattern is taken apart inside the body.
    pub(crate) name: Ident,
    pub(crate) pat: Pat,
    pub(crate) ty: Type,
    pub(crate) role: Role,
    pub(crate) passing: Passing,
}

/// What an argument is there for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Connection,
    Key,
    /// Part of the fingerprint.
    Counts,
    /// Not part of it, by `#[skip]`.
    Skipped,
}

/// How an argument is passed, by its type as written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passing {
    Value,
    Shared,
    Exclusive,
}

impl Param {
    /// The `#[cfg]`s that everything that names it has to carry.
    pub(crate) fn cfg(&self) -> Vec<&Attribute> {
        let cfgs = self.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
        cfgs.collect()
    }

    /// Whether its pattern is its name alone.
    pub(crate) fn is_plain(&self) -> bool {
        match &self.pat {
            Pat::Ident(pat) => {
                let alone = pat.by_ref.is_none() && pat.mutability.is_none();
                alone && pat.subpat.is_none() && pat.ident == self.name
            }
            _ => false,
        }
    }

    /// The names that exist only inside the body.
    pub(crate) fn hidden(&self) -> Vec<&Ident> {
        let mut names = bindings(&self.pat);
        names.retain(|name| **name != self.name);
        names
    }

    /// Whether it's passed over with `_`.
    pub(crate) const fn is_wild(&self) -> bool {
        matches!(self.pat, Pat::Wild(_))
    }
}

/// Whether this is `#[key]`, `#[conn]` or `#[skip]`.
pub(crate) fn is_mark(attr: &Attribute) -> bool {
    Role::marked(attr).is_some()
}

impl Role {
    fn marked(attr: &Attribute) -> Option<Self> {
        let path = attr.path();
        if path.is_ident("conn") {
            Some(Self::Connection)
        } else if path.is_ident("key") {
            Some(Self::Key)
        } else if path.is_ident("skip") {
            Some(Self::Skipped)
        } else {
            None
        }
    }
}

/// Gives every argument its role, or reports why that can't be done.
pub(super) fn params(sig: &Signature, mistakes: &mut Mistakes) -> Option<Params> {
    let before = mistakes.len();
    let typed = || {
        sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(param) => Some(param),
            FnArg::Receiver(_) => None,
        })
    };
    let mut list: Vec<Param> = typed()
        .enumerate()
        .map(|(index, param)| read(index, param))
        .collect();
    let mut marks: Vec<Option<Role>> = typed().map(|param| mark(param, mistakes)).collect();

    once(Role::Connection, &list, &marks, mistakes);
    once(Role::Key, &list, &marks, mistakes);
    if mistakes.len() != before {
        return None;
    }
    roles::choose_key(&list, &mut marks, mistakes);
    roles::choose_connection(sig, &list, &mut marks, mistakes);
    let adds_key = !marks.contains(&Some(Role::Key));
    for (param, role) in list.iter_mut().zip(marks) {
        param.role = role.unwrap_or(Role::Counts);
    }
    if adds_key {
        roles::check_key_can_be_added(&list, mistakes);
    }
    roles::check_unconditional(&list, mistakes);
    (mistakes.len() == before).then_some(Params { list, adds_key })
}

fn read(index: usize, param: &PatType) -> Param {
    let name = match &*param.pat {
        Pat::Ident(pat) => used_name(&pat.ident),
        _ => None,
    };
    let name = name.unwrap_or_else(|| format_ident!("arg{index}", span = Span::mixed_site()));
    let attrs = param.attrs.iter().filter(|attr| !is_mark(attr));
    Param {
        attrs: attrs.cloned().collect(),
        name,
        pat: (*param.pat).clone(),
        ty: (*param.ty).clone(),
        role: Role::Counts,
        passing: match bare(&param.ty) {
            Type::Reference(reference) if reference.mutability.is_some() => Passing::Exclusive,
            Type::Reference(_) => Passing::Shared,
            _ => Passing::Value,
        },
    }
}

/// The name of an argument that the expansion uses: `_unused` would no longer be unused, which
/// Clippy minds, so it becomes `unused`, and is `_unused` again inside the body.
fn used_name(written: &Ident) -> Option<Ident> {
    let text = written.to_string();
    let Some(used) = text.strip_prefix('_') else {
        return Some(written.clone());
    };
    let mut name: Ident = syn::parse_str(used).ok()?;
    name.set_span(Span::mixed_site());
    (!used.starts_with('_')).then_some(name)
}

/// The role that an argument is marked with.
fn mark(param: &PatType, mistakes: &mut Mistakes) -> Option<Role> {
    let mut marks = param.attrs.iter().filter(|attr| is_mark(attr));
    let first = marks.next()?;
    if let Some(second) = marks.next() {
        let help = "one argument takes one mark: keep the one that is meant";
        mistakes.at(quote!(#first #second), help);
    } else if !matches!(first.meta, Meta::Path(_)) {
        let name = first.path().get_ident()?;
        mistakes.at(first, format!("a mark takes no options: write `#[{name}]`"));
    }
    Role::marked(first)
}

/// Reports a second argument with a mark that only one can have.
fn once(role: Role, list: &[Param], marks: &[Option<Role>], mistakes: &mut Mistakes) {
    let mut marked = list
        .iter()
        .zip(marks)
        .filter(|(_, mark)| **mark == Some(role));
    if let (Some(_), Some((second, _))) = (marked.next(), marked.next()) {
        let what = if role == Role::Key { "key" } else { "conn" };
        let help = format!("a second argument is marked `#[{what}]`: mark one");
        mistakes.at(&second.pat, help);
    }
}

/// The names that a pattern binds.
pub(super) fn bindings(pat: &Pat) -> Vec<&Ident> {
    struct Names<'a>(Vec<&'a Ident>);
    impl<'a> Visit<'a> for Names<'a> {
        fn visit_pat_ident(&mut self, pat: &'a PatIdent) {
            self.0.push(&pat.ident);
            syn::visit::visit_pat_ident(self, pat);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pat);
    names.0
}
