//! What an idempotent call costs beside the bare transaction with the same body: two updates and
//! an insert.
//!
//! `cargo bench -p idem-diesel` measures every database that is there, sync and async, with 1, 8
//! and 32 clients, and again over a link that adds half a millisecond to each round trip. Cases
//! take turns in short slices, and each is compared with the bare transaction of its own round,
//! so that whatever else the machine does falls on both.
//!
//! Afterwards, each way of writing a row is compared with the plain statement: `-- models` measures
//! only that.
//!
//! `cargo bench -p idem-diesel -- postgresql sync 8` measures only what has all these words in its
//! line of the table, and `--quick` less of everything. `IDEM_TEST_POSTGRES_URL` and `IDEM_TEST_MYSQL_URL` name
//! servers to use; without them, throw-away ones are started where they are installed. The
//! figures are written to `idem-bench.json` and `idem-bench.svg` in Cargo's target folder.

mod bars;
mod cases;
mod chart;
mod client;
mod codec;
mod crew;
mod databases;
mod models;
mod proxy;
mod report;
mod runner;

use crate::client::Client;
use crate::databases::{Kind, Place, Room, places};
use crate::runner::{Figures, Plan, Setting, costs, measure};
use diesel::{MysqlConnection, PgConnection, SqliteConnection};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncMysqlConnection, AsyncPgConnection};
use std::io::Write;

/// What a part of the benchmark gives.
type Res<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Res<()> {
    let wanted = Wanted::from_arguments();
    let codec = codec::measure()?;
    let room = Room::new()?;
    let mut figures = Vec::new();
    println!();
    let mut rows = Vec::new();
    let places = places(&room, |database| wanted.database(database))?;
    for place in &places {
        if wanted.models() {
            rows.extend(models::measure(place, wanted.quick)?);
        }
    }
    models::print(&rows);
    if wanted.only_models() {
        return report::write_json("idem-bench-models.json", &rows);
    }
    println!();
    report::head();
    for place in places {
        let [sync, asynchronous] = match place.kind {
            Kind::Postgres => [
                wanted.measure::<PgConnection>(&place)?,
                wanted.measure::<AsyncPgConnection>(&place)?,
            ],
            Kind::Mysql => [
                wanted.measure::<MysqlConnection>(&place)?,
                wanted.measure::<AsyncMysqlConnection>(&place)?,
            ],
            Kind::Sqlite => [
                wanted.measure::<SqliteConnection>(&place)?,
                wanted.measure::<SyncConnectionWrapper<SqliteConnection>>(&place)?,
            ],
        };
        figures.extend(sync);
        figures.extend(asynchronous);
    }
    bars::print(&figures, codec);
    report::write_json("idem-bench.json", &figures)?;
    report::write_json("idem-bench-models.json", &rows)?;
    chart::draw(&figures)
}

/// What the command line asks for.
struct Wanted {
    words: Vec<String>,
    plan: Plan,
    quick: bool,
}

impl Wanted {
    /// Flags that aren't ours are Cargo's.
    fn from_arguments() -> Self {
        let arguments = std::env::args().skip(1);
        let (flags, words): (Vec<String>, _) = arguments.partition(|word| word.starts_with("--"));
        let quick = flags.iter().any(|flag| flag == "--quick");
        let plan = if quick { Plan::QUICK } else { Plan::FULL };
        Self { words, plan, quick }
    }

    /// Whether something may be measured on a database: only a word that names another says no.
    fn database(&self, database: &str) -> bool {
        let named = |word: &&String| ["postgresql", "mariadb", "sqlite"].contains(&word.as_str());
        let mut named = self.words.iter().filter(named).peekable();
        named.peek().is_none() || named.any(|word| word == database)
    }

    /// Whether nothing is measured but the writing of rows.
    fn only_models(&self) -> bool {
        self.words.iter().any(|word| word == "models")
    }

    /// Whether the writing of rows is measured: any word that names a setting says no.
    fn models(&self) -> bool {
        let databases = ["models", "postgresql", "mariadb", "sqlite"];
        self.only_models()
            || self
                .words
                .iter()
                .all(|word| databases.contains(&word.as_str()))
    }

    fn setting(&self, name: &str) -> bool {
        self.words
            .iter()
            .all(|word| name.split(' ').any(|part| part == word))
    }

    /// Measures all settings on one kind of connection, and prints each when it is done.
    fn measure<C: Client>(&self, place: &Place) -> Res<Vec<Figures>> {
        let mut all = Vec::new();
        let mut counted = None;
        for setting in Setting::ALL {
            let skip = setting.link && place.address().is_none();
            if skip || !self.setting(&setting.name::<C>(place)) {
                continue;
            }
            let costs = match &mut counted {
                Some(costs) => costs,
                none => none.insert(costs::<C>(place)?),
            };
            let figures = measure::<C>(place, setting, self.plan, costs)?;
            report::print(&figures);
            std::io::stdout().flush()?;
            all.extend(figures);
        }
        Ok(all)
    }
}
