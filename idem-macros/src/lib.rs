//! The `#[idempotent]` attribute of `idem-diesel`. Use it from there.
