//! One act: the crowd, the line, the server, its death and its return.

use crate::audit::Books;
use crate::client::{Crowd, Heard};
use crate::database::Location;
use crate::failure::Failure;
use crate::link::{Link, Losses};
use crate::plan::Plan;
use crate::progress::Progress;
use crate::server::{Config, ServerProcess};
use crate::shop::schema::{OPENING, open_shop};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// How many customers are served at a time; double-clickers count twice.
const CROWD: usize = 12;
/// How many requests the server works on at a time.
const WORKERS: usize = 8;
/// How often the progress is drawn.
const FRAME: Duration = Duration::from_millis(50);

/// What customers send with a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Nothing: the server charges as often as it is asked.
    None,
    /// An idempotency key, the same with every attempt and every click.
    OnePerPurchase,
}

/// What happened in an act.
#[derive(Debug)]
pub(crate) struct Act {
    /// Requests sent, and how many of them were repeated.
    pub(crate) sent: u64,
    pub(crate) retries: u64,
    pub(crate) losses: Losses,
    /// What the customers were told, and what the database says.
    pub(crate) heard: Heard,
    pub(crate) books: Books,
    pub(crate) took: Duration,
}

/// Plays one act on fresh tables: every customer pays.
pub(crate) fn play(
    plan: &Arc<Plan>,
    location: &Location,
    keys: Keys,
    progress: &Progress,
) -> Result<Act, Failure> {
    let mut conn = location.connect()?;
    open_shop(&mut conn, plan.purchases.len(), OPENING)?;
    idem_diesel::setup(&mut conn)?;

    let begin = Instant::now();
    let link = Link::open(Arc::clone(plan))?;
    let crowd = Crowd::new(plan, link.port(), keys);
    let config = Config {
        database: location.secret_text(),
        workers: WORKERS,
        stop_in: Some(plan.killed_in),
    };
    let server = ServerProcess::start(&config)?;
    link.lead_to(Some(server.port()));
    thread::scope(|scope| {
        for _ in 0..CROWD.min(plan.purchases.len()) {
            scope.spawn(|| crowd.go_shopping());
        }
        let run = watch(server, config, &link, &crowd, progress);
        if run.is_err() {
            crowd.stop();
            link.close();
        }
        run
    })?;
    let (sent, retries, losses) = (crowd.sent(), crowd.retries(), link.losses());
    let heard = crowd.heard()?;
    let took = begin.elapsed();
    progress.done();
    Ok(Act {
        sent,
        retries,
        losses,
        heard,
        books: Books::read(&mut conn)?,
        took,
    })
}

/// Keeps a server running until every customer is done: when one stands in the middle of a charge,
/// kills it there and starts another.
fn watch(
    mut server: ServerProcess,
    mut config: Config,
    link: &Link,
    crowd: &Crowd<'_>,
    progress: &Progress,
) -> Result<(), Failure> {
    while !crowd.is_done() {
        progress.show(crowd.served(), crowd.sent(), link.losses().responses);
        let Some(customer) = server.halfway(FRAME)? else {
            continue;
        };
        link.lead_to(None);
        server.kill()?;
        let killed = Instant::now();
        progress.say(&format!(
            "  Killed the server in the middle of customer {customer}'s charge, before it could commit."
        ));
        config.stop_in = None;
        server = ServerProcess::start(&config)?;
        link.lead_to(Some(server.port()));
        progress.say(&format!(
            "  Started it again: it is back after {} ms.",
            killed.elapsed().as_millis()
        ));
    }
    Ok(())
}
