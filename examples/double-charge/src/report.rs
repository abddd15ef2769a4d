//! What a person reads: the introduction, the table, the verdict.

use crate::link::Losses;
use crate::money::group;
use crate::plan::Plan;
use crate::simulation::Act;
use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

/// What playing on a database of their own does there.
pub(crate) const WHAT_IS_LEFT: &str = "\
The tables double_charge_accounts and double_charge_charges are dropped and made anew;\n\
idem_records is made if it isn't there, and keeps this run's records for 24 hours.";

/// So many faults are told; a run that is wrong everywhere need not fill the screen.
const FAULTS_TOLD: usize = 10;

/// What is about to happen.
pub(crate) fn introduction(plan: &Plan, place: &str) -> String {
    format!(
        "The shop sells to {}, for {} in all.\n\
         {}\n\
         Whoever hears nothing asks again. {} In the middle of\n\
         customer {}'s charge the server is killed.\n\n\
         Played on {place}. Seed {}.",
        customers(plan.purchases.len()),
        plan.expected(),
        losses(plan),
        double_clicks(plan.double_clickers()),
        plan.killed_in,
        plan.seed,
    )
}

/// The end of an act: where its requests went.
pub(crate) fn act(plan: &Plan, act: &Act) -> String {
    let Losses {
        requests,
        responses,
        cut_off,
    } = act.losses;
    format!(
        "  {} heard back, after {:.1} s. Of {} requests {} were\n  \
         lost on the way to the server, {} responses on the way back, {} cut off by the kill.",
        customers(plan.purchases.len()),
        act.took.as_secs_f64(),
        group(act.sent),
        group(requests),
        group(responses),
        group(cut_off),
    )
}

/// Both acts side by side.
pub(crate) fn table(plan: &Plan, without: &Act, with: &Act) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─')));
    table.set_header([
        "",
        "requests\nsent",
        "responses\nlost",
        "retries",
        "charges\nmade",
        "money\ntaken",
        "expected",
    ]);
    for (name, act) in [("without idempotency", without), ("with idempotency", with)] {
        table.add_row([
            name.to_owned(),
            group(act.sent),
            group(act.losses.responses),
            group(act.retries),
            group(act.books.charges.unsigned_abs()),
            act.books.taken.to_string(),
            plan.expected().to_string(),
        ]);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        if index == 0 {
            column.set_padding((0, 0));
        } else {
            column.set_padding((2, 0));
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

/// What became of the act without idempotency.
pub(crate) fn without(plan: &Plan, act: &Act) -> String {
    let often = match act.books.worst() {
        2 => "twice".to_owned(),
        times @ 3.. => format!("more than once, up to {times} times"),
        _ => {
            return "- Without idempotency nobody paid twice this time: nothing was lost or clicked that\n  \
                    mattered. Try more --customers, a higher --loss or another --seed."
                .to_owned();
        }
    };
    format!(
        "✗ Without idempotency {} of {} paid {often}:\n  {} too much.",
        group(act.books.overcharged() as u64),
        customers(plan.purchases.len()),
        act.books.taken - plan.expected(),
    )
}

/// What became of the act with idempotency.
pub(crate) fn with(faults: &[String]) -> String {
    if faults.is_empty() {
        return "✓ With idempotency every customer paid exactly once. Charges, balances and receipts\n  \
                agree to the cent."
            .to_owned();
    }
    let mut text = "✗ With idempotency the books are off:".to_owned();
    for fault in faults.iter().take(FAULTS_TOLD) {
        text.push_str("\n  - ");
        text.push_str(fault);
    }
    if let Some(more @ 1..) = faults.len().checked_sub(FAULTS_TOLD) {
        text.push_str(&format!("\n  - and {more} more"));
    }
    text
}

fn customers(count: usize) -> String {
    match count {
        1 => "1 customer".to_owned(),
        many => format!("{} customers", group(many as u64)),
    }
}

fn losses(plan: &Plan) -> String {
    if plan.loss == 0.0 {
        return "The line to the shop loses nothing.".to_owned();
    }
    let (responses, requests) = (percent(plan.loss), percent(plan.request_loss()));
    format!(
        "The line to the shop loses {responses} of the responses and {requests} of the requests."
    )
}

fn percent(share: f64) -> String {
    // Rounded to what one would write: 50 %, 12.5 %.
    format!("{} %", (share * 1000.0).round() / 10.0)
}

fn double_clicks(count: usize) -> String {
    match count {
        0 => "Nobody double-clicks.".to_owned(),
        1 => "One customer double-clicks.".to_owned(),
        many => format!("{} customers double-click.", group(many as u64)),
    }
}
