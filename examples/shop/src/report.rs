//! What a person reads.

use crate::audit::Finding;
use crate::cli::Options;
use crate::day::Day;
use crate::money::euros;
use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};
use std::io::{Write as _, stdout};

/// Prints a line. If nobody reads on, as in `shop | head`, the day still goes on to its end.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(stdout(), "{line}");
}

/// What playing on a database of one's own does there.
const WHAT_IS_LEFT: &str = "\nThe tables shop_* are dropped and made anew; idem_records is made if it \
    isn't there,\nand keeps this run's records for 24 hours.";

/// What is about to happen.
pub(crate) fn introduction(options: &Options, place: &str) -> String {
    let mut text = format!(
        "{} and {} over a link on which {} of the calls fail.\n\
         Played on {place}. Seed {}.",
        people(options.shoppers, "shopper"),
        people(options.clerks, "clerk"),
        percent(options.loss),
        options.seed,
    );
    if options.database_url.is_some() {
        text.push_str(WHAT_IS_LEFT);
    }
    if options.plain {
        text.push_str("\nPlain writes: no keys, no versions, no guards.");
    }
    text
}

/// Where the requests went, and what came of them.
pub(crate) fn what_happened(day: &Day) -> String {
    let mut table = table();
    table.set_header(["", "wanted", "sent", "done", "nothing to do", "refused"]);
    let rows = [
        "order",
        "pay",
        "cancel",
        "ship",
        "set a price",
        "delete a product",
    ];
    for name in rows
        .into_iter()
        .chain(["restore a product", "make a product"])
    {
        let tally = day.notes.tallies.get(name).copied().unwrap_or_default();
        let numbers = [
            tally.wanted,
            tally.sent,
            tally.done,
            tally.nothing_to_do,
            tally.refused,
        ];
        let mut row = vec![name.to_owned()];
        row.extend(numbers.map(|number| number.to_string()));
        table.add_row(row);
    }
    let (traffic, edits) = (day.traffic, &day.notes.edits);
    let mut text = format!(
        "\n{}\n\n\
         The link lost {} requests and {} answers, and delivered {} requests once more, late.\n\
         {} price edits met a newer state: {} insisted, {} gave way.\n",
        aligned(table, 1),
        traffic.requests_lost,
        traffic.answers_lost,
        traffic.came_again,
        edits.conflicts,
        edits.insisted,
        edits.gave_way,
    );
    if let Some(example) = &edits.for_example {
        text.push_str(&format!("  One clerk {example}.\n"));
    }
    if day.notes.sent_away > 0 {
        let times = day.notes.sent_away;
        text.push_str(&format!(
            "{times} times the shop was busy and said: try again.\n"
        ));
    }
    text.push_str(&format!(
        "In the till: {}, after {:.1} s.",
        euros(day.takings),
        day.took.as_secs_f64()
    ));
    text
}

/// What the database says.
pub(crate) fn invariants(findings: &[Finding]) -> String {
    let mut table = table();
    table.set_header(["", "checked in the database", "of", "wrong"]);
    for finding in findings {
        table.add_row([
            if finding.wrong == 0 { "✓" } else { "✗" }.to_owned(),
            finding.promise.to_owned(),
            format!("{} {}", finding.checked, finding.of),
            finding.wrong.to_string(),
        ]);
    }
    let broken = findings.iter().filter(|finding| finding.wrong > 0).count();
    let verdict = match broken {
        0 => "✓ Every invariant holds.".to_owned(),
        1 => "✗ One invariant is broken.".to_owned(),
        many => format!("✗ {many} invariants are broken."),
    };
    format!("\n{}\n\n{verdict}", aligned(table, 2))
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─')));
    table
}

/// The first columns to the left, and numbers to the right.
fn aligned(mut table: Table, text_columns: usize) -> String {
    for (index, column) in table.column_iter_mut().enumerate() {
        let gap = if index == 0 { 0 } else { 2 };
        column.set_padding((gap, 0));
        if index >= text_columns {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

fn people(count: u16, who: &str) -> String {
    match count {
        1 => format!("1 {who}"),
        many => format!("{many} {who}s"),
    }
}

fn percent(share: f64) -> String {
    format!("{} %", (share * 1000.0).round() / 10.0)
}
