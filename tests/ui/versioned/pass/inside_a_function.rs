//! A model that nobody else sees.

use diesel::prelude::*;

#[test]
fn it_is_versioned() {
    use idem_diesel::{ETag, HasVersion as _, Versioned};
    use idem_ui::schema::products as things;

    #[derive(Clone, Identifiable, Queryable, Selectable, Versioned)]
    struct Thing {
        id: i32,
        lock_version: i32,
    }

    let thing = Thing {
        id: 1,
        lock_version: 3,
    };
    assert_eq!((thing.id, *thing.version()), (1, 3));
    assert_eq!(thing.etag(), ETag::of(&thing));
}
