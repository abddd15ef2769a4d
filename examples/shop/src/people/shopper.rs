//! A shopper: fills carts, orders, pays, and now and then thinks better of it.

use super::phone::Phone;
use crate::failure::Failure;
use crate::message::{Answer, Ask, CartLine, Offer};
use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use rand::seq::IndexedRandom as _;
use uuid::Builder;

/// How many of those who have paid cancel.
const CHANGED_MINDS: f64 = 0.25;

pub(crate) fn go_shopping(phone: &mut Phone<'_, '_>, carts: u16) -> Result<(), Failure> {
    let mut regretted = None;
    for _ in 0..carts {
        let offers = phone.catalogue()?;
        let cart = fill(&mut phone.random, &offers);
        // The id is there before the order is: whoever sends it again sends the same.
        let order = Builder::from_random_bytes(phone.random.random())
            .into_uuid()
            .to_string();
        let placed = phone.ask(Ask::Order {
            order: order.clone(),
            cart,
        })?;
        if !matches!(placed, Answer::Done { .. }) {
            return Err(phone.unexpected(&placed)); // nobody else has this id
        }
        let paid = phone.ask(Ask::Pay {
            order: order.clone(),
        })?;
        // Regrets come with the next order, or in the evening. By then it may be shipped, and stays so.
        if let Some(order) = regretted.take() {
            phone.ask(Ask::Cancel { order })?;
        }
        if !matches!(paid, Answer::Done { .. }) {
            phone.ask(Ask::Cancel { order })?; // sold out: then nothing of it
        } else if phone.random.random_bool(CHANGED_MINDS) {
            regretted = Some(order);
        }
    }
    if let Some(order) = regretted {
        phone.ask(Ask::Cancel { order })?;
    }
    Ok(())
}

/// One to three products, one to three pieces of each.
fn fill(random: &mut ChaCha8Rng, offers: &[Offer]) -> Vec<CartLine> {
    let products = random.random_range(1..=3);
    let chosen: Vec<_> = offers.sample(random, products).collect();
    chosen
        .into_iter()
        .map(|offer| CartLine {
            product: offer.id,
            pieces: random.random_range(1..=3),
        })
        .collect()
}
