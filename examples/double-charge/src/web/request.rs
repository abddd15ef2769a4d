//! A request as the page shows it, from the press of the button to the answer or the silence.

use super::order::Order;
use super::sql_log::Sent;
use super::till::Charged;
use crate::shop::{ChargeError, OPERATION};
use idem_diesel::IdempotencyKey;
use idem_diesel::records::StoredRecord;
use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Stage {
    /// It travels to the shop.
    Sent,
    /// It never got there.
    RequestLost,
    /// The shop is at it.
    AtTheShop,
    /// The shop is done, and its answer travels back.
    Answered,
    /// The shop is done, and nobody heard.
    ResponseLost,
    /// The answer was sent into the browser's connection.
    Delivered,
    /// The browser hung up before there was an answer.
    HungUp,
}

/// What the shop did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "did", rename_all = "kebab-case")]
pub(super) enum Did {
    /// Took the money.
    Charged { charge: String },
    /// Took nothing, and gave the first call's answer.
    Replayed { charge: String },
    /// Took nothing.
    Refused { status: u16, reason: String },
}

/// One request.
#[derive(Debug, Clone, Serialize)]
pub(super) struct RequestView {
    pub(super) id: u64,
    /// When it was sent, in milliseconds since 1970.
    at: u64,
    /// Which browser sent it.
    client: String,
    /// The purchase it is for, counted from 1.
    pub(super) purchase: u64,
    /// Which press of the button, and which attempt at it, counted from 1.
    press: u32,
    attempt: u32,
    /// The key that came with it.
    key: Option<String>,
    pub(super) stage: Stage,
    did: Option<Did>,
    sql: Vec<Sent>,
    record: Option<RecordView>,
}

/// A row of `idem_records`.
#[derive(Debug, Clone, Serialize)]
struct RecordView {
    key: String,
    operation: &'static str,
    fingerprint: String,
    status: &'static str,
    token: String,
    result: Option<String>,
    attempt: i32,
    created_at: String,
    completed_at: Option<String>,
    expires_at: String,
}

impl RequestView {
    /// One that is sent now.
    pub(super) fn new(id: u64, purchase: u64, key: Option<&IdempotencyKey>, order: &Order) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let at = now.map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or(0));
        Self {
            id,
            at,
            client: order.client.clone(),
            purchase,
            press: order.press,
            attempt: order.attempt,
            key: key.map(ToString::to_string),
            stage: Stage::Sent,
            did: None,
            sql: Vec::new(),
            record: None,
        }
    }

    /// The shop has done this.
    pub(super) fn done(&mut self, key: Option<&IdempotencyKey>, charged: &Charged) {
        self.did = Some(Did::from(charged));
        self.sql.clone_from(&charged.sql);
        let record = charged.record.as_ref();
        self.record = key
            .zip(record)
            .map(|(key, record)| RecordView::new(key, record));
    }

    /// The shop has sent it away.
    pub(super) fn refused(&mut self, status: u16, reason: String) {
        self.did = Some(Did::Refused { status, reason });
    }
}

impl From<&Charged> for Did {
    fn from(charged: &Charged) -> Self {
        match &charged.result {
            Ok(outcome) => {
                let charge = outcome.charge.clone();
                if outcome.is_replayed() {
                    Self::Replayed { charge }
                } else {
                    Self::Charged { charge }
                }
            }
            Err(error) => Self::Refused {
                status: status(error),
                reason: error.to_string(),
            },
        }
    }
}

impl RecordView {
    fn new(key: &IdempotencyKey, stored: &StoredRecord) -> Self {
        let record = &stored.record;
        Self {
            key: key.to_string(),
            operation: OPERATION,
            fingerprint: record.fingerprint.to_string(),
            status: record.status.as_str(),
            token: record
                .token
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            result: record.result.clone(),
            attempt: record.attempt,
            created_at: stored.created_at.clone(),
            completed_at: stored.completed_at.clone(),
            expires_at: stored.expires_at.clone(),
        }
    }
}

/// The HTTP status for a charge that wasn't made.
pub(super) fn status(error: &ChargeError) -> u16 {
    match error {
        ChargeError::NotEnoughMoney => 402,
        ChargeError::Idempotency(error) => error.status(),
        ChargeError::Database(_) => 503,
    }
}
