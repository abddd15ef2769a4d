//! Live rows have NULL, also under an alias.

use diesel::prelude::*;
use idem_diesel::SoftDelete;
use idem_ui::schema::products;

#[derive(Identifiable, Queryable, Selectable, SoftDelete)]
struct Product {
    id: i32,
    deleted_at: Moment,
}

type Moment = chrono::NaiveDateTime;

fn main() {}
