//! Which functions can't be made idempotent, whatever their arguments are.

use crate::mistakes::Mistakes;
use syn::{Attribute, GenericArgument, PathArguments, ReceiverKind, ReturnType, Safety};
use syn::{PathSegment, Signature, Type, TypeParamBound};

const ITSELF: &str = "idempotent";

/// Reports what can't work about a signature, and whether nothing was.
pub(super) fn check(attrs: &[Attribute], sig: &Signature, mistakes: &mut Mistakes) -> bool {
    let before = mistakes.len();
    if let Some(second) = named(attrs, ITSELF) {
        let help = "a function is made idempotent once: keep one `#[idempotent]`";
        mistakes.at(second, help);
    }
    qualifiers(sig, mistakes);
    receiver(sig, mistakes);
    mistakes.len() == before
}

fn qualifiers(sig: &Signature, mistakes: &mut Mistakes) {
    if let Some(constness) = &sig.constness {
        let help = "a `const fn` can't reach a database: remove `const`";
        mistakes.at(constness, help);
    }
    if let Safety::Unsafe(unsafety) = &sig.safety {
        let help = "the body runs inside a closure, where an `unsafe fn` can't keep its contract: \
                    call it from a safe function, and put `#[idempotent]` there";
        mistakes.at(unsafety, help);
    }
    if let Some(abi) = &sig.abi {
        let help = "a function that other languages call has no place for a key: call it from a \
                    Rust function, and put `#[idempotent]` there";
        mistakes.at(abi, help);
    }
    if let Some(variadic) = &sig.variadic {
        let help = "the fingerprint can't cover `...`: take a slice";
        mistakes.at(variadic, help);
    }
}

/// A method that consumes its receiver would consume it for a replay, which doesn't run.
fn receiver(sig: &Signature, mistakes: &mut Mistakes) {
    let Some(receiver) = sig.receiver() else {
        return;
    };
    let by_value = match &receiver.kind {
        ReceiverKind::Reference(..) => false,
        ReceiverKind::Typed(_, ty) => !matches!(**ty, Type::Reference(_)),
        _ => true,
    };
    if by_value {
        let mut written = receiver.clone();
        written.attrs.clear();
        let help = "a replay doesn't run the body, so it can't consume `self`: take `&self` or \
                    `&mut self`";
        mistakes.at(written, help);
    }
    if let Some(mark) = receiver.attrs.iter().find(|attr| super::is_mark(attr)) {
        let help = "`self` takes no mark: it's neither the key nor the connection, and never part \
                    of the fingerprint";
        mistakes.at(mark, help);
    }
}

/// Reports an async function that was made to return a boxed future, and whether it isn't one:
/// `#[async_trait]` rewrites the methods of its impl before their own attributes run.
pub(super) fn check_not_boxed(
    attrs: &[Attribute],
    sig: &Signature,
    mistakes: &mut Mistakes,
) -> bool {
    let before = mistakes.len();
    let below = "under `#[async_trait]` this isn't an `async fn` any more: put `#[idempotent]` on an \
                 `async fn` outside of the trait's impl, and call that one from here";
    if let Some(attr) = named(attrs, "async_trait") {
        mistakes.at(attr, below);
    } else if is_boxed_future(&sig.output) {
        // The return type is `#[async_trait]`'s and stands where the attribute does.
        mistakes.at(&sig.ident, below);
    }
    mistakes.len() == before
}

/// The attribute whose path ends in `name`.
fn named<'a>(attrs: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attrs.iter().find(|attr| {
        let last = attr.path().segments.last();
        last.is_some_and(|segment| segment.ident == name)
    })
}

/// Whether this is another `#[idempotent]`.
pub(crate) fn is_itself(attr: &Attribute) -> bool {
    named(std::slice::from_ref(attr), ITSELF).is_some()
}

/// Whether this is `Pin<Box<dyn Future<…>>>`, by name.
fn is_boxed_future(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else {
        return false;
    };
    let boxed = argument_of(ty, "Pin").and_then(|pinned| argument_of(pinned, "Box"));
    let Some(Type::TraitObject(object)) = boxed else {
        return false;
    };
    object.bounds.iter().any(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last();
            last.is_some_and(|segment| segment.ident == "Future")
        }
        _ => false,
    })
}

/// The first type argument of a path that ends in `name`.
fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let PathSegment { ident, arguments } = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return None;
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.next().filter(|_| ident == name)
}
