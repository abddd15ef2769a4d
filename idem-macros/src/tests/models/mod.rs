//! The derives on models.

mod options;
mod shapes;
mod snapshots;
mod types;

use super::{derive, mistakes};
use crate::row::Implementations;
use crate::{soft_delete, stateful, versioned};

const VERSIONED: Implementations = versioned::implementations;
const SOFT_DELETE: Implementations = soft_delete::implementations;
const STATEFUL: Implementations = stateful::implementations;

/// Expects these messages, each at this piece of source. The traits are implemented all the same, so
/// that nobody who calls their methods gets another message.
#[track_caller]
fn wrong(which: Implementations, item: &str, expected: &[(&str, &str)]) {
    let (emitted, found) = derive(which, item);
    mistakes::compare(&found, expected);
    assert!(emitted.contains("fn facts()"), "not implemented: {emitted}");
}

/// Expects these messages of an item that nothing can be implemented for.
#[track_caller]
fn hopeless(which: Implementations, item: &str, expected: &[(&str, &str)]) {
    let (emitted, found) = derive(which, item);
    mistakes::compare(&found, expected);
    assert_eq!(emitted, "");
}
