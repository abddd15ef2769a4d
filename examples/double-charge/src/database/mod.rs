//! Where the story is played: SQLite, or a server.

mod connection;
mod location;

pub(crate) use connection::AnyConnection;
pub(crate) use location::Location;
