//! What every browser sees: the books, the purchases, and the last requests.
//!
//! The books are the database's. What is expected is counted here, by the purchases that were
//! asked for.

#[cfg(test)]
mod tests;

use super::order::Order;
use super::problem::Refusal;
use super::request::RequestView;
use crate::audit::Books;
use crate::database::AnyConnection;
use crate::money::Cents;
use crate::shop::SHOP;
use idem_diesel::IdempotencyKey;
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;

/// What the customer starts with: enough for some purchases, and little enough that each is seen.
pub(super) const OPENING: Cents = Cents(100_000);
/// What a purchase costs.
pub(super) const PRICE: Cents = Cents(1_999);
/// The one customer, whoever presses the button.
pub(super) const CUSTOMER: i64 = 1;

/// How many requests a browser that comes later is told of.
const REQUESTS: usize = 60;
/// How many purchases are shown, and how many are known by their names.
const PURCHASES_SHOWN: usize = 200;
const PURCHASES: usize = 1_000;
/// How many messages a browser may be behind before it has to begin again.
const BEHIND: usize = 256;

/// A message to all browsers: a kind of event, and its JSON.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) event: &'static str,
    pub(super) data: Arc<str>,
}

#[derive(Debug)]
pub(super) struct Board {
    state: Mutex<State>,
    /// Held while the books are read and told, so that older ones are never told after newer.
    reading: Mutex<()>,
    messages: broadcast::Sender<Message>,
    loss: f64,
    delay: Duration,
}

#[derive(Debug, Default)]
struct State {
    round: u64,
    ledger: Ledger,
    purchases: VecDeque<Purchase>,
    /// How many purchases there were before those.
    forgotten: u64,
    requests: VecDeque<RequestView>,
    sent: u64,
}

/// What the database holds.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Ledger {
    balance: Cents,
    /// What the shop has.
    taken: Cents,
    /// Rows in the table of charges.
    charges: i64,
}

#[derive(Debug, Clone, Serialize)]
struct Purchase {
    #[serde(skip)]
    name: String,
    number: u64,
    keyed: bool,
    /// The charges that were made for it.
    charges: Vec<String>,
    /// There wasn't enough money.
    declined: bool,
}

#[derive(Debug, Serialize)]
struct ShopView<'a> {
    round: u64,
    opening: Cents,
    price: Cents,
    #[serde(flatten)]
    ledger: Ledger,
    /// How many charges there should be.
    expected: u64,
    purchases: Vec<&'a Purchase>,
}

#[derive(Debug, Serialize)]
struct Snapshot<'a> {
    /// The share of responses that the page loses at first.
    loss: f64,
    /// How long each way on the line takes, in milliseconds.
    delay: u128,
    shop: ShopView<'a>,
    requests: &'a VecDeque<RequestView>,
}

impl Board {
    pub(super) fn new(loss: f64, delay: Duration) -> Self {
        let board = Self {
            state: Mutex::default(),
            reading: Mutex::default(),
            messages: broadcast::Sender::new(BEHIND),
            loss,
            delay,
        };
        board.start_over();
        board
    }

    /// Everything that is known, and then every change.
    pub(super) fn follow(&self) -> (Message, broadcast::Receiver<Message>) {
        let state = self.state(); // nothing changes between the two
        let everything = message("snapshot", &self.snapshot(&state));
        (everything, self.messages.subscribe())
    }

    /// A request is sent; gives its number.
    pub(super) fn sent(&self, order: &Order, key: Option<&IdempotencyKey>) -> Result<u64, Refusal> {
        let mut state = self.state();
        if order.round != state.round {
            return Err(Refusal::started_over());
        }
        let purchase = state.purchase(&order.purchase, key.is_some());
        state.sent += 1;
        let request = RequestView::new(state.sent, purchase, key, order);
        self.tell("request", &request);
        let id = request.id;
        if state.requests.len() == REQUESTS {
            state.requests.pop_front();
        }
        state.requests.push_back(request);
        self.tell("shop", &state.shop());
        Ok(id)
    }

    /// Whether the shop hasn't started over since.
    pub(super) fn is_in_round(&self, round: u64) -> bool {
        self.state().round == round
    }

    /// Something has become of a request. One that is long gone is of no interest.
    pub(super) fn update(&self, id: u64, change: impl FnOnce(&mut RequestView)) {
        let mut state = self.state();
        if let Some(request) = state.requests.iter_mut().rfind(|other| other.id == id) {
            change(request);
            self.tell("request", request);
        }
    }

    /// This charge is this purchase's.
    pub(super) fn charged(&self, name: &str, charge: &str) {
        self.state().change(name, |purchase| {
            if !purchase.charges.iter().any(|other| other == charge) {
                purchase.charges.push(charge.to_owned());
            }
        });
    }

    /// There wasn't enough money for this purchase.
    pub(super) fn declined(&self, name: &str) {
        self.state()
            .change(name, |purchase| purchase.declined = true);
    }

    /// Reads the books, and tells what is in them. If they can't be read, the next time will do.
    pub(super) fn read_books(&self, conn: &mut AnyConnection) {
        let _reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(books) = Books::read(conn) {
            let mut state = self.state();
            state.ledger = Ledger {
                balance: books.account(CUSTOMER),
                taken: books.account(SHOP),
                charges: books.charges,
            };
            self.tell("shop", &state.shop());
        }
    }

    /// Forgets everything. The shop's books are new as well.
    pub(super) fn start_over(&self) {
        let mut state = self.state();
        let (round, sent) = (state.round + 1, state.sent);
        *state = State {
            round,
            sent,
            ledger: Ledger {
                balance: OPENING,
                ..Ledger::default()
            },
            ..State::default()
        };
        self.tell("snapshot", &self.snapshot(&state));
    }

    fn snapshot<'a>(&self, state: &'a State) -> Snapshot<'a> {
        Snapshot {
            loss: self.loss,
            delay: self.delay.as_millis(),
            shop: state.shop(),
            requests: &state.requests,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, event: &'static str, what: &impl Serialize) {
        // Nobody may be looking.
        let _ = self.messages.send(message(event, what));
    }
}

impl State {
    /// The number of the purchase of this name, which may be new.
    fn purchase(&mut self, name: &str, keyed: bool) -> u64 {
        let known = self
            .purchases
            .iter()
            .rfind(|purchase| purchase.name == name);
        if let Some(known) = known {
            return known.number;
        }
        if self.purchases.len() == PURCHASES
            && let Some(oldest) = self.purchases.pop_front()
        {
            self.forgotten += oldest.expected();
        }
        let number = self.purchases.back().map_or(0, |last| last.number) + 1;
        self.purchases.push_back(Purchase {
            name: name.to_owned(),
            number,
            keyed,
            charges: Vec::new(),
            declined: false,
        });
        number
    }

    fn change(&mut self, name: &str, change: impl FnOnce(&mut Purchase)) {
        if let Some(purchase) = self.purchases.iter_mut().rfind(|other| other.name == name) {
            change(purchase);
        }
    }

    fn shop(&self) -> ShopView<'_> {
        let expected: u64 = self.purchases.iter().map(Purchase::expected).sum();
        let earlier = self.purchases.len().saturating_sub(PURCHASES_SHOWN);
        ShopView {
            round: self.round,
            opening: OPENING,
            price: PRICE,
            ledger: self.ledger,
            expected: self.forgotten + expected,
            purchases: self.purchases.iter().skip(earlier).collect(),
        }
    }
}

impl Purchase {
    /// How many charges there should be: one, but none if it was declined from the first.
    fn expected(&self) -> u64 {
        u64::from(!self.declined || !self.charges.is_empty())
    }
}

fn message(event: &'static str, what: &impl Serialize) -> Message {
    let data = serde_json::to_string(what).unwrap_or_default();
    Message {
        event,
        data: data.into(),
    }
}
