//! Reads `#[versioned(…)]`.

use super::DERIVE;
use crate::mistakes::Mistakes;
use crate::row::{self, Claim};
use crate::setting::{Setting, skip};
use crate::suggest;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, LitInt, Path, Token};

/// The names of all options, in the order of the documentation.
const NAMES: [&str; 4] = ["column", "strategy", "null", "crate"];

const STRATEGIES: [(&str, Strategy); 3] = [
    ("increment", Strategy::Increment),
    ("uuid", Strategy::Uuid),
    ("timestamp", Strategy::Timestamp),
];

/// What was written in the attributes. Each value is valid alone.
pub(super) struct Options {
    pub(super) column: Setting<Ident>,
    pub(super) strategy: Setting<Strategy>,
    pub(super) null: Setting<Null>,
    pub(super) krate: Setting<Path>,
}

/// How each write makes a new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strategy {
    Increment,
    Uuid,
    Timestamp,
}

impl Strategy {
    pub(super) const fn name(self) -> &'static str {
        STRATEGIES[self as usize].0
    }
}

/// The version of a row whose column is NULL.
#[derive(Clone)]
pub(super) struct Null {
    pub(super) value: i64,
    pub(super) written: LitInt,
}

/// Reads the options. What can't be read is left out, and reported.
pub(super) fn options(attrs: &[Attribute], mistakes: &mut Mistakes) -> Options {
    let mut options = Options {
        column: Setting::new("column = lock_version"),
        strategy: Setting::new("strategy = increment`, `strategy = uuid` or `strategy = timestamp"),
        null: Setting::new("null = 0"),
        krate: Setting::new("crate = path::to::idem_diesel"),
    };
    row::options(attrs, &DERIVE, mistakes, |name, input, mistakes| {
        let to = &mut options;
        match name.unraw().to_string().as_str() {
            "column" => to.column.equals(name, input, mistakes, row::column_name),
            "strategy" => to.strategy.equals(name, input, mistakes, strategy),
            "null" => to.null.equals(name, input, mistakes, null),
            "crate" => to.krate.equals(name, input, mistakes, row::krate),
            unknown => {
                mistakes.at(&name, suggest::unknown("option", unknown, &NAMES));
                skip(input);
            }
        }
    });
    options
}

/// The column, for the other derives.
pub(crate) fn claims(attrs: &[Attribute]) -> Vec<Claim> {
    let mut elsewhere = Mistakes::default();
    let options = options(attrs, &mut elsewhere);
    drop(elsewhere.into_errors()); // `Versioned` reports them
    vec![options.column.value.ok_or(DERIVE.column)]
}

fn strategy(input: ParseStream<'_>) -> syn::Result<Strategy> {
    let name =
        |mistake: syn::Error| syn::Error::new(mistake.span(), "expected the name of a strategy");
    let written = input.call(Ident::parse_any).map_err(name)?;
    let text = written.unraw().to_string();
    match STRATEGIES.iter().find(|(name, _)| *name == text) {
        Some((_, strategy)) => Ok(*strategy),
        None => {
            let names = STRATEGIES.map(|(name, _)| name);
            let help = suggest::unknown("strategy", &text, &names);
            Err(syn::Error::new(written.span(), help))
        }
    }
}

fn null(input: ParseStream<'_>) -> syn::Result<Null> {
    let minus = input.parse::<Option<Token![-]>>()?;
    let number = |mistake: syn::Error| syn::Error::new(mistake.span(), "expected a whole number");
    let written: LitInt = input.parse().map_err(number)?;
    let sign = if minus.is_some() { "-" } else { "" };
    match format!("{sign}{}", written.base10_digits()).parse() {
        Ok(value) if written.suffix().is_empty() => Ok(Null { value, written }),
        _ => Err(syn::Error::new(written.span(), "expected a whole number")),
    }
}
