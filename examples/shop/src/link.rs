//! The link between people and the shop, and how it fails: it loses requests, it loses answers of
//! work that was done, and it delivers some requests once more, late.

use crate::message::{Answer, Ask, Request};
use crate::shop::Shop;
use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// For each call that loses something, so many requests are kept and delivered again.
const LATE_PER_LOST: f64 = 0.5;

/// A link to the shop.
pub(crate) struct Link<'s> {
    shop: &'s Shop,
    loss: f64,
    /// Copies that are still under way.
    late: Mutex<VecDeque<Request>>,
    requests_lost: AtomicU64,
    answers_lost: AtomicU64,
    came_again: AtomicU64,
}

/// What happened on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traffic {
    pub(crate) requests_lost: u64,
    pub(crate) answers_lost: u64,
    pub(crate) came_again: u64,
}

impl<'s> Link<'s> {
    pub(crate) const fn new(shop: &'s Shop, loss: f64) -> Self {
        Self {
            shop,
            loss,
            late: Mutex::new(VecDeque::new()),
            requests_lost: AtomicU64::new(0),
            answers_lost: AtomicU64::new(0),
            came_again: AtomicU64::new(0),
        }
    }

    /// Carries a request there and its answer back. `None` is silence: the caller can't know which of
    /// the two was lost, and so whether the work was done.
    pub(crate) fn carry(&self, random: &mut ChaCha8Rng, request: &Request) -> Option<Answer> {
        if random.random_bool(self.loss * LATE_PER_LOST) && !is_a_question(request) {
            self.late().push_back(request.clone());
        }
        // A held-up copy of anybody's arrives now and then, in front of this one.
        if random.random_bool(self.loss * LATE_PER_LOST) {
            self.deliver_one_late();
        }
        let lost = random.random_bool(self.loss);
        if lost && random.random_bool(0.5) {
            self.requests_lost.fetch_add(1, Relaxed);
            return None;
        }
        let answer = self.shop.answer(request);
        if lost {
            self.answers_lost.fetch_add(1, Relaxed);
            return None;
        }
        Some(answer)
    }

    /// Delivers every copy that is still under way.
    pub(crate) fn settle(&self) {
        while self.deliver_one_late() {}
    }

    pub(crate) fn traffic(&self) -> Traffic {
        Traffic {
            requests_lost: self.requests_lost.load(Relaxed),
            answers_lost: self.answers_lost.load(Relaxed),
            came_again: self.came_again.load(Relaxed),
        }
    }

    fn deliver_one_late(&self) -> bool {
        let copy = self.late().pop_front();
        if let Some(copy) = &copy {
            self.came_again.fetch_add(1, Relaxed);
            let _ = self.shop.answer(copy); // nobody waits for it any more
        }
        copy.is_some()
    }

    fn late(&self) -> std::sync::MutexGuard<'_, VecDeque<Request>> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Questions may come as often as they like.
const fn is_a_question(request: &Request) -> bool {
    matches!(request.ask, Ask::Catalogue | Ask::ToShip)
}
