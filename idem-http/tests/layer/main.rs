//! The layer over a service in this process, with records in memory.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod app;
mod keys;
mod leases;
mod races;
mod recording;
mod refusals;
mod replays;
mod store;
mod streams;
