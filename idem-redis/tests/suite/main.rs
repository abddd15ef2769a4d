//! What a Redis keeps of the promises, on a real one.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod calls;
mod cluster;
mod conformance;
mod crashes;
mod durability;
mod layer;
mod layered;
mod names;
mod repeats;
mod servers;
