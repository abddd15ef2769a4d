//! Whether Redis may drop records before their time.

use crate::Error;
use redis::Value;

/// Looks through what `INFO memory` gave: a text, or one per node of a cluster.
pub(crate) fn check(told: &Value) -> Result<(), Error> {
    let mut texts = Vec::new();
    collect(told, &mut texts);
    let policies: Vec<_> = texts.iter().filter_map(|text| policy(text)).collect();
    if policies.is_empty() {
        return Err(Error::Evicts { policy: None });
    }
    match policies.iter().find(|policy| **policy != "noeviction") {
        Some(policy) => Err(Error::Evicts {
            policy: Some((*policy).to_owned()),
        }),
        None => Ok(()),
    }
}

fn policy(text: &str) -> Option<&str> {
    let line = |line: &'_ str| line.starts_with("maxmemory_policy:");
    let (_, policy) = text.lines().find(|it| line(it))?.split_once(':')?;
    Some(policy.trim())
}

/// All texts in a reply; a cluster's addresses among them do no harm.
fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::BulkString(bytes) => texts.push(String::from_utf8_lossy(bytes).into_owned()),
        Value::SimpleString(text) | Value::VerbatimString { text, .. } => texts.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, texts)),
        Value::Map(pairs) => pairs.iter().for_each(|(_, value)| collect(value, texts)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(policy: &str) -> Value {
        Value::BulkString(format!("# Memory\r\nmaxmemory_policy:{policy}\r\nx:y\r\n").into_bytes())
    }

    fn cluster(policies: [&str; 2]) -> Value {
        let node = |policy| (Value::SimpleString("127.0.0.1:1".to_owned()), told(policy));
        Value::Map(policies.map(node).into())
    }

    #[test]
    fn only_a_redis_that_evicts_nothing_is_accepted() {
        assert!(check(&told("noeviction")).is_ok());
        for policy in ["allkeys-lru", "volatile-ttl", "volatile-lru"] {
            let error = check(&told(policy)).unwrap_err();
            assert!(matches!(error, Error::Evicts { policy: Some(it) } if it == policy));
        }
    }

    #[test]
    fn every_node_of_a_cluster_counts() {
        assert!(check(&cluster(["noeviction", "noeviction"])).is_ok());
        assert!(check(&cluster(["noeviction", "allkeys-lfu"])).is_err());
    }

    #[test]
    fn a_server_that_does_not_tell_is_not_trusted() {
        let error = check(&Value::BulkString(Vec::new())).unwrap_err();
        assert!(matches!(error, Error::Evicts { policy: None }));
    }
}
