//! Versions: what tells one state of a row from the next.

use std::fmt::{Debug, Display, Formatter};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// A row's version, whatever type its field has.
///
/// Its text is what an entity tag carries: digits, a hyphenated UUID, or the microseconds since
/// 1970-01-01T00:00:00Z.
///
/// ```
/// # use idem_core::Version;
/// assert_eq!(Version::Integer(7).to_string(), "7");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Version {
    /// A number that each write raises by one.
    Integer(i64),
    /// A random UUID, new with each write.
    Uuid(Uuid),
    /// The microseconds since 1970-01-01T00:00:00Z at which the row was last written; each write
    /// makes it later.
    Timestamp(i64),
}

impl Display for Version {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(number) | Self::Timestamp(number) => Display::fmt(number, f),
            Self::Uuid(uuid) => Display::fmt(uuid, f),
        }
    }
}

/// A type that a version field can have: `i16`, `i32`, `i64`; [`Uuid`], `String` and `Vec<u8>` for
/// UUIDs; [`SystemTime`], and with the features `chrono` and `time` those crates' types, for
/// timestamps. Implement it for a type of your own that wraps one of these.
pub trait VersionValue: Clone + PartialEq + Debug {
    /// The largest version there can be, where there is one.
    const MAX: Option<i64> = None;

    /// This version, for messages and entity tags.
    fn to_version(&self) -> Version;

    /// Reads what [`to_version`](Self::to_version) shows, and nothing else: `None` for any text
    /// that isn't the one way in which a version is written.
    fn from_text(text: &str) -> Option<Self>;
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl VersionValue for $integer {
            const MAX: Option<i64> = Some(<$integer>::MAX as i64);

            fn to_version(&self) -> Version {
                Version::Integer(i64::from(*self))
            }
            fn from_text(text: &str) -> Option<Self> {
                canonical(text.parse().ok()?, text)
            }
        }
    )*};
}

integers!(i16 i32 i64);

/// The value, if this is how it is written: `+7`, `07` and `7` must not be three tags of one state.
fn canonical<V: VersionValue>(value: V, text: &str) -> Option<V> {
    (value.to_version().to_string() == text).then_some(value)
}

impl VersionValue for Uuid {
    fn to_version(&self) -> Version {
        Version::Uuid(*self)
    }
    fn from_text(text: &str) -> Option<Self> {
        canonical(text.parse().ok()?, text)
    }
}

/// Holds a hyphenated UUID in lower case. Other text has a version too, which no tag reads as.
impl VersionValue for String {
    fn to_version(&self) -> Version {
        Version::Uuid(Uuid::from_text(self).unwrap_or_else(|| stand_in(self.as_bytes())))
    }
    fn from_text(text: &str) -> Option<Self> {
        Uuid::from_text(text).map(Into::into)
    }
}

/// Holds the 16 bytes of a UUID. Others have a version too, which no tag reads as.
impl VersionValue for Vec<u8> {
    fn to_version(&self) -> Version {
        Version::Uuid(match Uuid::from_slice(self) {
            Ok(uuid) => uuid,
            Err(_) => stand_in(self),
        })
    }
    fn from_text(text: &str) -> Option<Self> {
        Uuid::from_text(text).map(Into::into)
    }
}

/// What tells apart values that aren't UUIDs, as if they were.
fn stand_in(value: &[u8]) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, value)
}

/// Whole microseconds; what is finer is no part of the version.
impl VersionValue for SystemTime {
    fn to_version(&self) -> Version {
        let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        Version::Timestamp(match self.duration_since(UNIX_EPOCH) {
            Ok(after) => micros(after),
            Err(before) => -micros(before.duration()),
        })
    }
    fn from_text(text: &str) -> Option<Self> {
        let micros: i64 = text.parse().ok()?;
        let distance = Duration::from_micros(micros.unsigned_abs());
        let time = if micros < 0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        };
        canonical(time?, text)
    }
}

#[cfg(feature = "chrono")]
mod with_chrono {
    use super::{Version, VersionValue, canonical};
    use chrono::{DateTime, NaiveDateTime, Utc};

    impl VersionValue for DateTime<Utc> {
        fn to_version(&self) -> Version {
            Version::Timestamp(self.timestamp_micros())
        }
        fn from_text(text: &str) -> Option<Self> {
            canonical(DateTime::from_timestamp_micros(text.parse().ok()?)?, text)
        }
    }

    /// Taken for UTC.
    impl VersionValue for NaiveDateTime {
        fn to_version(&self) -> Version {
            self.and_utc().to_version()
        }
        fn from_text(text: &str) -> Option<Self> {
            DateTime::<Utc>::from_text(text).map(|time| time.naive_utc())
        }
    }
}

#[cfg(feature = "time")]
mod with_time {
    use super::{Version, VersionValue, canonical};
    use time::{OffsetDateTime, PrimitiveDateTime};

    impl VersionValue for OffsetDateTime {
        fn to_version(&self) -> Version {
            let micros = self.unix_timestamp_nanos().div_euclid(1000);
            // Years from -9999 to 9999 fit.
            Version::Timestamp(i64::try_from(micros).unwrap_or(i64::MAX))
        }
        fn from_text(text: &str) -> Option<Self> {
            let micros: i64 = text.parse().ok()?;
            let time = Self::from_unix_timestamp_nanos(i128::from(micros) * 1000).ok()?;
            canonical(time, text)
        }
    }

    /// Taken for UTC.
    impl VersionValue for PrimitiveDateTime {
        fn to_version(&self) -> Version {
            self.assume_utc().to_version()
        }
        fn from_text(text: &str) -> Option<Self> {
            let time = OffsetDateTime::from_text(text)?;
            Some(Self::new(time.date(), time.time()))
        }
    }
}

/// A row that has a version. `#[derive(Versioned)]` of `idem-diesel` implements it.
pub trait HasVersion {
    /// The type of the version field.
    type Version: VersionValue;

    /// The version that this copy of the row was read with.
    fn version(&self) -> &Self::Version;
}

/// A row that can be deleted and still be there. `#[derive(SoftDelete)]` of `idem-diesel`
/// implements it.
pub trait SoftDeletable {
    /// Whether this copy of the row was read as deleted.
    fn is_deleted(&self) -> bool;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back<V: VersionValue>(value: &V) {
        let text = value.to_version().to_string();
        assert_eq!(V::from_text(&text).as_ref(), Some(value), "{text}");
    }

    #[test]
    fn a_version_is_read_back_from_its_text() {
        there_and_back(&i16::MIN);
        there_and_back(&0_i32);
        there_and_back(&i64::MAX);
        there_and_back(&Uuid::from_u128(7));
        there_and_back(&Uuid::from_u128(7).to_string());
        there_and_back(&Uuid::from_u128(7).as_bytes().to_vec());
        there_and_back(&(UNIX_EPOCH + Duration::from_micros(1_234_567)));
        there_and_back(&(UNIX_EPOCH - Duration::from_micros(1_234_567)));
    }

    #[test]
    fn text_that_is_written_in_another_way_is_no_version_that_a_tag_reads_as() {
        let upper = "AAAAAAAA-0000-0000-0000-000000000000".to_owned();
        let tag = upper.to_version().to_string();
        assert_ne!(tag, upper.to_lowercase());
        assert_ne!(String::from_text(&tag), Some(upper));
    }

    #[test]
    fn a_version_is_written_in_one_way_only() {
        for text in ["", "+7", "07", "7 ", "7.0", "-0", "0x7", "32768"] {
            assert_eq!(i16::from_text(text), None, "{text}");
        }
        let upper = "AAAAAAAA-0000-0000-0000-000000000000";
        assert!(Uuid::from_text(&upper.to_lowercase()).is_some());
        assert_eq!(Uuid::from_text(upper), None);
        assert_eq!(Uuid::from_text(&upper.replace('-', "")), None);
        assert_eq!(SystemTime::from_text("-0"), None);
    }
}
