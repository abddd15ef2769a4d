//! Clients that call at the same time, for one slice of time after the other.

use crate::Res;
use crate::cases::{Answered, Case, Transfer};
use crate::client::Client;
use hdrhistogram::Histogram;
use idem_diesel::IdempotencyKey;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How many answered keys each client has to replay.
const ANSWERED: usize = 16;

/// What was seen in a slice.
#[derive(Debug)]
pub(crate) struct Slice {
    /// Calls per second, of all clients together.
    pub(crate) rate: f64,
    /// Nanoseconds per call.
    pub(crate) latencies: Histogram<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Order {
    case: Case,
    until: Instant,
}

/// Where the clients connect.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) url: String,
    /// What each runs when it is connected.
    pub(crate) settings: Vec<String>,
    /// The key that is held while [`Case::InFlight`] is measured.
    pub(crate) held: IdempotencyKey,
}

/// Some connected clients: sync ones have a thread each, async ones share one runtime.
#[derive(Debug)]
pub(crate) struct Crew {
    orders: Vec<UnboundedSender<Order>>,
    reports: UnboundedReceiver<Result<Slice, String>>,
    // Dropped last: the clients end when their orders do.
    _runtime: Option<Runtime>,
}

impl Crew {
    /// Connects the clients, and gives each some keys to replay.
    pub(crate) fn start<C: Client>(target: &Target, clients: usize) -> Res<Self> {
        let (report, reports) = unbounded_channel();
        let runtime = if C::IS_ASYNC {
            Some(Builder::new_multi_thread().enable_all().build()?)
        } else {
            None
        };
        let mut orders = Vec::new();
        for _ in 0..clients {
            let (order, receive) = unbounded_channel();
            orders.push(order);
            let client = work::<C>(target.clone(), receive, report.clone());
            match &runtime {
                Some(runtime) => drop(runtime.spawn(client)),
                None => {
                    let single = Builder::new_current_thread().build()?;
                    std::thread::spawn(move || single.block_on(client));
                }
            }
        }
        let mut crew = Self {
            orders,
            reports,
            _runtime: runtime,
        };
        crew.collect()?;
        Ok(crew)
    }

    /// Lets all clients call, again and again, for about this long.
    pub(crate) fn slice(&mut self, case: Case, length: Duration) -> Res<Slice> {
        let until = Instant::now() + length;
        for order in &self.orders {
            order.send(Order { case, until })?;
        }
        self.collect()
    }

    fn collect(&mut self) -> Res<Slice> {
        let mut all = Slice {
            rate: 0.0,
            latencies: histogram()?,
        };
        for _ in &self.orders {
            let report = self.reports.blocking_recv().ok_or("a client is gone")?;
            let slice = report?;
            all.rate += slice.rate;
            all.latencies.add(slice.latencies)?;
        }
        Ok(all)
    }
}

/// Three digits, from 100 ns to two minutes.
pub(crate) fn histogram() -> Res<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(100, 120_000_000_000, 3)?)
}

async fn work<C: Client>(
    target: Target,
    mut orders: UnboundedReceiver<Order>,
    reports: UnboundedSender<Result<Slice, String>>,
) {
    let worked: Res<()> = async {
        let mut client = C::open(&target.url, &target.settings).await?;
        let answered = answered(&mut client).await?;
        reports.send(Ok(Slice {
            rate: 0.0,
            latencies: histogram()?,
        }))?;
        while let Some(order) = orders.recv().await {
            let slice = slice(&mut client, order, &answered, &target.held).await?;
            reports.send(Ok(slice))?;
        }
        Ok(())
    }
    .await;
    if let Err(error) = worked {
        // Nobody listens only when the run is over.
        let _ = reports.send(Err(error.to_string()));
    }
}

/// Makes some calls that can be replayed.
pub(crate) async fn answered<C: Client>(client: &mut C) -> Res<Vec<Answered>> {
    let mut answered = Vec::new();
    for _ in 0..ANSWERED {
        let (key, transfer) = (IdempotencyKey::generate(), Transfer::next());
        if client.transfer(&key, transfer, false).await?.is_replayed() {
            return Err("a new key has an answer already".into());
        }
        answered.push(Answered { key, transfer });
    }
    Ok(answered)
}

async fn slice<C: Client>(
    client: &mut C,
    order: Order,
    answered: &[Answered],
    held: &IdempotencyKey,
) -> Res<Slice> {
    let mut latencies = histogram()?;
    let started = Instant::now();
    let mut before = started;
    for answered in answered.iter().cycle() {
        client.call(order.case, answered, held).await?;
        let now = Instant::now();
        latencies.saturating_record(u64::try_from((now - before).as_nanos())?);
        before = now;
        if now >= order.until {
            break;
        }
    }
    let calls = u32::try_from(latencies.len())?;
    Ok(Slice {
        rate: f64::from(calls) / (before - started).as_secs_f64(),
        latencies,
    })
}
