//! A model that a macro writes, with names from outside and from inside of it.

use diesel::prelude::*;
use idem_diesel::{HasVersion, SoftDeletable, SoftDelete, Stateful, Versioned};
use idem_ui::schema::products;

macro_rules! model {
    ($name:ident, $version:ident: $ty:ty) => {
        #[derive(Clone, Identifiable, Queryable, Selectable, SoftDelete, Stateful, Versioned)]
        #[diesel(table_name = products)]
        #[versioned(column = $version)]
        struct $name {
            id: i32,
            $version: $ty,
            deleted_at: Option<chrono::NaiveDateTime>,
            state: String,
        }
    };
}

model!(Counted, lock_version: i32);
model!(Counter, big_version: i64);

#[test]
fn it_is_versioned() {
    let (state, deleted_at) = ("new".to_owned(), None);
    let counted = Counted {
        id: 1,
        lock_version: 3,
        deleted_at,
        state: state.clone(),
    };
    assert_eq!(
        (counted.id, *counted.version(), counted.is_deleted()),
        (1, 3, false)
    );
    let other = Counter {
        id: 1,
        big_version: 4,
        deleted_at,
        state,
    };
    assert_eq!(
        (other.id, *other.version(), &**other.state()),
        (1, 4, "new")
    );
}
