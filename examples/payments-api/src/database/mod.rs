//! The database: its tables, the pool of connections to it, and what keeps it in shape.

mod migrations;
mod pool;
mod purge;
pub(crate) mod tables;

pub(crate) use migrations::migrate;
pub(crate) use pool::{Pool, PoolError, is_ready, pool};
pub(crate) use purge::purge;
