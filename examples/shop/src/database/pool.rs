//! The shop's connections.

use super::{AnyConnection, Location};
use crate::failure::Failure;
use std::sync::{Mutex, PoisonError};

/// Connections that wait for the next request. A service of yours has r2d2, deadpool or bb8 here.
pub(crate) struct Pool {
    location: Location,
    idle: Mutex<Vec<AnyConnection>>,
}

impl Pool {
    pub(crate) const fn new(location: Location) -> Self {
        Self {
            location,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// A connection, old or new.
    pub(crate) fn take(&self) -> Result<AnyConnection, Failure> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.map_or_else(|| self.location.connect(), Ok)
    }

    /// Keeps a connection for the next request. One that has failed is dropped instead.
    pub(crate) fn give_back(&self, conn: AnyConnection) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(conn);
    }
}
