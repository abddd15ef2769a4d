//! Where the shop keeps its books: SQLite, or a server.

mod connection;
mod location;
mod pool;

pub(crate) use connection::{AnyConnection, Kind};
pub(crate) use location::Location;
pub(crate) use pool::Pool;
