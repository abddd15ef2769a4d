//! The customers: real threads that call, hear nothing, and call again.

use crate::failure::Failure;
use crate::money::Cents;
use crate::plan::{Plan, Purchase, Trip};
use crate::shop::{ChargeRequest, Receipt};
use crate::simulation::Keys;
use crate::wire::{Answer, Line, Request};
use idem_diesel::{IdempotencyKey, RetryPolicy};
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Waits 10 ms, then twice as long each time up to 100 ms, with jitter. The line's fates make an
/// end of it: even at the highest loss, one attempt in thirty gets through.
const UNTIL_AN_ANSWER: RetryPolicy = RetryPolicy::attempts(u32::MAX)
    .min_delay(Duration::from_millis(10))
    .max_delay(Duration::from_millis(100));

/// After so many answers that said "try again", something is wrong that trying won't mend.
const TOO_OFTEN: u32 = 50;

/// All the customers of one act.
#[derive(Debug)]
pub(crate) struct Crowd<'a> {
    plan: &'a Plan,
    /// Where to call.
    port: u16,
    keys: Keys,
    next: AtomicUsize,
    served: AtomicUsize,
    sent: AtomicU64,
    clicks: AtomicU64,
    stop: AtomicBool,
    heard: Mutex<Heard>,
}

/// What the customers were told.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Every click's receipt, by customer.
    pub(crate) receipts: BTreeMap<i64, Vec<Receipt>>,
    /// How many clicks were declined, and the last reason.
    pub(crate) declined: Option<(u64, String)>,
    /// Who gave up, and the last answer he got.
    pub(crate) gave_up: Option<(i64, String)>,
}

impl<'a> Crowd<'a> {
    pub(crate) fn new(plan: &'a Plan, port: u16, keys: Keys) -> Self {
        Self {
            plan,
            port,
            keys,
            next: AtomicUsize::new(0),
            served: AtomicUsize::new(0),
            sent: AtomicU64::new(0),
            clicks: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            heard: Mutex::default(),
        }
    }

    /// Takes one customer after the other from the queue. Several threads do this at a time.
    pub(crate) fn go_shopping(&self) {
        while let Some(purchase) = self.plan.purchases.get(self.next.fetch_add(1, Relaxed)) {
            self.buy(purchase);
            self.served.fetch_add(1, Relaxed);
        }
    }

    /// How many customers are done.
    pub(crate) fn served(&self) -> usize {
        self.served.load(Relaxed)
    }

    /// Whether all are done, or were sent home.
    pub(crate) fn is_done(&self) -> bool {
        self.served() == self.plan.purchases.len() || self.stop.load(Relaxed)
    }

    /// How many requests were sent.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Relaxed)
    }

    /// How many of them were repeated since no answer came.
    pub(crate) fn retries(&self) -> u64 {
        self.sent().saturating_sub(self.clicks.load(Relaxed))
    }

    /// Sends everybody home.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Relaxed);
    }

    /// What they were told.
    ///
    /// # Errors
    /// When a customer gave up.
    pub(crate) fn heard(self) -> Result<Heard, Failure> {
        let heard = self
            .heard
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        match heard.gave_up {
            Some((customer, reason)) => Err(Failure::GaveUp { customer, reason }),
            None => Ok(heard),
        }
    }

    /// One purchase has one key, however often the button is clicked and the request sent.
    fn buy(&self, purchase: &Purchase) {
        let key = (self.keys == Keys::OnePerPurchase).then(IdempotencyKey::generate);
        let click = |number| self.click(purchase, number, key.clone());
        thread::scope(|scope| {
            if purchase.double_click {
                scope.spawn(|| click(1));
            }
            click(0);
        });
    }

    /// Asks until an answer comes.
    fn click(&self, purchase: &Purchase, click: u8, key: Option<IdempotencyKey>) {
        self.clicks.fetch_add(1, Relaxed);
        let Purchase {
            customer,
            price: Cents(cents),
            ..
        } = *purchase;
        let trip = Trip {
            customer,
            click,
            attempt: 0,
        };
        let mut request = Request {
            trip,
            key,
            charge: ChargeRequest { customer, cents },
        };
        let mut sent_away = 0;
        let mut delays = UNTIL_AN_ANSWER.delays();
        while !self.stop.load(Relaxed) {
            self.sent.fetch_add(1, Relaxed);
            match self.ask(&request) {
                Ok(Answer::Charged(receipt)) => return self.charged(customer, receipt),
                Ok(Answer::Declined(reason)) => return self.declined(reason),
                Ok(Answer::TryAgain(reason)) => {
                    sent_away += 1;
                    if sent_away == TOO_OFTEN {
                        return self.give_up(customer, reason);
                    }
                }
                Err(_) => {} // silence
            }
            request.trip.attempt += 1;
            thread::sleep(delays.next().unwrap_or_default());
        }
    }

    fn ask(&self, request: &Request) -> io::Result<Answer> {
        let mut line = Line::dial(self.port)?;
        line.send(request)?;
        line.receive()
    }

    fn charged(&self, customer: i64, receipt: Receipt) {
        self.note(|heard| heard.receipts.entry(customer).or_default().push(receipt));
    }

    fn declined(&self, reason: String) {
        self.note(|heard| {
            let before = heard.declined.as_ref().map_or(0, |(count, _)| *count);
            heard.declined = Some((before + 1, reason));
        });
    }

    fn give_up(&self, customer: i64, reason: String) {
        self.note(|heard| heard.gave_up = Some((customer, reason)));
        self.stop();
    }

    fn note(&self, note: impl FnOnce(&mut Heard)) {
        note(&mut self.heard.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
