//! The options between the attribute's parentheses.

use super::values::{self, InFlight};
use crate::mistakes::Mistakes;
use crate::setting::{self, Setting, skip};
use crate::suggest;
use proc_macro2::TokenStream;
use std::time::Duration;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, ExprPath, Ident, LitStr, Path};

/// The names of all options, in the order of the documentation.
const NAMES: [&str; 14] = [
    "operation",
    "tenant",
    "ttl",
    "fingerprint",
    "in_flight",
    "record_errors",
    "result_version",
    "retry",
    "retry_if",
    "isolation",
    "max_result",
    "nested",
    "peek",
    "crate",
];

/// What was written between the attribute's parentheses. Each value is valid alone.
pub(crate) struct Options {
    pub(crate) operation: Setting<LitStr>,
    pub(crate) tenant: Setting<Expr>,
    pub(crate) ttl: Setting<Duration>,
    pub(crate) fingerprint: Setting<Vec<Expr>>,
    pub(crate) in_flight: Setting<InFlight>,
    pub(crate) record_errors: Setting<ExprPath>,
    pub(crate) result_version: Setting<i32>,
    pub(crate) retry: Setting<u32>,
    pub(crate) retry_if: Setting<ExprPath>,
    pub(crate) isolation: Setting<Ident>,
    pub(crate) max_result: Setting<u64>,
    pub(crate) nested: Setting<Ident>,
    pub(crate) peek: Setting<bool>,
    pub(crate) krate: Setting<Path>,
}

impl Options {
    const fn none() -> Self {
        Self {
            operation: Setting::new(r#"operation = "payments.charge""#),
            tenant: Setting::new("tenant = request.tenant"),
            ttl: Setting::new(r#"ttl = "24h""#),
            fingerprint: Setting::new("fingerprint(request.amount, request.card)"),
            in_flight: Setting::new(
                r#"in_flight = wait`, `in_flight = wait("5s")` or `in_flight = reject"#,
            ),
            record_errors: Setting::new("record_errors = ChargeError::is_final"),
            result_version: Setting::new("result_version = 2"),
            retry: Setting::new("retry = 3"),
            retry_if: Setting::new("retry_if = ChargeError::is_transient"),
            isolation: Setting::new("isolation = serializable"),
            max_result: Setting::new(r#"max_result = "1MiB""#),
            nested: Setting::new("nested = join` or `nested = deny"),
            peek: Setting::new("peek` or `peek = false"),
            krate: Setting::new("crate = path::to::idem_diesel"),
        }
    }
}

/// Reads the options. What can't be read is left out, and reported.
pub(crate) fn options(args: TokenStream, mistakes: &mut Mistakes) -> Options {
    let mut options = Options::none();
    let example = options.operation.example;
    setting::each(args, example, mistakes, |name, input, mistakes| {
        option(&mut options, name, input, mistakes);
    });
    options
}

/// Reads what follows an option's name, up to its comma.
fn option(to: &mut Options, name: Ident, input: ParseStream<'_>, mistakes: &mut Mistakes) {
    match name.unraw().to_string().as_str() {
        "operation" => to
            .operation
            .equals(name, input, mistakes, values::operation),
        "tenant" => to.tenant.equals(name, input, mistakes, Expr::parse),
        "ttl" => to.ttl.equals(name, input, mistakes, values::ttl),
        "fingerprint" => to.fingerprint.list(name, input, mistakes),
        "in_flight" => to
            .in_flight
            .equals(name, input, mistakes, values::in_flight),
        "record_errors" => to
            .record_errors
            .equals(name, input, mistakes, values::function),
        "result_version" => to
            .result_version
            .equals(name, input, mistakes, values::version),
        "retry" => to.retry.equals(name, input, mistakes, values::attempts),
        "retry_if" => to.retry_if.equals(name, input, mistakes, values::function),
        "isolation" => to
            .isolation
            .equals(name, input, mistakes, values::isolation),
        "max_result" => to.max_result.equals(name, input, mistakes, values::size),
        "nested" => to.nested.equals(name, input, mistakes, values::nested),
        "peek" => to.peek.flag(name, input, mistakes),
        "crate" => to.krate.equals(name, input, mistakes, values::krate),
        later @ ("durable" | "lease") => {
            mistakes.at(
                &name,
                format!("`{later}` is not available yet: leave it out"),
            );
            skip(input);
        }
        unknown => {
            mistakes.at(&name, suggest::unknown("option", unknown, &NAMES));
            skip(input);
        }
    }
}
