//! What a browser says with a request.

use super::problem::Refusal;
use crate::plan::Fate;
use axum::http::HeaderMap;
use serde::Deserialize;

/// The longest name of a purchase or a browser, in bytes.
const LONGEST: usize = 64;
/// The share of responses that the line should lose for this request.
const LOSS: &str = "line-loss";
/// What the line should do with this request, for those who want to decide that.
const FATE: &str = "line-fate";

/// What the button was pressed for. The charge doesn't look at it: it is what the page counts by.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Order {
    /// Which purchase; the same for every press and every attempt.
    pub(super) purchase: String,
    /// Which press of the button for this purchase, from 1.
    pub(super) press: u32,
    /// Which attempt at that press, from 1.
    pub(super) attempt: u32,
    /// Which browser.
    pub(super) client: String,
    /// Since which start the browser has been shopping.
    pub(super) round: u64,
}

impl Order {
    /// Whether its names can be kept and shown.
    pub(super) fn check(self) -> Result<Self, Refusal> {
        let fits = |name: &str| {
            (1..=LONGEST).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic())
        };
        if fits(&self.purchase) && fits(&self.client) {
            Ok(self)
        } else {
            Err(Refusal::bad(
                "purchase and client are names of 1 to 64 visible ASCII characters",
            ))
        }
    }
}

/// What becomes of a request on the line.
pub(super) fn fate(headers: &HeaderMap) -> Result<Fate, Refusal> {
    let header = |name| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    match (header(FATE), header(LOSS)) {
        (Some("delivered"), _) | (None, None) => Ok(Fate::Delivered),
        (Some("request-lost"), _) => Ok(Fate::RequestLost),
        (Some("response-lost"), _) => Ok(Fate::ResponseLost),
        (Some(_), _) => Err(Refusal::bad(
            "Line-Fate is delivered, request-lost or response-lost",
        )),
        (None, Some(loss)) => match loss.parse() {
            Ok(loss) if (0.0..=0.95).contains(&loss) => Ok(Fate::draw(&mut rand::rng(), loss)),
            _ => Err(Refusal::bad("Line-Loss is a share between 0 and 0.95")),
        },
    }
}
