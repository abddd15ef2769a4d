//! What happens, as the seed decides it: the same seed gives the same purchases, the same
//! double-clicks and the same losses on every machine. Only times, and with them the order of
//! things, differ from run to run.

use crate::cli::Options;
use crate::money::Cents;
use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt as _, SeedableRng as _};
use serde::{Deserialize, Serialize};

/// The share of customers who click twice.
const DOUBLE_CLICKS: f64 = 0.2;
/// How many requests get lost, for each response that does.
const REQUESTS_LOST_PER_RESPONSE: f64 = 0.2;

/// Everything that the seed decides.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) loss: f64,
    pub(crate) purchases: Vec<Purchase>,
    /// The customer in whose charge the server is killed.
    pub(crate) killed_in: i64,
}

/// What one customer does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Purchase {
    /// From 1 on.
    pub(crate) customer: i64,
    pub(crate) price: Cents,
    pub(crate) double_click: bool,
}

/// One request on its way: the customer's which click, and that click's which attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trip {
    pub(crate) customer: i64,
    pub(crate) click: u8,
    pub(crate) attempt: u32,
}

/// What the line does with a request and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Delivered,
    /// The server never sees the request.
    RequestLost,
    /// The server does its work, and nobody hears of it.
    ResponseLost,
}

impl Fate {
    /// On a line that loses this share of the responses.
    pub(crate) fn draw(random: &mut impl Rng, loss: f64) -> Self {
        if random.random_bool(loss * REQUESTS_LOST_PER_RESPONSE) {
            Self::RequestLost
        } else if random.random_bool(loss) {
            Self::ResponseLost
        } else {
            Self::Delivered
        }
    }
}

impl Plan {
    pub(crate) fn new(options: &Options) -> Self {
        let customers = i64::from(options.customers);
        let purchase = |customer| {
            // Stream 0 of a customer is the purchase; trips have the others.
            let mut random = random(options.seed, customer, 0);
            let price = Cents(random.random_range(500..=10_000));
            Purchase {
                customer,
                price: options.amount.unwrap_or(price),
                double_click: random.random_bool(DOUBLE_CLICKS),
            }
        };
        Self {
            seed: options.seed,
            loss: options.loss,
            purchases: (1..=customers).map(purchase).collect(),
            killed_in: customers.div_euclid(2).max(1),
        }
    }

    pub(crate) fn fate(&self, trip: Trip) -> Fate {
        let stream = 1 + (u64::from(trip.attempt) << 1 | u64::from(trip.click & 1));
        let mut random = random(self.seed, trip.customer, stream);
        Fate::draw(&mut random, self.loss)
    }

    /// The share of requests that get lost.
    pub(crate) fn request_loss(&self) -> f64 {
        self.loss * REQUESTS_LOST_PER_RESPONSE
    }

    /// What the shop should have in the end.
    pub(crate) fn expected(&self) -> Cents {
        self.purchases.iter().map(|purchase| purchase.price).sum()
    }

    pub(crate) fn double_clickers(&self) -> usize {
        self.purchases
            .iter()
            .filter(|purchase| purchase.double_click)
            .count()
    }
}

/// Random numbers that depend on these three and on nothing else: a stream of its own for each.
fn random(seed: u64, customer: i64, stream: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(customer.unsigned_abs() << 40 | stream);
    random
}

#[cfg(test)]
mod tests {
    use super::{Fate, Plan, Trip};
    use crate::cli::Cli;
    use clap::Parser as _;

    fn plan(arguments: &[&str]) -> Plan {
        let arguments = [&["double-charge"], arguments].concat();
        Plan::new(&Cli::try_parse_from(arguments).unwrap().options)
    }

    fn fates(plan: &Plan) -> Vec<Fate> {
        let trip = |n: u16| Trip {
            customer: i64::from(n % 100),
            click: u8::from(n.is_multiple_of(3)),
            attempt: u32::from(n / 100),
        };
        (0..2000).map(|n| plan.fate(trip(n))).collect()
    }

    #[test]
    fn one_seed_is_one_story_and_another_seed_another() {
        assert_eq!(fates(&plan(&[])), fates(&plan(&[])));
        assert_ne!(fates(&plan(&[])), fates(&plan(&["--seed", "2"])));
        assert_eq!(plan(&[]).expected(), plan(&[]).expected());
        assert_ne!(plan(&[]).expected(), plan(&["--seed", "2"]).expected());
    }

    #[test]
    fn half_of_the_responses_get_lost() {
        let fates = fates(&plan(&[]));
        let count = |fate| fates.iter().filter(|&&other| other == fate).count();
        let reached = fates.len() - count(Fate::RequestLost);
        assert!((160..240).contains(&count(Fate::RequestLost)));
        assert!((reached * 45 / 100..reached * 55 / 100).contains(&count(Fate::ResponseLost)));
    }

    #[test]
    fn without_loss_everything_arrives() {
        assert!(
            fates(&plan(&["--loss", "0"]))
                .iter()
                .all(|&fate| fate == Fate::Delivered)
        );
    }
}
