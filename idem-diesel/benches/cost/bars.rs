//! The bars that the project has set itself, and how far each is cleared.

use crate::cases::Case;
use crate::runner::Figures;

/// A limit on one figure.
#[derive(Debug)]
struct Bar {
    what: String,
    figure: Option<f64>,
    limit: Limit,
}

#[derive(Debug, Clone, Copy)]
enum Limit {
    AtLeast(f64),
    AtMost(f64),
}

impl Bar {
    fn verdict(&self, figure: f64) -> String {
        let (limit, passed, margin) = match self.limit {
            Limit::AtLeast(limit) => (format!("≥ {limit}"), figure >= limit, figure / limit),
            Limit::AtMost(limit) => (format!("≤ {limit}"), figure <= limit, limit / figure),
        };
        let verdict = if passed { "cleared" } else { "FALLS SHORT" };
        let margin = (margin - 1.0) * 100.0;
        if margin.is_finite() {
            format!("{figure:>8.2}  {limit:<8}  {verdict} ({margin:+.0} %)")
        } else {
            format!("{figure:>8.2}  {limit:<8}  {verdict}")
        }
    }
}

/// Ratios of a fresh call to the bare transaction: database, driver, durability, whether over
/// the link, and for each number of clients what it is to be at least.
type Ratios = (
    &'static str,
    &'static str,
    &'static str,
    bool,
    &'static [(usize, f64)],
);

const FRESH: &[Ratios] = &[
    (
        "postgresql",
        "sync",
        "durable",
        false,
        &[(1, 0.90), (8, 0.83), (32, 0.80)],
    ),
    (
        "postgresql",
        "sync",
        "durable",
        true,
        &[(1, 0.97), (8, 0.96)],
    ),
    (
        "postgresql",
        "async",
        "durable",
        false,
        &[(1, 0.97), (8, 0.85), (32, 0.83)],
    ),
    (
        "postgresql",
        "async",
        "durable",
        true,
        &[(1, 0.97), (8, 0.96)],
    ),
    (
        "mariadb",
        "sync",
        "durable",
        false,
        &[(1, 1.05), (8, 1.00), (32, 0.95)],
    ),
    ("mariadb", "sync", "durable", true, &[(1, 1.05), (8, 1.05)]),
    ("sqlite", "sync", "full", false, &[(1, 0.90)]),
    ("sqlite", "sync", "normal", false, &[(1, 0.45)]),
];

/// How many times as fast a replay with `peek` is.
const REPLAY: &[Ratios] = &[
    (
        "postgresql",
        "sync",
        "durable",
        false,
        &[(1, 8.0), (8, 8.0), (32, 8.0)],
    ),
    (
        "mariadb",
        "sync",
        "durable",
        false,
        &[(1, 10.0), (8, 10.0), (32, 10.0)],
    ),
    ("sqlite", "sync", "full", false, &[(1, 100.0)]),
];

/// Round trips that a fresh call may have beyond the bare transaction's.
const ROUND_TRIPS: &[(&str, &str, f64)] = &[
    ("postgresql", "sync", 0.0),
    ("postgresql", "async", 0.0),
    ("mariadb", "sync", -2.0),
];

/// How much longer the slowest hundredth of fresh calls may take at 32 clients.
const SLOWEST: f64 = 1.25;

/// What fingerprint and encoding may take, in microseconds.
const CODEC: f64 = 5.0;

/// Prints every bar that something was measured for, with its figure.
pub(crate) fn print(figures: &[Figures], codec_us: f64) {
    let mut bars = Vec::new();
    ratios(&mut bars, figures, FRESH, Case::Fresh);
    ratios(&mut bars, figures, REPLAY, Case::ReplayPeek);
    round_trips(&mut bars, figures);
    slowest(&mut bars, figures);
    bars.push(Bar {
        what: "fingerprint and encoding, 1 kB each, µs".to_owned(),
        figure: Some(codec_us),
        limit: Limit::AtMost(CODEC),
    });
    println!("\nThe bars");
    let mut missing = 0;
    for bar in bars {
        match bar.figure {
            Some(figure) => println!("  {:<62} {}", bar.what, bar.verdict(figure)),
            None => missing += 1,
        }
    }
    if missing > 0 {
        println!("  and {missing} for which nothing was measured");
    }
}

fn ratios(bars: &mut Vec<Bar>, figures: &[Figures], wanted: &[Ratios], case: Case) {
    for (database, driver, durability, link, limits) in wanted {
        for (clients, limit) in *limits {
            let found = figures.iter().find(|figures| {
                (figures.database, figures.driver, figures.durability)
                    == (*database, *driver, *durability)
                    && (figures.link_ms > 0.0) == *link
                    && (figures.clients, figures.case) == (*clients, case)
            });
            let over = if *link { ", 0.5 ms link" } else { "" };
            bars.push(Bar {
                what: format!("{database} {driver} {durability}{over}, clients {clients}: {case}"),
                figure: found.map(|figures| figures.ratio),
                limit: Limit::AtLeast(*limit),
            });
        }
    }
}

fn round_trips(bars: &mut Vec<Bar>, figures: &[Figures]) {
    for (database, driver, beyond) in ROUND_TRIPS {
        let trips = |case| {
            let of_case = |figures: &&Figures| {
                (figures.database, figures.driver, figures.case) == (*database, *driver, case)
            };
            figures.iter().find(of_case)?.round_trips
        };
        let bare = trips(Case::Bare);
        bars.push(Bar {
            what: format!("{database} {driver}: round trips of fresh beyond bare"),
            figure: trips(Case::Fresh)
                .zip(bare)
                .map(|(fresh, bare)| fresh - bare),
            limit: Limit::AtMost(*beyond),
        });
        bars.push(Bar {
            what: format!("{database} {driver}: round trips of replay_peek"),
            figure: trips(Case::ReplayPeek),
            limit: Limit::AtMost(1.0),
        });
    }
}

fn slowest(bars: &mut Vec<Bar>, figures: &[Figures]) {
    let fresh = figures
        .iter()
        .filter(|figures| (figures.clients, figures.case) == (32, Case::Fresh));
    for fresh in fresh {
        let bare = figures
            .iter()
            .find(|figures| figures.is_beside(fresh) && figures.case == Case::Bare);
        bars.push(Bar {
            what: format!(
                "{} {} {}, 32 clients: p99 of fresh to bare",
                fresh.database, fresh.driver, fresh.durability
            ),
            figure: bare.map(|bare| fresh.p99_us / bare.p99_us),
            limit: Limit::AtMost(SLOWEST),
        });
    }
}
