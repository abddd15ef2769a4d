//! What a call does without the database: the request's fingerprint, the result's text.

use crate::Res;
use crate::runner::median;
use idem_diesel::Fingerprint;
use serde::{Deserialize, Serialize};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// About a kilobyte as JSON: an order as one would meet it.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    id: u64,
    customer: String,
    currency: String,
    express: bool,
    note: Option<String>,
    lines: Vec<Line>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    article: String,
    description: String,
    quantity: u32,
    cents: i64,
}

impl Order {
    fn example() -> Self {
        let line = |number: u32| Line {
            article: format!("SKU-{number:08}"),
            description: "a thing of the usual size, in blue".to_owned(),
            quantity: number,
            cents: 1999 * i64::from(number),
        };
        Self {
            id: 7_311_201_993,
            customer: "5f0c9a52-3c8f-4f3e-9d39-6a0e34d0f6b1".to_owned(),
            currency: "EUR".to_owned(),
            express: false,
            note: None,
            lines: (1..=8).map(line).collect(),
        }
    }
}

/// Times the fingerprint of a request and the encoding of a result, a kilobyte each; prints
/// them, and gives the microseconds of both together.
pub(crate) fn measure() -> Res<f64> {
    let order = Order::example();
    let length = idem_core::encode(&order)?.len();
    let fingerprint = micros(|| Fingerprint::of(black_box(&order)).is_ok());
    let encoding = micros(|| idem_core::encode(black_box(&order)).is_ok());
    println!(
        "Without the database, {length} bytes: fingerprint {fingerprint:.2} µs, encoding {encoding:.2} µs"
    );
    Ok(fingerprint + encoding)
}

/// Microseconds per run: the median of batches.
fn micros<T>(work: impl Fn() -> T) -> f64 {
    const RUNS: u32 = 1000;
    let batch = |_| {
        let started = Instant::now();
        for _ in 0..RUNS {
            black_box(work());
        }
        started.elapsed()
    };
    let batches = (0..101).map(batch);
    median(
        batches
            .map(|time: Duration| time.as_secs_f64() * 1e6 / f64::from(RUNS))
            .collect(),
    )
}
