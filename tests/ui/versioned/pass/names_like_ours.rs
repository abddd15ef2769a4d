//! Names that the expansion uses, in the user's hands.

use diesel::prelude::*;
use idem_ui::schema::products;

mod idem_diesel {}
struct Facts;
struct Probe;
struct Vec;
enum Option {}
trait NotDerived {
    fn version(&self) -> u8 {
        9
    }
    fn deletion(&self) -> u8 {
        9
    }
}
impl NotDerived for String {}

#[derive(Clone, Identifiable, Queryable, Selectable, ::idem_diesel::Versioned)]
#[diesel(table_name = products)]
struct String {
    id: i32,
    #[diesel(column_name = lock_version)]
    probe: i32,
    #[diesel(column_name = price)]
    version: i32,
}

#[test]
fn they_are_others() {
    let string = String {
        id: 1,
        probe: 3,
        version: 5,
    };
    assert_eq!(*::idem_diesel::HasVersion::version(&string), 3);
    assert_eq!((string.id, string.version), (1, 5));
    assert_eq!((NotDerived::version(&string), string.deletion()), (9, 9));
    let _ = (Facts, Probe, Vec, None::<Option>);
}
