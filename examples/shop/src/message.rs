//! What goes over the link: a request with its key, and an answer.

use idem_diesel::IdempotencyKey;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What somebody asks for. A copy that is sent again, or delivered twice, is the same to the byte.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// New with each thing that is wanted, and the same with each attempt to get it.
    pub(crate) key: IdempotencyKey,
    pub(crate) by: Person,
    pub(crate) ask: Ask,
}

/// Who asks. A service of yours knows it from the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Person {
    Owner,
    Shopper(u16),
    Clerk(u16),
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner => f.write_str("the owner"),
            Self::Shopper(number) => write!(f, "shopper {number}"),
            Self::Clerk(number) => write!(f, "clerk {number}"),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    /// All that is for sale.
    Catalogue,
    /// The orders that are paid and not shipped.
    ToShip,
    /// This cart is an order now. The shopper has chosen its id.
    Order {
        order: String,
        cart: Vec<CartLine>,
    },
    Pay {
        order: String,
    },
    Cancel {
        order: String,
    },
    Ship {
        order: String,
    },
    /// A price for a product in the state that the clerk has seen: `If-Match` is its `ETag`.
    SetPrice {
        product: i64,
        if_match: String,
        cents: i64,
    },
    Delete {
        product: i64,
        reason: String,
    },
    Restore {
        product: i64,
    },
    /// A new product. The clerk has chosen its number.
    Introduce(Article),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct CartLine {
    pub(crate) product: i64,
    pub(crate) pieces: i64,
}

/// A product that is to be.
#[derive(Debug, Clone)]
pub(crate) struct Article {
    pub(crate) id: i64,
    pub(crate) sku: String,
    pub(crate) cents: i64,
    pub(crate) stock: i64,
}

/// What the shop answers.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Catalogue(Vec<Offer>),
    ToShip(Vec<String>),
    /// It is as asked for. `by_you`: this request did it, now or when it came first; otherwise there
    /// was nothing to do.
    Done {
        by_you: bool,
    },
    /// It is not, and sending the same again won't change that.
    Refused(Refusal),
    /// It is not known, or not possible right now: send the same again.
    TryAgain(String),
}

/// A product as it is shown. Goes with each answer that a decision is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Offer {
    pub(crate) id: i64,
    pub(crate) sku: String,
    pub(crate) cents: i64,
    pub(crate) etag: String,
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum Refusal {
    /// 412: here is what it is now. Decide again.
    #[error("somebody has changed {}: decide again", .0.sku)]
    Changed(Offer),
    #[error("product {0} is not for sale")]
    NotForSale(i64),
    #[error("product {0} is sold out")]
    SoldOut(i64),
    #[error("a live product has this SKU")]
    SkuTaken,
    #[error("the order is {0} already")]
    OrderIs(String),
    #[error("{0}")]
    Impossible(String),
}
