//! Names that are words of the language.

use diesel::prelude::*;
use idem_diesel::{HasVersion, Versioned};

diesel::table! {
    r#moves {
        id -> Integer,
        r#type -> Integer,
    }
}

#[derive(Clone, Identifiable, Queryable, Versioned)]
#[diesel(table_name = r#moves)]
#[versioned(column = r#type)]
struct Move {
    id: i32,
    r#type: i32,
}

#[test]
fn they_are_names() {
    let step = Move { id: 1, r#type: 3 };
    assert_eq!((step.id, *step.version()), (1, 3));
}
