//! A clerk: edits prices from the list that all clerks were given in the morning, takes products out
//! of the catalogue and puts them back, and ships what is paid.

use super::phone::Phone;
use crate::failure::Failure;
use crate::message::{Answer, Article, Ask, Offer, Refusal};
use crate::money::euros;
use rand::RngExt as _;
use rand::seq::SliceRandom as _;

/// A clerk's day. Everybody has the same list, so for each product on it all but one find out that
/// their state of it is old.
pub(crate) fn work(phone: &mut Phone<'_, '_>, number: u16, list: &[Offer]) -> Result<(), Failure> {
    let mut list = list.to_vec();
    list.shuffle(&mut phone.random);
    for offer in &list {
        set_price(phone, offer)?;
        match offer.id % 3 {
            1 => recall(phone, number, offer)?,
            2 => replace(phone, number, offer)?,
            _ => ship(phone)?,
        }
    }
    Ok(())
}

/// After the last shopper has left: what is paid leaves the house. All clerks have the same list
/// again, so each order is shipped by one of them, and the others are told so.
pub(crate) fn close_up(phone: &mut Phone<'_, '_>, paid: &[String]) -> Result<(), Failure> {
    ship_all(phone, paid)
}

/// Sets a price that the clerk has made up his mind about, looking at what he sees. On a conflict he
/// is shown what it is now, and decides again. A decision is a new request, with a new key: the old
/// key stands for what was wanted of the old state.
fn set_price(phone: &mut Phone<'_, '_>, offer: &Offer) -> Result<(), Failure> {
    let wanted = offer.cents * phone.random.random_range(80..=120) / 100;
    let mut seen = offer.clone();
    loop {
        let answer = phone.ask(Ask::SetPrice {
            product: seen.id,
            if_match: seen.etag.clone(),
            cents: wanted,
        })?;
        let Answer::Refused(Refusal::Changed(current)) = answer else {
            return Ok(()); // done; or it is deleted meanwhile, and has no price
        };
        let decision = decide(&seen, &current, wanted);
        let edits = &mut phone.notes.edits;
        edits.conflicts += 1;
        if seen.cents != current.cents && edits.for_example.is_none() {
            edits.for_example = Some(story(&seen, &current, wanted, decision));
        }
        match decision {
            Decision::Insist => edits.insisted += 1,
            Decision::GiveWay => edits.gave_way += 1,
        }
        if decision == Decision::GiveWay {
            return Ok(());
        }
        seen = current;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Insist,
    GiveWay,
}

/// Only the stock has changed: the price is still to be set. Somebody else has set a price: the lower
/// one stays. This is the clerk's to decide, and no library's: that is why there is no retry here.
const fn decide(seen: &Offer, current: &Offer, wanted: i64) -> Decision {
    if current.cents != seen.cents && current.cents <= wanted {
        Decision::GiveWay
    } else {
        Decision::Insist
    }
}

fn story(seen: &Offer, current: &Offer, wanted: i64, decision: Decision) -> String {
    format!(
        "saw {} at {}, ETag {}, and set {}; refused, as it was {} by then, ETag {}; {}",
        seen.sku,
        euros(seen.cents),
        seen.etag,
        euros(wanted),
        euros(current.cents),
        current.etag,
        match decision {
            Decision::Insist => "insisted on the lower price",
            Decision::GiveWay => "left it at that",
        }
    )
}

/// All clerks hear that a product is recalled, and a little later that it was a mistake.
fn recall(phone: &mut Phone<'_, '_>, number: u16, offer: &Offer) -> Result<(), Failure> {
    phone.ask(Ask::Delete {
        product: offer.id,
        reason: format!("recalled, clerk {number} was told"),
    })?;
    phone.ask(Ask::Restore { product: offer.id })?;
    Ok(())
}

/// A product gets a successor with the same SKU. All clerks try, one makes it; and the old one can't
/// come back beside the new one.
fn replace(phone: &mut Phone<'_, '_>, number: u16, offer: &Offer) -> Result<(), Failure> {
    phone.ask(Ask::Delete {
        product: offer.id,
        reason: format!("replaced by clerk {number}"),
    })?;
    phone.ask(Ask::Introduce(Article {
        id: i64::from(number) * 1000 + offer.id, // of the clerk's own numbers
        sku: offer.sku.clone(),
        cents: offer.cents + 100,
        stock: 10,
    }))?;
    phone.ask(Ask::Restore { product: offer.id })?;
    Ok(())
}

/// Ships what is paid so far.
fn ship(phone: &mut Phone<'_, '_>) -> Result<(), Failure> {
    let paid = phone.paid_orders()?;
    ship_all(phone, &paid)
}

fn ship_all(phone: &mut Phone<'_, '_>, paid: &[String]) -> Result<(), Failure> {
    for order in paid {
        let order = order.clone();
        phone.ask(Ask::Ship { order })?;
    }
    Ok(())
}
