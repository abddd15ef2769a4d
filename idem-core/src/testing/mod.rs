//! What every [`Store`] promises, as checks that any store can run (feature `testing`).

mod block_on;
mod cache;
mod check;
mod claims;
mod clock;
mod isolation;
mod leases;
mod races;
mod retention;

pub use block_on::{BlockOn, Executor, ParkThread};
pub use cache::MemoryCache;
pub use clock::ManualClock;

use crate::Store;
use check::Check;
use std::fmt;
use std::time::Duration;

/// Runs every check on a store, letting real time pass where a check waits for a lease or a record
/// to end: a few seconds in all. [`Conformance`] can be told to let time pass otherwise.
///
/// `make_store` gives a fresh, empty store each time; each check uses its own.
///
/// # Errors
/// The promises that the store broke.
///
/// ```
/// use idem_core::{MemoryStore, testing};
/// # fn quick() -> Result<(), testing::Violations> {
/// testing::conformance(MemoryStore::default)?;
/// # Ok(()) }
/// ```
pub fn conformance<S: Store + Sync>(make_store: impl Fn() -> S) -> Result<(), Violations> {
    Conformance::new(make_store).run()
}

/// The checks, and how to let time pass for the store that they run on.
///
/// ```
/// use idem_core::{Blocking, MemoryStore};
/// use idem_core::testing::{BlockOn, Conformance, ManualClock};
///
/// let clock = ManualClock::default();
/// Conformance::new(|| MemoryStore::with_clock(clock.clone()))
///     .pass_time(|time| clock.advance(time))
///     .run()?;
/// // An async store is run through an executor.
/// Conformance::new(|| BlockOn::new(Blocking(MemoryStore::with_clock(clock.clone()))))
///     .pass_time(|time| clock.advance(time))
///     .run()?;
/// # Ok::<(), idem_core::testing::Violations>(())
/// ```
#[must_use = "nothing is checked until it is run"]
pub struct Conformance<'a, S> {
    make_store: Box<dyn Fn() -> S + 'a>,
    pass_time: Box<dyn Fn(Duration) + 'a>,
    expires_by_itself: bool,
}

impl<'a, S: Store + Sync> Conformance<'a, S> {
    /// The checks on what `make_store` gives: a fresh, empty store each time.
    pub fn new(make_store: impl Fn() -> S + 'a) -> Self {
        Self {
            make_store: Box::new(make_store),
            pass_time: Box::new(std::thread::sleep),
            expires_by_itself: false,
        }
    }

    /// Lets so much time pass for the store, instead of sleeping. Checks ask for at most two
    /// seconds at a time.
    pub fn pass_time(self, pass_time: impl Fn(Duration) + 'a) -> Self {
        Self {
            pass_time: Box::new(pass_time),
            ..self
        }
    }

    /// For a store that removes records by itself once they aren't live, as
    /// [`Store::purge`] allows.
    ///
    /// A record then has to be gone as soon as it isn't live, a purge has to remove nothing, and
    /// attempts may start again at 1 with the next record. Every other promise is checked as for
    /// any store.
    pub fn expires_by_itself(self) -> Self {
        Self {
            expires_by_itself: true,
            ..self
        }
    }

    /// Runs every check, each on a store of its own, and goes on after one that fails.
    ///
    /// # Errors
    /// The promises that the store broke.
    pub fn run(self) -> Result<(), Violations> {
        let mut broken = Vec::new();
        let groups = [
            claims::promises(),
            leases::promises(),
            races::promises(),
            retention::promises(),
            isolation::promises(),
        ];
        for (promise, check) in groups.concat() {
            let store = (self.make_store)();
            let context = Check {
                store: &store,
                pass_time: &*self.pass_time,
                expires_by_itself: self.expires_by_itself,
            };
            if let Err(detail) = check(&context) {
                broken.push(Violation { promise, detail });
            }
        }
        if broken.is_empty() {
            return Ok(());
        }
        Err(Violations(broken))
    }
}

impl<S> fmt::Debug for Conformance<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conformance").finish_non_exhaustive()
    }
}

/// The promises that a store broke: at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violations(pub Vec<Violation>);

/// A promise that a store broke.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// What every store promises.
    pub promise: &'static str,
    /// What this one did.
    pub detail: String,
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store breaks {} promises:", self.0.len())?;
        self.0
            .iter()
            .try_for_each(|broken| write!(f, "\n- {}: {}", broken.promise, broken.detail))
    }
}

impl std::error::Error for Violations {}
