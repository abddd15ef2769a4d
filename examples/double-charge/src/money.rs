//! Money, in whole cents.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::Sub;
use std::str::FromStr;

/// An amount in cents; never a fraction of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Cents(pub(crate) i64);

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an amount such as 19.99, with at most two decimals")]
pub(crate) struct NoAmount;

impl FromStr for Cents {
    type Err = NoAmount;

    fn from_str(text: &str) -> Result<Self, NoAmount> {
        let (euros, cents) = text.split_once('.').unwrap_or((text, "00"));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(euros) || !digits(cents) || cents.len() > 2 {
            return Err(NoAmount);
        }
        format!("{euros}{cents:0<2}")
            .parse()
            .map(Self)
            .map_err(|_| NoAmount)
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let euros = group(self.0.unsigned_abs() / 100);
        f.pad(&format!(
            "{sign}€{euros}.{:02}",
            self.0.unsigned_abs() % 100
        ))
    }
}

impl Sub for Cents {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.map(|amount| amount.0).sum())
    }
}

/// A number with commas between its thousands.
pub(crate) fn group(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Cents, NoAmount};

    #[test]
    fn an_amount_is_read_to_the_cent() {
        assert_eq!("19.99".parse(), Ok(Cents(1999)));
        assert_eq!("19.9".parse(), Ok(Cents(1990)));
        assert_eq!("20".parse(), Ok(Cents(2000)));
        for text in [
            "",
            ".5",
            "5.",
            "1.999",
            "-1",
            "+1",
            "1,50",
            "1e3",
            "99999999999999999999",
        ] {
            assert_eq!(text.parse::<Cents>(), Err(NoAmount), "{text}");
        }
    }

    #[test]
    fn an_amount_is_written_with_its_thousands_apart() {
        assert_eq!(Cents(0).to_string(), "€0.00");
        assert_eq!(Cents(123_456_789).to_string(), "€1,234,567.89");
        assert_eq!(Cents(-100_005).to_string(), "-€1,000.05");
    }
}
