//! The till: database connections, and what is done on them. Nothing here blocks the threads that
//! carry requests.

use super::sql_log::{Sent, SqlLog};
use crate::database::{AnyConnection, Location};
use crate::failure::Failure;
use crate::shop::{ChargeError, ChargeRequest, OPERATION, Receipt, charge, charge_without_key};
use diesel::Connection as _;
use idem_diesel::records::{self, StoredRecord};
use idem_diesel::{IdempotencyKey, Outcome, RecordId};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// How many charges are made at a time, each on a connection of its own.
const CONNECTIONS: usize = 8;

/// A few connections to the shop's database.
#[derive(Debug)]
pub(super) struct Till {
    location: Location,
    idle: Mutex<Vec<Drawer>>,
    free: Arc<Semaphore>,
}

/// A connection, and what is sent on it.
pub(super) struct Drawer {
    pub(super) conn: AnyConnection,
    sql: SqlLog,
    /// It has failed in a way that may have left it in any state: it isn't used again.
    in_doubt: bool,
}

/// A charge that was asked for, whatever became of it.
#[derive(Debug)]
pub(super) struct Charged {
    pub(super) result: Result<Outcome<Receipt>, ChargeError>,
    /// What the charge sent to the database.
    pub(super) sql: Vec<Sent>,
    /// The record as it is now; none without a key.
    pub(super) record: Option<StoredRecord>,
}

impl std::fmt::Debug for Drawer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Drawer").finish_non_exhaustive()
    }
}

impl Till {
    pub(super) fn new(location: Location) -> Self {
        Self {
            location,
            idle: Mutex::default(),
            free: Arc::new(Semaphore::new(CONNECTIONS)),
        }
    }

    /// Does this on a connection, on a thread where it may block. It is done to its end even if
    /// nobody waits for it any more.
    pub(super) async fn open<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Drawer) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let gone = |what: &str| Failure::Server(format!("can't work any more: {what}"));
        let permit = Arc::clone(&self.free)
            .acquire_owned()
            .await
            .map_err(|error| gone(&error.to_string()))?;
        let till = Arc::clone(self);
        let work = move || {
            let mut drawer = till.take()?;
            let done = work(&mut drawer);
            till.put_back(drawer);
            drop(permit);
            Ok(done)
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| gone(&error.to_string()))?
    }

    fn take(&self) -> Result<Drawer, Failure> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match idle {
            Some(drawer) => Ok(drawer),
            None => Drawer::new(self.location.connect()?),
        }
    }

    fn put_back(&self, drawer: Drawer) {
        if !drawer.in_doubt {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(drawer);
        }
    }
}

impl Drawer {
    fn new(mut conn: AnyConnection) -> Result<Self, Failure> {
        let sql = SqlLog::default();
        conn.set_instrumentation(sql.clone());
        Ok(Self {
            conn,
            sql,
            in_doubt: false,
        })
    }

    /// Charges, with a key under `#[idempotent]`, without one in a plain transaction; then looks at
    /// the record.
    pub(super) fn charge(
        &mut self,
        request: &ChargeRequest,
        key: Option<&IdempotencyKey>,
    ) -> Charged {
        let halfway = |_: &ChargeRequest| {};
        drop(self.sql.take());
        let result = match key {
            Some(key) => charge(&mut self.conn, key, request, &halfway),
            None => charge_without_key(&mut self.conn, request, &halfway).map(Outcome::Fresh),
        };
        let sql = self.sql.take();
        self.in_doubt = !matches!(result, Ok(_) | Err(ChargeError::NotEnoughMoney));
        let record = key.and_then(|key| self.record(key));
        Charged {
            result,
            sql,
            record,
        }
    }

    /// The charge is told of even if its record can't be read.
    fn record(&mut self, key: &IdempotencyKey) -> Option<StoredRecord> {
        let id = RecordId {
            operation: OPERATION,
            tenant: "",
            key,
        };
        records::get(&mut self.conn, &id).ok().flatten()
    }
}
