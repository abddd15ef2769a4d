//! Measures one cell of the table: a database, a driver, a link and a number of clients.

use crate::Res;
use crate::cases::{Answered, Case};
use crate::client::Client;
use crate::crew::{Crew, Target, answered};
use crate::databases::Place;
use crate::proxy::Link;
use hdrhistogram::Histogram;
use idem_diesel::IdempotencyKey;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// What is added to each round trip where a link is measured.
const LINK: Duration = Duration::from_micros(500);

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// How many rounds; in each, every case is run next to the bare transaction.
    pub(crate) rounds: usize,
    /// How long the bare transaction and a fresh call run in each.
    pub(crate) long: Duration,
    /// How long the other cases run.
    pub(crate) short: Duration,
}

impl Plan {
    /// About four minutes for everything.
    pub(crate) const FULL: Self = Self {
        rounds: 5,
        long: Duration::from_millis(250),
        short: Duration::from_millis(150),
    };
    /// Enough to see that everything works, and roughly where it stands.
    pub(crate) const QUICK: Self = Self {
        rounds: 2,
        long: Duration::from_millis(80),
        short: Duration::from_millis(40),
    };

    fn glance(self) -> Self {
        Self {
            rounds: 1,
            long: self.long / 4,
            short: self.short / 4,
        }
    }
}

/// Where something is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) link: bool,
    pub(crate) clients: usize,
}

impl Setting {
    pub(crate) const ALL: [Self; 5] = [
        Self {
            link: false,
            clients: 1,
        },
        Self {
            link: false,
            clients: 8,
        },
        Self {
            link: false,
            clients: 32,
        },
        Self {
            link: true,
            clients: 1,
        },
        Self {
            link: true,
            clients: 8,
        },
    ];

    /// The words by which it is chosen.
    pub(crate) fn name<C: Client>(self, place: &Place) -> String {
        format!(
            "{} {} {} {} {}",
            place.database,
            driver::<C>(),
            place.durability,
            if self.link { "link" } else { "local" },
            self.clients
        )
    }
}

fn driver<C: Client>() -> &'static str {
    if C::IS_ASYNC { "async" } else { "sync" }
}

/// One line of the report; the JSON has these fields.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figures {
    pub(crate) database: &'static str,
    pub(crate) driver: &'static str,
    pub(crate) durability: &'static str,
    pub(crate) link_ms: f64,
    pub(crate) clients: usize,
    pub(crate) case: Case,
    /// Calls per second, divided by the bare transaction's in the same round: the median.
    pub(crate) ratio: f64,
    pub(crate) ops_per_s: f64,
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
    /// Per call, counted with one client.
    pub(crate) round_trips: Option<f64>,
    /// Per call, where the server tells; counted with one client.
    pub(crate) log_bytes: Option<f64>,
}

/// What a call costs, whatever the time it takes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    pub(crate) round_trips: Option<f64>,
    pub(crate) log_bytes: Option<f64>,
}

/// The order within a round. A fresh call has the bare transaction before and after it; every
/// other round runs backwards.
const LOCAL: &[Case] = &[
    Case::Bare,
    Case::Fresh,
    Case::Bare,
    Case::FreshUnit,
    Case::RecordedError,
    Case::Replay,
    Case::ReplayPeek,
    Case::InFlight,
];
const LINKED: &[Case] = &[
    Case::Bare,
    Case::Fresh,
    Case::Bare,
    Case::FreshUnit,
    Case::ReplayPeek,
];

#[derive(Debug, Default)]
struct Seen {
    rates: Vec<f64>,
    ratios: Vec<f64>,
    latencies: Option<Histogram<u64>>,
}

/// Measures all cases in one setting.
pub(crate) fn measure<C: Client>(
    place: &Place,
    setting: Setting,
    plan: Plan,
    costs: &BTreeMap<Case, Cost>,
) -> Res<Vec<Figures>> {
    let link = match place.address() {
        Some(server) if setting.link => Some(Link::open(server, LINK)?),
        _ => None,
    };
    let target = target(place, link.as_ref())?;
    let mut crew = Crew::start::<C>(&target, setting.clients)?;
    let cases = if setting.link { LINKED } else { LOCAL };
    let mut seen: BTreeMap<Case, Seen> = BTreeMap::new();
    // The first round fills caches and prepares statements; it doesn't count.
    for number in 0..=plan.rounds {
        let mut order = cases.to_vec();
        if number % 2 == 1 {
            order.reverse();
        }
        let plan = if number == 0 { plan.glance() } else { plan };
        let round = round(&mut crew, place, &target, &order, plan)?;
        if number > 0 {
            add(&mut seen, round)?;
        }
    }
    let figures = seen.into_iter().map(|(case, seen)| {
        let latencies = seen.latencies.as_ref();
        let cost = costs.get(&case).copied().unwrap_or_default();
        Figures {
            database: place.database,
            driver: driver::<C>(),
            durability: place.durability,
            link_ms: if setting.link {
                LINK.as_secs_f64() * 1e3
            } else {
                0.0
            },
            clients: setting.clients,
            case,
            ratio: median(seen.ratios),
            ops_per_s: median(seen.rates),
            p50_us: micros(latencies, 0.5),
            p99_us: micros(latencies, 0.99),
            round_trips: cost.round_trips,
            log_bytes: cost.log_bytes,
        }
    });
    Ok(figures.collect())
}

fn target(place: &Place, link: Option<&Link>) -> Res<Target> {
    Ok(Target {
        url: place.url_through(link)?,
        settings: place.settings.clone(),
        held: IdempotencyKey::generate(),
    })
}

type Round = Vec<(Case, f64, Histogram<u64>)>;

fn round(
    crew: &mut Crew,
    place: &Place,
    target: &Target,
    order: &[Case],
    plan: Plan,
) -> Res<Round> {
    let mut round = Vec::new();
    for case in order.iter().copied() {
        let length = match case {
            Case::Bare | Case::Fresh => plan.long,
            _ => plan.short,
        };
        let holder = match case {
            Case::InFlight => Some(place.hold(&target.held)?),
            _ => None,
        };
        let slice = crew.slice(case, length)?;
        drop(holder);
        round.push((case, slice.rate, slice.latencies));
    }
    Ok(round)
}

fn add(seen: &mut BTreeMap<Case, Seen>, round: Round) -> Res<()> {
    let bare: Vec<f64> = round
        .iter()
        .filter(|(case, ..)| *case == Case::Bare)
        .map(|(_, rate, _)| *rate)
        .collect();
    let bare = bare.iter().sum::<f64>() / f64::from(u32::try_from(bare.len())?);
    for (case, rate, latencies) in round {
        let seen = seen.entry(case).or_default();
        seen.rates.push(rate);
        seen.ratios
            .push(if case == Case::Bare { 1.0 } else { rate / bare });
        match &mut seen.latencies {
            Some(all) => all.add(latencies)?,
            none => *none = Some(latencies),
        }
    }
    Ok(())
}

/// Counts what one client's calls of each case cost.
pub(crate) fn costs<C: Client>(place: &Place) -> Res<BTreeMap<Case, Cost>> {
    let link = match place.address() {
        Some(server) => Some(Link::open(server, Duration::ZERO)?),
        None => return Ok(BTreeMap::new()),
    };
    let target = target(place, link.as_ref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut client = C::open(&target.url, &target.settings).await?;
        let answered = answered(&mut client).await?;
        let mut costs = BTreeMap::new();
        for case in Case::ALL {
            let holder = match case {
                Case::InFlight => Some(place.hold(&target.held)?),
                _ => None,
            };
            let cost = cost(
                &mut client,
                case,
                place,
                link.as_ref(),
                &answered,
                &target.held,
            );
            costs.insert(case, cost.await?);
            drop(holder);
        }
        Ok(costs)
    })
}

/// The median over a few batches of calls, so that a checkpoint in one of them doesn't count.
async fn cost<C: Client>(
    client: &mut C,
    case: Case,
    place: &Place,
    link: Option<&Link>,
    answered: &[Answered],
    held: &IdempotencyKey,
) -> Res<Cost> {
    let calls = f64::from(u32::try_from(answered.len())?);
    let (mut trips, mut logs) = (Vec::new(), Vec::new());
    // The first batch prepares the statements.
    for number in 0..6 {
        let before = (link.map(Link::trips), place.log_written()?);
        for answered in answered {
            client.call(case, answered, held).await?;
        }
        let after = (link.map(Link::trips), place.log_written()?);
        if number == 0 {
            continue;
        }
        if let (Some(before), Some(after)) = (before.0, after.0) {
            trips.push(f64::from(u32::try_from(after - before)?) / calls);
        }
        if let (Some(before), Some(after)) = (before.1, after.1) {
            logs.push(f64::from(u32::try_from(after - before)?) / calls);
        }
    }
    let known = |values: Vec<f64>| (!values.is_empty()).then(|| median(values));
    Ok(Cost {
        round_trips: known(trips),
        log_bytes: known(logs),
    })
}

fn micros(latencies: Option<&Histogram<u64>>, quantile: f64) -> f64 {
    let nanos = latencies.map_or(0, |latencies| latencies.value_at_quantile(quantile));
    Duration::from_nanos(nanos).as_secs_f64() * 1e6
}

/// The middle one, or the mean of the two in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle), values.len() % 2) {
        (None, _) => f64::NAN,
        (Some(value), 1) => *value,
        (Some(value), _) => f64::midpoint(values[middle - 1], *value),
    }
}
