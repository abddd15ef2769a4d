//! Which statements a connection sends.

use std::sync::{Arc, Mutex, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::prelude::*;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncMysqlConnection, AsyncPgConnection};

use crate::Driver;

/// The statements that a connection has sent since it is watched. Clones are the same watch.
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<Mutex<Vec<String>>>);

impl Watch {
    /// The statements since the last time, without their parameters.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let text = text.split(" -- binds:").next().unwrap_or_default();
            let mut statements = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            statements.push(text.to_owned());
        }
    }
}

/// A connection whose statements can be seen.
pub trait Watched: Driver {
    /// Watches it from here on.
    fn watch(&mut self) -> Watch;
}

macro_rules! watched {
    ($connection_trait:path: $($connection:ty)*) => {$(
        impl Watched for $connection {
            fn watch(&mut self) -> Watch {
                use $connection_trait as Conn;
                let watch = Watch::default();
                Conn::set_instrumentation(self, watch.clone());
                watch
            }
        }
    )*};
}

watched!(Connection: PgConnection MysqlConnection SqliteConnection);
watched!(AsyncConnection: AsyncPgConnection AsyncMysqlConnection SyncConnectionWrapper<SqliteConnection>);
