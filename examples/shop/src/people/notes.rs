//! What people write down: what they have asked for, and what they were told.

use crate::message::{Ask, Request};
use std::collections::{BTreeMap, BTreeSet};

/// What one person has noted, or all of them together.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// How each kind of request went, by its name.
    pub(crate) tallies: BTreeMap<&'static str, Tally>,
    /// The keys of what people were told they did. Their effects, and no others, must be in the database.
    pub(crate) done: BTreeSet<String>,
    pub(crate) edits: Edits,
    /// How often the shop said "try again".
    pub(crate) sent_away: u64,
}

/// How one kind of request went.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    /// How often something was wanted, and how many requests were sent for it.
    pub(crate) wanted: u64,
    pub(crate) sent: u64,
    /// What came of it.
    pub(crate) done: u64,
    pub(crate) nothing_to_do: u64,
    pub(crate) refused: u64,
}

/// What became of price edits that met somebody else's.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    pub(crate) conflicts: u64,
    /// Decided again: only the stock had changed, or the new price was too high.
    pub(crate) insisted: u64,
    /// Left it at the other's price.
    pub(crate) gave_way: u64,
    /// One such decision, in words.
    pub(crate) for_example: Option<String>,
}

impl Notes {
    pub(crate) fn tally(&mut self, ask: &Ask) -> &mut Tally {
        self.tallies.entry(name(ask)).or_default()
    }

    /// It is as was asked for, and by this request.
    pub(crate) fn done(&mut self, request: &Request) {
        self.done.insert(request.key.as_str().to_owned());
    }

    /// Adds another person's.
    pub(crate) fn add(&mut self, other: Self) {
        for (name, tally) in other.tallies {
            let sum = self.tallies.entry(name).or_default();
            sum.wanted += tally.wanted;
            sum.sent += tally.sent;
            sum.done += tally.done;
            sum.nothing_to_do += tally.nothing_to_do;
            sum.refused += tally.refused;
        }
        self.done.extend(other.done);
        self.sent_away += other.sent_away;
        self.edits.conflicts += other.edits.conflicts;
        self.edits.insisted += other.edits.insisted;
        self.edits.gave_way += other.edits.gave_way;
        if self.edits.for_example.is_none() {
            self.edits.for_example = other.edits.for_example;
        }
    }
}

const fn name(ask: &Ask) -> &'static str {
    match ask {
        Ask::Catalogue | Ask::ToShip => "look",
        Ask::Order { .. } => "order",
        Ask::Pay { .. } => "pay",
        Ask::Cancel { .. } => "cancel",
        Ask::Ship { .. } => "ship",
        Ask::SetPrice { .. } => "set a price",
        Ask::Delete { .. } => "delete a product",
        Ask::Restore { .. } => "restore a product",
        Ask::Introduce(_) => "make a product",
    }
}
