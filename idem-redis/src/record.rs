//! Records as Redis gives them.

use crate::Error;
use idem_core::{Fingerprint, Record, Status};
use redis::{FromRedisValue, ParsingError, Value};
use std::time::Duration;
use uuid::Uuid;

/// The word for a record that was given up. To `idem-core` it is one that isn't live.
const RELEASED: &str = "released";

/// A record's fields as they stand, and when they were read. The order is that of `prelude.lua`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fields {
    /// In milliseconds, by Redis's clock.
    pub(crate) now: u64,
    /// What a take-over compares.
    pub(crate) state: String,
    token: Option<String>,
    pub(crate) status: Option<String>,
    lease_until: Option<String>,
    expires_at: Option<String>,
    attempt: Option<String>,
    fingerprint: Option<String>,
    result_version: Option<String>,
    result: Option<Vec<u8>>,
}

impl FromRedisValue for Fields {
    fn from_redis_value(value: Value) -> Result<Self, ParsingError> {
        let (
            now,
            state,
            token,
            status,
            lease_until,
            expires_at,
            attempt,
            fingerprint,
            version,
            result,
        ) = FromRedisValue::from_redis_value(value)?;
        Ok(Self {
            now,
            state,
            token,
            status,
            lease_until,
            expires_at,
            attempt,
            fingerprint,
            result_version: version,
            result,
        })
    }
}

impl Fields {
    /// The record, if all of it can be read; nothing is guessed.
    pub(crate) fn record(self, key: &str) -> Result<Record, Error> {
        self.read().map_err(|what| Error::UnreadableRecord {
            key: key.to_owned(),
            what,
        })
    }

    fn read(self) -> Result<Record, &'static str> {
        let left = |until: Option<String>| {
            let until = until?.parse::<u64>().ok()?;
            Some(Duration::from_millis(until.saturating_sub(self.now)))
        };
        let word = self.status.ok_or("status")?;
        let released = word == RELEASED;
        let status = if released {
            Status::Processing
        } else {
            word.parse().map_err(|_| "status")?
        };
        let expires_in = left(self.expires_at).ok_or("expires_at")?;
        let lease = match status {
            Status::Processing if released => Some(Duration::ZERO),
            Status::Processing => Some(left(self.lease_until).ok_or("lease_until")?),
            _ => None,
        };
        let result = self.result.map(String::from_utf8).transpose();
        Ok(Record {
            fingerprint: self
                .fingerprint
                .as_deref()
                .and_then(fingerprint)
                .ok_or("fingerprint")?,
            status,
            token: self.token.as_deref().and_then(token).ok_or("token")?,
            result: result.map_err(|_| "result")?,
            result_version: number(self.result_version).ok_or("result_version")?,
            attempt: number(self.attempt).ok_or("attempt")?,
            expires_in: if released { Duration::ZERO } else { expires_in },
            lease,
        })
    }
}

fn number(digits: Option<String>) -> Option<i32> {
    digits?.parse().ok()
}

fn token(hex: &str) -> Option<[u8; 16]> {
    Some(Uuid::try_parse(hex).ok()?.into_bytes())
}

fn fingerprint(hex: &str) -> Option<Fingerprint> {
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let bytes: Option<Vec<u8>> = pairs
        .iter()
        .map(|&[high, low]| u8::try_from(digit(high)? * 16 + digit(low)?).ok())
        .collect();
    Some(Fingerprint::from_bytes(bytes?.try_into().ok()?))
}

/// A token in a record: 32 hexadecimal digits.
pub(crate) fn token_digits(token: [u8; 16]) -> String {
    Uuid::from_bytes(token).simple().to_string()
}

/// The longest time that is told apart from a longer one: 100,000 years, which Lua's numbers and
/// Redis's times hold together with any date to come.
const LONGEST: u64 = 100_000 * 365 * 24 * 60 * 60 * 1000;

/// A time in milliseconds, rounded up so that nothing ends early.
pub(crate) fn milliseconds(time: Duration) -> u64 {
    let rounded = time.as_nanos().div_ceil(1_000_000);
    u64::try_from(rounded).map_or(LONGEST, |it| it.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        let text = |text: &str| Some(text.to_owned());
        Fields {
            now: 1_000,
            state: String::new(),
            token: Some("0".repeat(32)),
            status: text("processing"),
            lease_until: text("1500"),
            expires_at: text("3000"),
            attempt: text("2"),
            fingerprint: Some("0a".repeat(32)),
            result_version: text("-1"),
            result: None,
        }
    }

    #[test]
    fn a_record_is_read_as_it_stands() {
        let record = fields().record("k").unwrap();
        assert_eq!(record.status, Status::Processing);
        assert_eq!(record.fingerprint, Fingerprint::from_bytes([10; 32]));
        assert_eq!(record.lease, Some(Duration::from_millis(500)));
        assert_eq!(record.expires_in, Duration::from_secs(2));
        assert_eq!((record.attempt, record.result_version), (2, -1));
    }

    #[test]
    fn a_field_that_is_missing_or_unknown_makes_a_record_unreadable() {
        type Change = fn(&mut Fields);
        let changes: [(&str, Change); 9] = [
            ("status", |it| it.status = Some("done".to_owned())),
            ("status", |it| it.status = None),
            ("token", |it| it.token = Some("+".repeat(32))),
            ("lease_until", |it| it.lease_until = None),
            ("expires_at", |it| it.expires_at = Some("soon".to_owned())),
            ("attempt", |it| it.attempt = Some("1.5".to_owned())),
            ("fingerprint", |it| it.fingerprint = Some("0a".repeat(31))),
            ("result_version", |it| it.result_version = None),
            ("result", |it| it.result = Some(vec![0xff])),
        ];
        for (field, change) in changes {
            let mut fields = fields();
            change(&mut fields);
            let error = fields.record("k").unwrap_err();
            assert!(
                matches!(error, Error::UnreadableRecord { what, .. } if what == field),
                "{field}: {error}"
            );
        }
    }

    #[test]
    fn no_time_is_cut_short_or_overflows() {
        assert_eq!(milliseconds(Duration::from_nanos(1)), 1);
        assert_eq!(milliseconds(Duration::ZERO), 0);
        assert_eq!(milliseconds(Duration::MAX), LONGEST);
    }
}
