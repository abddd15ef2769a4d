//! What the function returns.

use super::elided::{self, Elided};
use crate::mistakes::Mistakes;
use crate::types::bare;
use quote::ToTokens;
use syn::visit::Visit;
use syn::{
    GenericArgument, ParenthesizedGenericArguments, PathArguments, ReturnType, Signature, Type,
    TypeFnPtr, TypeImplTrait, TypeReference,
};

/// The return type as written, and what it becomes.
pub(crate) struct Output {
    pub(crate) declared: Type,
    pub(crate) returned: Returned,
}

/// How the new return type is named.
pub(crate) enum Returned {
    /// `Result<ok, error>`, by name: its `Ok` is wrapped in place.
    Result { ok: Box<Type>, error: Box<Type> },
    /// Anything else may be an alias: a trait finds its `Ok`.
    Alias,
}

const FORM: &str = "write `-> Result<T, E>`, where `E` is `From<idem_diesel::Error>`";

/// Types that nobody aliases a `Result` to.
const NEVER_A_RESULT: [&str; 21] = [
    "bool", "char", "str", "String", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
    "u32", "u64", "u128", "usize", "f32", "f64", "Option", "Vec", "Box",
];

/// Reads the return type, or reports that it can't be replayed.
pub(super) fn output(sig: &Signature, mistakes: &mut Mistakes) -> Option<Output> {
    let ReturnType::Type(_, declared) = &sig.output else {
        let help = format!("nothing is returned, not even whether it worked: {FORM}");
        mistakes.at(&sig.ident, help);
        return None;
    };
    if let Some(found) = impl_trait(declared) {
        let help =
            if sig.asyncness.is_none() && found.to_token_stream().to_string().contains("Future") {
                "a replay can't make a value of an `impl` type: write an `async fn`"
            } else {
                "a replay can't make a value of an `impl` type: name the type"
            };
        mistakes.at(found, help);
        return None;
    }
    if !may_be_result(declared) {
        let help = format!("a replay also needs to fail, so this has to be a `Result`: {FORM}");
        mistakes.at(declared, help);
        return None;
    }
    if let Some(reference) = value(declared).and_then(reference) {
        let help = "a replay reads its result from the record, which nothing borrows from: return a \
                    type that owns its data, as `String` does";
        mistakes.at(reference.and_token, help);
        return None;
    }
    Some(Output {
        declared: (**declared).clone(),
        returned: returned(declared),
    })
}

/// With the added key there is one more argument that a lifetime may be elided from, and the
/// compiler's message would suggest to change the attribute. A receiver settles it. Reports that,
/// and returns whether there was nothing to report.
pub(super) fn check_elision(
    output: &Output,
    adds_key: bool,
    sig: &Signature,
    mistakes: &mut Mistakes,
) -> bool {
    if !adds_key || sig.receiver().is_some() {
        return true;
    }
    let help = "the key is borrowed too, so this lifetime has to be named: write it as `'a`, here \
                and where it comes from";
    match elided::first(&output.declared) {
        Some(Elided::Underscore(lifetime)) => mistakes.at(lifetime, help),
        Some(Elided::Reference(reference)) => mistakes.at(reference.and_token, help),
        None => return true,
    }
    false
}

fn returned(declared: &Type) -> Returned {
    let Type::Path(path) = bare(declared) else {
        return Returned::Alias;
    };
    match path.path.segments.last() {
        Some(last) if path.qself.is_none() && last.ident == "Result" => {
            let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                return Returned::Alias;
            };
            let mut arguments = arguments.args.iter();
            match (arguments.next(), arguments.next(), arguments.next()) {
                (Some(GenericArgument::Type(ok)), Some(GenericArgument::Type(error)), None) => {
                    Returned::Result {
                        ok: Box::new(ok.clone()),
                        error: Box::new(error.clone()),
                    }
                }
                _ => Returned::Alias,
            }
        }
        _ => Returned::Alias,
    }
}

/// What a type that is called `Result` gives when it succeeds.
fn value(declared: &Type) -> Option<&Type> {
    let Type::Path(path) = bare(declared) else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.next().filter(|_| last.ident == "Result")
}

/// The first reference in a type, which serde can't read from anything that is then dropped.
fn reference(ty: &Type) -> Option<&TypeReference> {
    struct Finder<'a>(Option<&'a TypeReference>);
    impl<'a> Visit<'a> for Finder<'a> {
        fn visit_type_reference(&mut self, reference: &'a TypeReference) {
            self.0.get_or_insert(reference);
        }
        // Whoever returns functions has a serialization of his own for them.
        fn visit_type_fn_ptr(&mut self, _: &'a TypeFnPtr) {}
        fn visit_parenthesized_generic_arguments(&mut self, _: &'a ParenthesizedGenericArguments) {}
    }
    let mut finder = Finder(None);
    finder.visit_type(ty);
    finder.0
}

/// Whether a type could be a `Result` or an alias of one.
fn may_be_result(declared: &Type) -> bool {
    match bare(declared) {
        Type::Path(path) => {
            let last = path.path.segments.last();
            !last.is_some_and(|last| NEVER_A_RESULT.iter().any(|name| last.ident == name))
        }
        Type::Macro(_) | Type::Verbatim(_) => true,
        _ => false,
    }
}

/// The first `impl Trait` in a type.
fn impl_trait(ty: &Type) -> Option<&TypeImplTrait> {
    struct Finder<'a>(Option<&'a TypeImplTrait>);
    impl<'a> Visit<'a> for Finder<'a> {
        fn visit_type_impl_trait(&mut self, found: &'a TypeImplTrait) {
            self.0.get_or_insert(found);
        }
    }
    let mut finder = Finder(None);
    finder.visit_type(ty);
    finder.0
}
