//! How long, and how often, a claim is tried.

use crate::Error;
use crate::call::Call;
use crate::dialect::Meaning;
use crate::driver::Driver;
use crate::transaction::Pause;
use diesel::result::Error as DieselError;
use idem_core::{Rejection, RetryPolicy};
use std::time::{Duration, Instant};

/// What `retry_after` says when nothing better is known.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The refusal of a call whose key is held by another.
pub(crate) fn in_flight(call: &Call<'_>) -> Error {
    let retry_after = match call.in_flight.limit() {
        Some(limit) if !limit.is_zero() => limit.min(RETRY_AFTER),
        _ => RETRY_AFTER,
    };
    Error::Rejected(Rejection::InFlight { retry_after })
}

/// How long, and how often, a claim is still tried.
pub(crate) struct Patience<'c> {
    call: &'c Call<'c>,
    started: Instant,
    pause: Pause,
    retries: Option<Box<dyn Iterator<Item = Duration> + Send + Sync>>,
}

impl<'c> Patience<'c> {
    pub(crate) fn new(call: &'c Call<'c>) -> Self {
        Self {
            call,
            started: Instant::now(),
            pause: Pause::default(),
            retries: None,
        }
    }

    /// What is left of the call's limit, if it has one.
    pub(crate) fn left(&self) -> Option<Duration> {
        let limit = self.call.in_flight.limit()?;
        Some(limit.saturating_sub(self.started.elapsed()))
    }

    /// What an error means to this claim.
    pub(crate) fn meaning<D: Driver>(&self, driver: &mut D, error: &DieselError) -> Meaning {
        match self.call.in_flight.limit() {
            Some(_) => driver.dialect().meaning_within_limit(error),
            None => driver.dialect().meaning(error),
        }
    }

    /// After an error: returns when it is time to claim again, or with the error.
    pub(crate) async fn failed<D: Driver>(
        &mut self,
        driver: &mut D,
        error: DieselError,
    ) -> Result<(), Error> {
        match self.meaning(driver, &error) {
            Meaning::Blocked => self.blocked(driver).await,
            Meaning::Transient => self.lost_a_race(driver, error).await,
            _ => Err(error.into()),
        }
    }

    /// Somebody was faster; the next claim may be luckier. Refuses when the call's time is over, and
    /// returns with the error after very many.
    pub(crate) async fn lost_a_race<D: Driver>(
        &mut self,
        driver: &mut D,
        error: impl Into<Error>,
    ) -> Result<(), Error> {
        let retries = self.retries.get_or_insert_with(|| {
            let policy = RetryPolicy::attempts(1000)
                .min_delay(Duration::from_millis(1))
                .max_delay(Duration::from_millis(50))
                .total(Duration::from_secs(60));
            Box::new(policy.delays())
        });
        let delay = retries.next().ok_or_else(|| error.into())?;
        // Who won't wait at all doesn't mind losing a race.
        let left = self
            .left()
            .filter(|_| self.call.in_flight.limit() != Some(Duration::ZERO));
        if left == Some(Duration::ZERO) {
            return Err(in_flight(self.call));
        }
        driver
            .sleep(left.map_or(delay, |left| delay.min(left)))
            .await;
        Ok(())
    }

    /// Sets aside the time that the connection itself waits for locks, with which it wouldn't keep to
    /// the call's limit, and returns it.
    pub(crate) async fn set_own_wait_aside<D: Driver>(
        &mut self,
        driver: &mut D,
    ) -> Result<Option<i64>, Error> {
        let dialect = driver.dialect();
        let (Some(_), Some(read)) = (self.left(), dialect.own_wait()) else {
            return Ok(None);
        };
        let milliseconds = loop {
            match driver.counts(&read).await {
                Ok(rows) => break rows.first().map_or(0, |row| row.1),
                // Even this much of reading is locked out while somebody commits to a rollback journal.
                Err(error) => self.failed(driver, error).await?,
            }
        };
        driver.batch(&dialect.set_own_wait(0)).await?;
        Ok(Some(milliseconds))
    }

    /// Somebody holds what we need. Waits a little and returns, or refuses when the time is over.
    pub(crate) async fn blocked<D: Driver>(&mut self, driver: &mut D) -> Result<(), Error> {
        let dialect = driver.dialect();
        let left = match self.left() {
            // The server has already waited as long as we may.
            Some(_) if dialect.limits_waits() => Duration::ZERO,
            Some(left) => left,
            None => dialect.longest_wait().map_or(Duration::ZERO, |longest| {
                longest.saturating_sub(self.started.elapsed())
            }),
        };
        if left.is_zero() {
            return Err(in_flight(self.call));
        }
        driver.sleep(self.pause.next().min(left)).await;
        Ok(())
    }
}
