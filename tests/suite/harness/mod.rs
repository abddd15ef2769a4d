//! The harness itself: what every other test takes for granted.

mod databases;
mod races;
