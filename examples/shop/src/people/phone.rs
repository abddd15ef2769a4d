//! How anybody asks: with a new key for each thing, and the same again until an answer comes.

use super::notes::Notes;
use crate::failure::Failure;
use crate::link::Link;
use crate::message::{Answer, Ask, Offer, Person, Request};
use idem_diesel::{IdempotencyKey, RetryPolicy};
use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;
use std::thread;
use std::time::Duration;

/// Waits 1 ms, then twice as long each time up to 20 ms, with jitter.
const UNTIL_AN_ANSWER: RetryPolicy = RetryPolicy::attempts(u32::MAX)
    .min_delay(Duration::from_millis(1))
    .max_delay(Duration::from_millis(20));

/// After so many answers that said "try again", something is wrong that trying won't mend.
const TOO_OFTEN: u32 = 100;

/// One person's end of the link.
pub(crate) struct Phone<'l, 's> {
    link: &'l Link<'s>,
    who: Person,
    /// What this person wants, and what the link does to it: the seed's, and nobody else's.
    pub(crate) random: ChaCha8Rng,
    pub(crate) notes: Notes,
}

impl<'l, 's> Phone<'l, 's> {
    pub(crate) fn new(link: &'l Link<'s>, who: Person, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(match who {
            Person::Owner => 0,
            Person::Shopper(number) => u64::from(number) << 1,
            Person::Clerk(number) => u64::from(number) << 1 | 1,
        });
        Self {
            link,
            who,
            random,
            notes: Notes::default(),
        }
    }

    /// Asks until an answer comes, with one key: a repetition is the same request.
    pub(crate) fn ask(&mut self, ask: Ask) -> Result<Answer, Failure> {
        let request = Request {
            key: IdempotencyKey::generate(),
            by: self.who,
            ask,
        };
        self.notes.tally(&request.ask).wanted += 1;
        let mut sent_away = 0;
        let mut delays = UNTIL_AN_ANSWER.delays();
        loop {
            self.notes.tally(&request.ask).sent += 1;
            match self.link.carry(&mut self.random, &request) {
                None => {} // silence
                Some(Answer::TryAgain(reason)) => {
                    sent_away += 1;
                    self.notes.sent_away += 1;
                    if sent_away == TOO_OFTEN {
                        let who = self.who.to_string();
                        return Err(Failure::GaveUp { who, reason });
                    }
                }
                Some(answer) => {
                    self.note(&request, &answer);
                    return Ok(answer);
                }
            }
            thread::sleep(delays.next().unwrap_or_default());
        }
    }

    /// What is for sale.
    pub(crate) fn catalogue(&mut self) -> Result<Vec<Offer>, Failure> {
        match self.ask(Ask::Catalogue)? {
            Answer::Catalogue(offers) => Ok(offers),
            answer => Err(self.unexpected(&answer)),
        }
    }

    /// What is paid and not shipped.
    pub(crate) fn paid_orders(&mut self) -> Result<Vec<String>, Failure> {
        match self.ask(Ask::ToShip)? {
            Answer::ToShip(orders) => Ok(orders),
            answer => Err(self.unexpected(&answer)),
        }
    }

    /// That the shop has said something that can't be.
    pub(crate) fn unexpected(&self, answer: &Answer) -> Failure {
        Failure::Unexpected {
            who: self.who.to_string(),
            reason: format!("{answer:?}"),
        }
    }

    fn note(&mut self, request: &Request, answer: &Answer) {
        let tally = self.notes.tally(&request.ask);
        match answer {
            Answer::Done { by_you: true } => {
                tally.done += 1;
                self.notes.done(request);
            }
            Answer::Done { by_you: false } => tally.nothing_to_do += 1,
            Answer::Refused(_) => tally.refused += 1,
            Answer::Catalogue(_) | Answer::ToShip(_) | Answer::TryAgain(_) => {}
        }
    }
}
