//! States that are an enum of the user's.

use diesel::backend::Backend;
use diesel::deserialize::{FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use idem_diesel::{Stateful, Transitioned, WriteError, transition};
use idem_ui::schema::orders;

#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
enum OrderState {
    New,
    Shipped,
}

impl ToSql<Text, Sqlite> for OrderState {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> diesel::serialize::Result {
        out.set_value(match self {
            Self::New => "new",
            Self::Shipped => "shipped",
        });
        Ok(IsNull::No)
    }
}

impl FromSql<Text, Sqlite> for OrderState {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        match &*<String as FromSql<Text, Sqlite>>::from_sql(value)? {
            "new" => Ok(Self::New),
            "shipped" => Ok(Self::Shipped),
            other => Err(format!("unknown state {other}").into()),
        }
    }
}

#[derive(Debug, Identifiable, Queryable, Selectable, Stateful)]
struct Order {
    id: i32,
    state: OrderState,
    shipped_by: Option<String>,
}

#[test]
fn it_moves_once() {
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    diesel::sql_query(idem_ui::schema::ORDERS)
        .execute(conn)
        .unwrap();
    diesel::insert_into(orders::table)
        .default_values()
        .execute(conn)
        .unwrap();
    let ship = |by| {
        let order = transition::<Order>(1)
            .from([OrderState::New])
            .to(OrderState::Shipped);
        order.set(orders::shipped_by.eq(by))
    };
    let Transitioned::Applied(order) = ship("post").execute(conn).unwrap() else {
        panic!("it was new")
    };
    assert_eq!(
        (order.id, *order.state(), order.shipped_by.as_deref()),
        (1, OrderState::Shipped, Some("post"))
    );
    let Transitioned::AlreadyThere(order) = ship("train").execute(conn).unwrap() else {
        panic!("it was shipped")
    };
    assert_eq!(order.shipped_by.as_deref(), Some("post"));
    let back = transition::<Order>(1).from([OrderState::New]);
    let back = back.to(OrderState::New).execute(conn);
    assert!(
        matches!(back, Err(WriteError::InvalidState { .. })),
        "{back:?}"
    );
}
