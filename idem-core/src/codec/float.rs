//! Floats that JSON or a second rounding would lose.

use std::io::Write;

/// Whether the shortest decimal for an `f32`, read as an `f64`, rounds to the same `f32`. Rounding
/// twice can miss by one (7.038531e-26 does).
pub(super) fn survives_as_f64(value: f32) -> bool {
    let mut text = [0; 32];
    let mut rest = &mut text[..];
    if write!(rest, "{value:e}").is_err() {
        return false;
    }
    let unused = rest.len();
    let wide = std::str::from_utf8(&text[..text.len() - unused])
        .ok()
        .and_then(|digits| digits.parse::<f64>().ok());
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the rounding is what is tried"
    )]
    wide.is_some_and(|wide| (wide as f32).to_bits() == value.to_bits())
}

/// The word for a float that JSON has no number for.
pub(super) const fn non_finite(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "inf"
    } else {
        "-inf"
    }
}
