//! What is said about a row that is written more than once: its version, whether it is deleted,
//! and what a write came to.

mod expected;
mod outcomes;
mod version;

pub use expected::Expected;
pub use outcomes::{Action, Inserted, Restored, SoftDeleted, Transitioned, Updated};
pub use version::{HasVersion, SoftDeletable, Version, VersionValue};
