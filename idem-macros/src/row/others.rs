//! The columns of the other derives on a struct. A derive sees their attributes, not whether they
//! are there, so each clash is one derive's to report: of two with an attribute each, the first's;
//! where one has none, its own.

use super::{Derive, is_given};
use crate::mistakes::Mistakes;
use crate::{soft_delete, stateful, versioned};
use syn::ext::IdentExt;
use syn::{Attribute, Ident};

/// A column of a derive, named or by default.
pub(crate) type Claim = Result<Ident, &'static str>;

/// What finds the columns of a derive.
type Claims = fn(&[Attribute]) -> Vec<Claim>;

/// All derives, in order, with what finds their columns.
const ALL: [(&Derive, Claims); 3] = [
    (&versioned::DERIVE, versioned::claims),
    (&soft_delete::DERIVE, soft_delete::claims),
    (&stateful::DERIVE, stateful::claims),
];

/// Finds the columns of a derive that another one uses too. Each is reported by one of the two.
pub(crate) fn shared(attrs: &[Attribute], derive: &Derive, mistakes: &mut Mistakes) -> Vec<String> {
    let mut shared = Vec::new();
    let rank = |of: &Derive| ALL.iter().position(|(other, _)| other.name == of.name);
    let Some((_, claims)) = ALL.iter().find(|(other, _)| other.name == derive.name) else {
        return shared;
    };
    let mine = claims(attrs);
    for (other, claims) in ALL {
        let reported_here = rank(derive) < rank(other) || !is_given(attrs, derive);
        if other.name == derive.name || !is_given(attrs, other) {
            continue;
        }
        for theirs in claims(attrs) {
            let Some(mine) = mine.iter().find(|mine| text(mine) == text(&theirs)) else {
                continue;
            };
            shared.push(text(mine));
            if !reported_here {
                continue;
            }
            let help = format!(
                "`{}` is a column of `{}` and of `{}`: give each its own",
                text(mine),
                derive.name,
                other.name
            );
            // Defaults differ: one of them was named.
            match (mine, &theirs) {
                (Ok(named), _) | (Err(_), Ok(named)) => mistakes.at(named, help),
                (Err(_), Err(_)) => {}
            }
        }
    }
    shared
}

fn text(claim: &Claim) -> String {
    match claim {
        Ok(named) => named.unraw().to_string(),
        Err(default) => (*default).to_owned(),
    }
}
