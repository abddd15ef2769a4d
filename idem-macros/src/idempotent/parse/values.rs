//! The values of options, each with its bounds.

use crate::suggest;
use bytesize::ByteSize;
use proc_macro2::Span;
use std::ops::RangeInclusive;
use std::time::Duration;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{ExprPath, Ident, LitInt, LitStr, Path, Token, parenthesized, token};

/// What to do while another call holds the key.
#[derive(Clone, Copy)]
pub(crate) enum InFlight {
    Wait,
    WaitAtMost(Duration),
    Reject,
}

/// Longest operation name in bytes: the records' column.
const LONGEST_OPERATION: usize = 255;
/// A hundred years of 365.25 days: beyond it, sums with the database's clock overflow.
const LONGEST_TTL: Duration = Duration::from_secs(100 * 31_557_600);
/// Below, databases round a lock timeout to 0, which PostgreSQL takes as none.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);
/// Beyond, a lock timeout in milliseconds nears what PostgreSQL's setting holds.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);
/// PostgreSQL's longest field.
const LARGEST_RESULT: u64 = 1 << 30;
const MOST_ATTEMPTS: u32 = 100;

pub(super) fn operation(input: ParseStream<'_>) -> syn::Result<LitStr> {
    let name: LitStr = input.parse()?;
    let text = name.value();
    let wrong = if !(1..=LONGEST_OPERATION).contains(&text.len()) {
        "an operation's name has 1 to 255 bytes"
    } else if text.contains('\0') {
        "PostgreSQL stores no text with a NUL in it"
    } else {
        return Ok(name);
    };
    Err(syn::Error::new(name.span(), wrong))
}

pub(super) fn ttl(input: ParseStream<'_>) -> syn::Result<Duration> {
    let (ttl, span) = duration(input)?;
    if ttl > Duration::ZERO && ttl <= LONGEST_TTL {
        Ok(ttl)
    } else {
        Err(syn::Error::new(
            span,
            "a record is kept for more than 0 and at most 100 years",
        ))
    }
}

pub(super) fn in_flight(input: ParseStream<'_>) -> syn::Result<InFlight> {
    match word(input, &["wait", "reject"])?.1 {
        1 => Ok(InFlight::Reject),
        _ if input.peek(token::Paren) => {
            let content;
            parenthesized!(content in input);
            let (limit, span) = duration(&content)?;
            if !content.is_empty() {
                return Err(content.error("expected one duration"));
            }
            if (SHORTEST_WAIT..=LONGEST_WAIT).contains(&limit) {
                Ok(InFlight::WaitAtMost(limit))
            } else {
                Err(syn::Error::new(
                    span,
                    "a wait takes 1ms to 24h; not to wait at all is `in_flight = reject`",
                ))
            }
        }
        _ => Ok(InFlight::Wait),
    }
}

/// A path to a function; never a closure, which would need its types written.
pub(super) fn function(input: ParseStream<'_>) -> syn::Result<ExprPath> {
    input.parse().map_err(|mistake| {
        syn::Error::new(mistake.span(), "expected the path of a `fn(&E) -> bool`")
    })
}

pub(super) fn version(input: ParseStream<'_>) -> syn::Result<i32> {
    const MOST: u32 = i32::MAX.unsigned_abs();
    let version = integer(input, 1..=MOST)?;
    Ok(version.cast_signed())
}

pub(super) fn attempts(input: ParseStream<'_>) -> syn::Result<u32> {
    integer(input, 1..=MOST_ATTEMPTS)
}

pub(super) fn isolation(input: ParseStream<'_>) -> syn::Result<Ident> {
    let (written, index) = word(
        input,
        &["read_committed", "repeatable_read", "serializable"],
    )?;
    let variant = ["ReadCommitted", "RepeatableRead", "Serializable"][index];
    Ok(variant_at(variant, &written))
}

pub(super) fn nested(input: ParseStream<'_>) -> syn::Result<Ident> {
    let (written, index) = word(input, &["join", "deny"])?;
    Ok(variant_at(["Join", "Deny"][index], &written))
}

pub(super) fn size(input: ParseStream<'_>) -> syn::Result<u64> {
    let text: LitStr = input.parse()?;
    let size: ByteSize = text
        .value()
        .parse()
        .map_err(|_| syn::Error::new(text.span(), "expected a size with its unit"))?;
    if (1..=LARGEST_RESULT).contains(&size.as_u64()) {
        Ok(size.as_u64())
    } else {
        Err(syn::Error::new(
            text.span(),
            "a result may take 1 byte to 1GiB",
        ))
    }
}

pub(super) fn krate(input: ParseStream<'_>) -> syn::Result<Path> {
    input.call(Path::parse_mod_style)
}

/// A duration as text, and where it stands.
fn duration(input: ParseStream<'_>) -> syn::Result<(Duration, Span)> {
    let text: LitStr = input.parse()?;
    match humantime::parse_duration(&text.value()) {
        Ok(duration) => Ok((duration, text.span())),
        Err(why) => Err(syn::Error::new(
            text.span(),
            format!("expected a time with its unit ({why})"),
        )),
    }
}

/// A whole number within `bounds`.
fn integer(input: ParseStream<'_>, bounds: RangeInclusive<u32>) -> syn::Result<u32> {
    let expected = format!(
        "expected a whole number from {} to {}",
        bounds.start(),
        bounds.end()
    );
    if input.peek(Token![-]) {
        return Err(input.error(expected));
    }
    let written: LitInt = input.parse()?;
    match written.base10_parse() {
        Ok(value) if bounds.contains(&value) => Ok(value),
        _ => Err(syn::Error::new(written.span(), expected)),
    }
}

/// One of a few words, and which.
fn word(input: ParseStream<'_>, words: &[&str]) -> syn::Result<(Ident, usize)> {
    let written = input.call(Ident::parse_any)?;
    let text = written.unraw().to_string();
    match words.iter().position(|word| *word == text) {
        Some(index) => Ok((written, index)),
        None => Err(syn::Error::new(
            written.span(),
            suggest::unknown("value", &text, words),
        )),
    }
}

/// The name of an enum's variant, standing where the option's value was written.
fn variant_at(variant: &str, written: &Ident) -> Ident {
    Ident::new(variant, Span::mixed_site().located_at(written.span()))
}
