//! What a Redis keeps of the promises, on a real one.

mod calls;
mod cluster;
mod conformance;
mod crashes;
mod durability;
mod layered;
mod names;
mod repeats;
mod servers;
