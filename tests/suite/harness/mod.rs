//! The harness itself: what every other test takes for granted.

mod databases;
mod models_document;
mod races;
