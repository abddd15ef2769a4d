//! What a record is called in Redis.

use idem_core::RecordId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands for itself in a name: nothing that separates names, that Redis Cluster takes for a
/// hash tag, that `KEYS` or an ACL takes for a pattern, or that a shell would want quoted.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'@')
    .remove(b'+')
    .remove(b',')
    .remove(b'=');

/// A prefix may have colons: it ends at the first brace.
const ENCODED_IN_PREFIX: &AsciiSet = &ENCODED.remove(b':');

/// What is stored under a key. It stands between the prefix and the brace, so that the two never
/// meet, whatever the prefixes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Record,
    #[cfg(feature = "async")]
    Replay,
}

/// `prefix:record:{operation:tenant:key}`: one hash tag round all three, so that a record is in one
/// slot and the records are spread over all of them.
pub(crate) fn key(prefix: &str, kind: Kind, id: &RecordId<'_>) -> String {
    let kind = match kind {
        Kind::Record => "record",
        #[cfg(feature = "async")]
        Kind::Replay => "replay",
    };
    format!(
        "{}:{kind}:{{{}:{}:{}}}",
        utf8_percent_encode(prefix, ENCODED_IN_PREFIX),
        utf8_percent_encode(id.operation, ENCODED),
        utf8_percent_encode(id.tenant, ENCODED),
        utf8_percent_encode(id.key.as_str(), ENCODED),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(prefix: &str, operation: &str, tenant: &str, id: &str) -> String {
        let id = RecordId {
            operation,
            tenant,
            key: &id.parse().unwrap(),
        };
        key(prefix, Kind::Record, &id)
    }

    #[test]
    fn a_plain_name_can_be_read() {
        assert_eq!(
            name("idem", "payments.charge", "shop-1", "0196-a"),
            "idem:record:{payments.charge:shop-1:0196-a}"
        );
    }

    #[test]
    fn no_name_reaches_into_another() {
        assert_eq!(name("a:b", "x:y", "", "k"), "a:b:record:{x%3Ay::k}");
        assert_eq!(name("i", "x}", "{y", "%3A"), "i:record:{x%7D:%7By:%253A}");
        assert_eq!(
            name("i{d}", "é", "*?", "k"),
            "i%7Bd%7D:record:{%C3%A9:%2A%3F:k}"
        );
    }
}
