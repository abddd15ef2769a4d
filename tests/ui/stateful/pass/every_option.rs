//! All options at once.

use diesel::prelude::*;
use idem_ui::schema;

mod toolbox {
    pub(super) use idem_diesel as safe;
}

use toolbox::safe::Stateful;

#[derive(Identifiable, Queryable, Selectable, Stateful)]
#[diesel(table_name = schema::orders)]
#[stateful(column = state, crate = toolbox::safe)]
struct Purchase {
    id: i32,
    #[diesel(column_name = state)]
    step: String,
}

#[test]
fn it_has_a_state() {
    let purchase = Purchase {
        id: 1,
        step: "new".to_owned(),
    };
    assert_eq!((purchase.id, &**purchase.state()), (1, "new"));
}
