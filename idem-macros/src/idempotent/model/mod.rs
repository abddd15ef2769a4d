//! A function that can be made idempotent, with every rule that takes more than one token checked.

mod elided;
mod options;
mod output;
mod params;
mod roles;
mod signature;

pub(super) use options::{Counts, Settings};
pub(super) use output::{Output, Returned};
pub(super) use params::{Param, Passing, Role, is_mark};
pub(super) use signature::is_itself;

use super::parse::{Body, Function, Options};
use crate::mistakes::Mistakes;
use params::Params;
use proc_macro2::Group;
use syn::{Attribute, Signature, Visibility};

/// A validated function and what is asked of it.
pub(super) struct Model {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    /// As written; its inputs and output are replaced by `params` and `output`.
    pub(super) sig: Signature,
    pub(super) params: Params,
    pub(super) output: Output,
    pub(super) settings: Settings,
    pub(super) body: Group,
}

/// Applies the rules. Returns a model whenever the signature allows one, also when mistakes were
/// found: what can be emitted for a function whose options are wrong is that function.
pub(super) fn build(
    options: Options,
    function: &Function,
    mistakes: &mut Mistakes,
) -> Option<Model> {
    let Function {
        attrs,
        vis,
        sig,
        body,
    } = function;
    let possible = signature::check(attrs, sig, mistakes);
    // A boxed future is reported as a whole, and its return type is part of that.
    let open = signature::check_not_boxed(attrs, sig, mistakes);
    let body = match body {
        Body::Block(block) => Some(block),
        Body::Missing(semicolon) => {
            let help = "there is no body to run: put `#[idempotent]` on the implementation";
            mistakes.at(semicolon, help);
            None
        }
    };
    let output = open.then(|| output::output(sig, mistakes)).flatten();
    let params = params::params(sig, mistakes);
    let adds_key = params.as_ref().is_some_and(|params| params.adds_key);
    let output = output.filter(|output| output::check_elision(output, adds_key, sig, mistakes));
    let settings = options::settings(options, params.as_ref(), mistakes);
    if !possible {
        return None;
    }
    Some(Model {
        attrs: attrs.clone(),
        vis: vis.clone(),
        sig: sig.clone(),
        params: params?,
        output: output?,
        settings,
        body: body?.clone(),
    })
}
