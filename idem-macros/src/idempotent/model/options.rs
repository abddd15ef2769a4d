//! The options as a whole.

use super::params::{Param, Params, Role};
use crate::idempotent::parse::{InFlight, Options};
use crate::mistakes::Mistakes;
use crate::setting::Setting;
use std::time::Duration;
use syn::visit::Visit;
use syn::{Expr, ExprPath, Ident, LitStr, Path};

/// What is asked of the library.
pub(crate) struct Settings {
    pub(crate) operation: Option<LitStr>,
    pub(crate) tenant: Option<Expr>,
    pub(crate) ttl: Option<Duration>,
    pub(crate) counts: Counts,
    pub(crate) in_flight: Option<InFlight>,
    pub(crate) record_errors: Option<ExprPath>,
    pub(crate) result_version: Option<i32>,
    pub(crate) retry: Option<Retry>,
    pub(crate) isolation: Option<Ident>,
    pub(crate) max_result: Option<u64>,
    pub(crate) nested: Option<Ident>,
    pub(crate) peek: bool,
    pub(crate) krate: Option<Path>,
}

impl Settings {
    /// Whether something is decided by what the error is.
    pub(crate) const fn judges_errors(&self) -> bool {
        self.record_errors.is_some() || self.retry.is_some()
    }
}

/// What two calls with one key must agree on.
pub(crate) enum Counts {
    /// Every argument that isn't skipped.
    Arguments,
    These(Vec<Expr>),
}

/// How often, and after which errors, the body may run.
pub(crate) struct Retry {
    pub(crate) attempts: u32,
    pub(crate) condition: Option<ExprPath>,
}

/// Checks the options against each other and against the arguments.
pub(super) fn settings(
    options: Options,
    params: Option<&Params>,
    mistakes: &mut Mistakes,
) -> Settings {
    if let (None, Some(name)) = (&options.retry.name, &options.retry_if.name) {
        let help = "nothing is retried without a number of attempts: add `retry = 3`";
        mistakes.at(name, help);
    }
    if let Some(params) = params {
        check_skips(&options.fingerprint, params, mistakes);
        let counted = options.fingerprint.value.iter().flatten();
        for expr in options.tenant.value.iter().chain(counted) {
            check_reach(expr, params, mistakes);
        }
    }
    let condition = options.retry_if.value;
    Settings {
        operation: options.operation.value,
        tenant: options.tenant.value,
        ttl: options.ttl.value,
        counts: match options.fingerprint.value {
            Some(these) => Counts::These(these),
            None => Counts::Arguments,
        },
        in_flight: options.in_flight.value,
        record_errors: options.record_errors.value,
        result_version: options.result_version.value,
        retry: options.retry.value.map(|attempts| Retry {
            attempts,
            condition,
        }),
        isolation: options.isolation.value,
        max_result: options.max_result.value,
        nested: options.nested.value,
        peek: options.peek.value.unwrap_or(false),
        krate: options.krate.value,
    }
}

/// `fingerprint(…)` names what counts, and `#[skip]` what doesn't: both at once leave open what
/// an argument that is in neither does.
fn check_skips(fingerprint: &Setting<Vec<Expr>>, params: &Params, mistakes: &mut Mistakes) {
    let skipped = |param: &&Param| param.role == Role::Skipped;
    if let (Some(_), Some(param)) = (&fingerprint.name, params.list.iter().find(skipped)) {
        let help = "`fingerprint(…)` already says what counts: remove this argument's `#[skip]`, or \
                    `fingerprint`";
        mistakes.at(&param.pat, help);
    }
}

/// An option's expression is evaluated before the body, where patterns aren't taken apart yet.
fn check_reach(expr: &Expr, params: &Params, mistakes: &mut Mistakes) {
    let hidden: Vec<&Ident> = params.list.iter().flat_map(Param::hidden).collect();
    let mut used = Used(Vec::new());
    used.visit_expr(expr);
    for name in used.0 {
        if hidden.contains(&name) {
            let help = format!(
                "`{name}` exists only inside the body, where its pattern is taken apart: give the \
                 whole argument a name"
            );
            mistakes.at(name, help);
        }
    }
}

/// Names that stand alone in an expression.
struct Used<'a>(Vec<&'a Ident>);

impl<'a> Visit<'a> for Used<'a> {
    fn visit_expr_path(&mut self, path: &'a ExprPath) {
        self.0.extend(path.path.get_ident());
    }
}
