//! The story from beginning to end.

use crate::audit::Books;
use crate::cli::Options;
use crate::database::Location;
use crate::failure::Failure;
use crate::money::Cents;
use crate::plan::Plan;
use crate::progress::{Progress, tell};
use crate::report;
use crate::shop::{ChargeRequest, charge_without_key};
use crate::simulation::{self, Act, Keys};
use std::sync::Arc;

/// Plays both acts, prints the table and the verdict, and says whether the run with idempotency is
/// right to the cent.
pub(crate) fn play(options: &Options) -> Result<bool, Failure> {
    let plan = Arc::new(Plan::new(options));
    let (location, folder) = Location::of(options.database_url.as_deref())?;
    drop(location.connect()?); // before anything is told, so that a failure stands alone
    let place = match folder {
        Some(_) => "SQLite, in a temporary file".to_owned(),
        None => location.to_string(),
    };
    tell(&report::introduction(&plan, &place));
    if folder.is_none() {
        tell(report::WHAT_IS_LEFT);
    }

    let act = |keys| -> Result<Act, Failure> {
        let progress = Progress::new(plan.purchases.len());
        let act = simulation::play(&plan, &location, keys, &progress)?;
        tell(&report::act(&plan, &act));
        Ok(act)
    };
    tell("\nWithout idempotency");
    let without = act(Keys::None)?;
    tell("\nWith idempotency: the same code under #[idempotent]");
    let mut with = act(Keys::OnePerPurchase)?;
    if let Some(cents) = options.steal {
        with.books = steal(&location, cents)?;
    }

    let faults = with.books.faults(&plan, &with.heard);
    tell(&format!("\n{}\n", report::table(&plan, &without, &with)));
    tell(&report::without(&plan, &without));
    tell(&report::with(&faults));
    Ok(faults.is_empty())
}

/// Charges the first customer once more, behind everybody's back.
fn steal(location: &Location, Cents(cents): Cents) -> Result<Books, Failure> {
    let mut conn = location.connect()?;
    charge_without_key(&mut conn, &ChargeRequest { customer: 1, cents }, &|_| ())
        .map_err(|error| Failure::Steal(error.to_string()))?;
    Ok(Books::read(&mut conn)?)
}
