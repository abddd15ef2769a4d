//! The day from its opening to its books.

use crate::audit::{self, Finding};
use crate::cli::Options;
use crate::database::{Location, Pool};
use crate::failure::Failure;
use crate::link::{Link, Traffic};
use crate::message::{Article, Offer, Person};
use crate::people::{Notes, Phone, close_up, go_shopping, work};
use crate::shop::{Shop, Writes};
use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

/// What was sold before anybody came.
const SHELVES: [(&str, i64, i64); 9] = [
    ("tea", 420, 18),
    ("coffee", 650, 24),
    ("cocoa", 390, 12),
    ("sugar", 150, 30),
    ("honey", 790, 15),
    ("jam", 340, 18),
    ("flour", 120, 24),
    ("rice", 210, 21),
    ("salt", 90, 12),
];

/// What happened.
pub(crate) struct Day {
    pub(crate) notes: Notes,
    pub(crate) traffic: Traffic,
    pub(crate) findings: Vec<Finding>,
    pub(crate) takings: i64,
    pub(crate) took: Duration,
}

/// Plays it on fresh tables, and checks the books.
pub(crate) fn play(options: &Options, location: Location) -> Result<Day, Failure> {
    let writes = if options.plain {
        Writes::Plain
    } else {
        Writes::Safe
    };
    let shop = Shop::open(Pool::new(location), writes, &articles())?;
    let link = Link::new(&shop, options.loss);
    let begin = Instant::now();

    let mut owner = Phone::new(&link, Person::Owner, options.seed);
    let prices = owner.catalogue()?; // the morning's list, for all clerks
    let mut notes = Notes::default();
    let people = customers(&link, options).chain(clerks(&link, options, &prices));
    for person in at_once(people)? {
        notes.add(person);
    }
    let paid = owner.paid_orders()?; // the evening's
    for person in at_once(tired_clerks(&link, options, &paid))? {
        notes.add(person);
    }
    notes.add(owner.notes);
    link.settle();
    let took = begin.elapsed();

    let mut conn = shop.connection()?;
    Ok(Day {
        findings: audit::check(&mut conn, &notes.done)?,
        takings: audit::takings(&mut conn)?,
        traffic: link.traffic(),
        notes,
        took,
    })
}

/// What one person does all day.
type Task<'l> = Box<dyn FnOnce() -> Result<Notes, Failure> + Send + 'l>;

fn customers<'l>(link: &'l Link<'l>, options: &'l Options) -> impl Iterator<Item = Task<'l>> {
    (1..=options.shoppers).map(move |number| -> Task<'l> {
        Box::new(move || {
            let mut phone = Phone::new(link, Person::Shopper(number), options.seed);
            go_shopping(&mut phone, options.carts).map(|()| phone.notes)
        })
    })
}

fn clerks<'l>(
    link: &'l Link<'l>,
    options: &'l Options,
    prices: &'l [Offer],
) -> impl Iterator<Item = Task<'l>> {
    (1..=options.clerks).map(move |number| -> Task<'l> {
        Box::new(move || {
            let mut phone = Phone::new(link, Person::Clerk(number), options.seed);
            work(&mut phone, number, prices).map(|()| phone.notes)
        })
    })
}

fn tired_clerks<'l>(
    link: &'l Link<'l>,
    options: &'l Options,
    paid: &'l [String],
) -> impl Iterator<Item = Task<'l>> {
    (1..=options.clerks).map(move |number| -> Task<'l> {
        Box::new(move || {
            let mut phone = Phone::new(link, Person::Clerk(number), options.seed);
            close_up(&mut phone, paid).map(|()| phone.notes)
        })
    })
}

/// Everybody on a thread; gives what each has noted.
fn at_once<'l>(tasks: impl Iterator<Item = Task<'l>>) -> Result<Vec<Notes>, Failure> {
    thread::scope(|scope| {
        let threads: Vec<_> = tasks.map(|task| scope.spawn(task)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

fn articles() -> Vec<Article> {
    (1..)
        .zip(SHELVES)
        .map(|(id, (sku, cents, stock))| Article {
            id,
            sku: sku.to_owned(),
            cents,
            stock,
        })
        .collect()
}
