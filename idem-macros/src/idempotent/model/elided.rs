//! Lifetimes that the return type leaves to elision.

use syn::visit::{Visit, visit_type_reference};
use syn::{Lifetime, ParenthesizedGenericArguments, Type, TypeFnPtr, TypeReference};

/// The first lifetime in `ty` that elision fills in: `'_`, or one that `&` leaves out.
pub(super) fn first(ty: &Type) -> Option<Elided<'_>> {
    let mut finder = Finder(None);
    finder.visit_type(ty);
    finder.0
}

/// Where a lifetime was left out.
pub(super) enum Elided<'a> {
    Underscore(&'a Lifetime),
    Reference(&'a TypeReference),
}

struct Finder<'a>(Option<Elided<'a>>);

impl<'a> Visit<'a> for Finder<'a> {
    fn visit_lifetime(&mut self, lifetime: &'a Lifetime) {
        if lifetime.ident == "_" {
            self.0.get_or_insert(Elided::Underscore(lifetime));
        }
    }

    fn visit_type_reference(&mut self, reference: &'a TypeReference) {
        if reference.lifetime.is_none() {
            self.0.get_or_insert(Elided::Reference(reference));
        }
        visit_type_reference(self, reference);
    }

    // Both have elision rules of their own.
    fn visit_type_fn_ptr(&mut self, _: &'a TypeFnPtr) {}
    fn visit_parenthesized_generic_arguments(&mut self, _: &'a ParenthesizedGenericArguments) {}
}
