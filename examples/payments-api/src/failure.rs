//! Why the service doesn't run.

use crate::database::PoolError;
use std::net::SocketAddr;

/// Why the service didn't start, or ended. Says what to do about it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The database can't be reached. Start it, or mend the URL.
    #[error("can't connect to the database that --database-url or DATABASE_URL names: {0}")]
    Connect(#[from] PoolError),
    /// The tables can't be made. The user has to own the database.
    #[error("can't migrate the database: {0}")]
    Migrate(Box<dyn std::error::Error + Send + Sync>),
    /// The pool was built without a runtime, which is a mistake in this program.
    #[error("can't make the pool of connections: {0}")]
    Pool(#[from] deadpool::managed::BuildError),
    /// The address is taken or not this machine's. Choose another.
    #[error("can't listen on {address}: {reason}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        reason: std::io::Error,
    },
    /// The system doesn't say when to stop, or stopped listening.
    #[error("can't serve: {0}")]
    Serve(#[from] std::io::Error),
}
