//! What a person reads: the introduction, the table, the verdict.

use crate::money::group;
use crate::plan::Plan;
use crate::simulation::Act;
use comfy_table::{CellAlignment, LineStyle, Table, presets};

/// What playing on a database of their own does there.
pub(crate) const WHAT_IS_LEFT: &str = "\
The tables double_charge_accounts and double_charge_charges are dropped and made anew;\n\
idem_records is made if it isn't there, and keeps this run's records for 24 hours.";

/// So many faults are told; a run that is wrong everywhere need not fill the screen.
const FAULTS_TOLD: usize = 10;

/// What is about to happen.
pub(crate) fn introduction(plan: &Plan, place: &str) -> String {
    let paying = match plan.purchases.len() {
        1 => "One customer buys one thing".to_owned(),
        many => format!("{} customers each buy one thing", group(many as u64)),
    };
    format!(
        "{paying}, {} in all, over a line that loses {} of the answers\n\
         and some of the requests. Whoever hears nothing asks again. {}\n\
         In the middle of customer {}'s charge, the server is killed and started again.\n\n\
         Played on {place}; seed {}.",
        plan.expected(),
        percent(plan.loss),
        double_clicks(plan.double_clickers()),
        plan.killed_in,
        plan.seed,
    )
}

/// Both acts side by side.
pub(crate) fn table(plan: &Plan, without: &Act, with: &Act) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
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
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// What became of the act without idempotency.
pub(crate) fn without(plan: &Plan, act: &Act) -> String {
    let (overcharged, most) = act.books.overcharged();
    if overcharged == 0 {
        return "Without idempotency, luck: no answer was lost that mattered. Try a higher --loss."
            .to_owned();
    }
    format!(
        "✗ Without idempotency, {} of {} customers paid more than once, one of them {most} times:\n  \
         {} too much.",
        group(overcharged as u64),
        group(plan.purchases.len() as u64),
        act.books.taken - plan.expected(),
    )
}

/// What became of the act with idempotency.
pub(crate) fn with(faults: &[String]) -> String {
    if faults.is_empty() {
        return "✓ With idempotency, every customer paid exactly once. Charges, balances and receipts\n  \
                agree to the cent."
            .to_owned();
    }
    let mut text = "✗ With idempotency, the books are off:".to_owned();
    for fault in faults.iter().take(FAULTS_TOLD) {
        text.push_str("\n  - ");
        text.push_str(fault);
    }
    if let Some(more @ 1..) = faults.len().checked_sub(FAULTS_TOLD) {
        text.push_str(&format!("\n  - and {more} more"));
    }
    text
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
