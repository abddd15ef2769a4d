//! What writing a row safely costs beside the plain statement that a person would write with Diesel.
//!
//! Calls take turns, one plain and one of ours, each on a row of its own, and their median times are
//! compared: what else the machine does falls on both. Inside a transaction the statement is all
//! there is; outside, each call is a transaction of its own and waits for its commit.

mod pairs;

use self::pairs::{Pair, counted, pair};
use crate::Res;
use crate::databases::{Kind, Place};
use crate::runner::median;
use diesel::connection::{Connection, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::{MysqlConnection, PgConnection, SqliteConnection};
use idem_diesel::{Expected, SoftDelete, Stateful, Versioned, insert_once, transition};
use serde::Serialize;

diesel::table! {
    bench_products (id) {
        id -> BigInt,
        price -> BigInt,
        lock_version -> BigInt,
    }
}
diesel::table! {
    bench_orders (id) {
        id -> BigInt,
        state -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

/// A row with a version.
#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Versioned)]
#[diesel(table_name = bench_products)]
struct Product {
    id: i64,
    #[expect(dead_code, reason = "it is read from the database, as a person would")]
    price: i64,
    lock_version: i64,
}

/// A row with a state, that can be deleted.
#[derive(Debug, Clone, Identifiable, Queryable, Selectable, Stateful, SoftDelete)]
#[diesel(table_name = bench_orders)]
struct Order {
    id: i64,
    state: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

/// A row with an id that its client has chosen.
#[derive(Debug, Clone, Copy, Identifiable, Insertable)]
#[diesel(table_name = bench_orders)]
struct NewOrder {
    id: i64,
    state: i32,
}

/// How many rows calls go round.
const ROWS: i64 = 2_000;

/// One line of the report; the JSON has these fields.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    database: &'static str,
    durability: &'static str,
    operation: &'static str,
    /// Whether the calls were inside an open transaction.
    inside: bool,
    plain_us: f64,
    ours_us: f64,
    /// The time of the plain statement, divided by ours: 0.97 is 3 % slower.
    ratio: f64,
    statements_on_a_hit: u64,
    statements_on_a_miss: u64,
}

/// Measures all operations on a database.
pub(crate) fn measure(place: &Place, quick: bool) -> Res<Vec<Row>> {
    let calls = if quick { 200 } else { 2_000 };
    match place.kind {
        Kind::Postgres => on_postgres(place, calls),
        Kind::Mysql => on_mysql(place, calls),
        Kind::Sqlite => on_sqlite(place, calls),
    }
}

/// Prints the table.
pub(crate) fn print(rows: &[Row]) {
    println!(
        "\n{:<20} {:<18} {:<10} {:>9} {:>9} {:>6} {:>5} {:>5}",
        "writing a row", "", "", "plain µs", "ours µs", "ratio", "hit", "miss"
    );
    for row in rows {
        println!(
            "{:<20} {:<18} {:<10} {:>9.1} {:>9.1} {:>6.2} {:>5} {:>5}",
            format!("{} {}", row.database, row.durability),
            row.operation,
            if row.inside { "inside" } else { "alone" },
            row.plain_us,
            row.ours_us,
            row.ratio,
            row.statements_on_a_hit,
            row.statements_on_a_miss,
        );
    }
}

const TABLES: &str = "\
    DROP TABLE IF EXISTS bench_products; \
    DROP TABLE IF EXISTS bench_orders; \
    CREATE TABLE bench_products (id BIGINT PRIMARY KEY, price BIGINT NOT NULL, lock_version BIGINT NOT NULL DEFAULT 0); \
    CREATE TABLE bench_orders (id BIGINT PRIMARY KEY, state INTEGER NOT NULL, deleted_at ";

fn filled(table: &str, values: &str) -> String {
    let rows: Vec<_> = (1..=ROWS).map(|id| format!("({id}, {values})")).collect();
    format!("INSERT INTO {table} VALUES {};", rows.join(", "))
}

/// The row that a call is for.
const fn row(number: i64) -> i64 {
    1 + number % ROWS
}

macro_rules! measured {
    ($function:ident, $connection:ty, $time:literal, [$($returning:tt)*], $insert:ident) => {
        fn $function(place: &Place, calls: i64) -> Res<Vec<Row>> {
            let conn = &mut <$connection>::establish(&place.url_through(None)?)?;
            for setting in &place.settings {
                conn.batch_execute(setting)?;
            }
            let mut rows = Vec::new();
            for inside in [true, false] {
                let reset = |conn: &mut $connection| -> Res<()> {
                    conn.batch_execute(&format!("{TABLES}{});", $time))?;
                    conn.batch_execute(&filled("bench_products", "100, 0"))?;
                    conn.batch_execute(&filled("bench_orders", "0, NULL"))?;
                    Ok(())
                };
                type Manager = <$connection as Connection>::TransactionManager;
                let begin = |conn: &mut $connection| -> Res<()> {
                    if inside {
                        Manager::begin_transaction(conn)?;
                    }
                    Ok(())
                };
                let end = |conn: &mut $connection| -> Res<()> {
                    if inside {
                        Manager::rollback_transaction(conn)?;
                    }
                    Ok(())
                };
                let mut add = |operation, pair: Pair, miss| {
                    let (plain, ours) = (median(pair.plain), median(pair.ours));
                    rows.push(Row {
                        database: place.database,
                        durability: place.durability,
                        operation,
                        inside,
                        plain_us: plain,
                        ours_us: ours,
                        ratio: plain / ours,
                        statements_on_a_hit: pair.statements / pair.calls,
                        statements_on_a_miss: miss,
                    });
                };

                reset(conn)?;
                let mut copies: Vec<Product> = bench_products::table
                    .order(bench_products::id)
                    .select(Product::as_select())
                    .load(conn)?;
                let index = |number| usize::try_from(row(number) - 1);
                let stale = copies[0].clone();
                begin(conn)?;
                let versions = std::cell::RefCell::new(&mut copies);
                let pair_ = pair(
                    conn,
                    calls,
                    &mut |conn, number| {
                        let copy = &mut versions.borrow_mut()[index(number)?];
                        let target = bench_products::table
                            .find(copy.id)
                            .filter(bench_products::lock_version.eq(copy.lock_version));
                        let changes = (
                            bench_products::price.eq(number),
                            bench_products::lock_version.eq(bench_products::lock_version + 1),
                        );
                        *copy = measured!(@update conn, target, changes, copy.id, Product, bench_products, [$($returning)*]);
                        Ok(())
                    },
                    &mut |conn, number| {
                        let copy = &mut versions.borrow_mut()[index(number)?];
                        *copy = copy
                            .update_versioned(conn, bench_products::price.eq(number))?
                            .into_inner();
                        Ok(())
                    },
                )?;
                let miss = counted(conn, |conn| {
                    let _ = stale.update_versioned(conn, bench_products::price.eq(1));
                });
                add("update_versioned", pair_, miss);

                let pair_ = pair(
                    conn,
                    calls,
                    &mut |conn, number| {
                        let copy = &mut versions.borrow_mut()[index(number)?];
                        let target = bench_products::table
                            .find(copy.id)
                            .filter(bench_products::lock_version.eq(copy.lock_version));
                        let changes = (
                            bench_products::price.eq(number),
                            bench_products::lock_version.eq(bench_products::lock_version + 1),
                        );
                        let written = diesel::update(target).set(changes).execute(conn)?;
                        copy.lock_version += 1;
                        hit(written == 1)
                    },
                    &mut |conn, number| {
                        let copy = &mut versions.borrow_mut()[index(number)?];
                        let written = copy.write_versioned(conn, bench_products::price.eq(number))?;
                        copy.lock_version += 1;
                        hit(written.is_changed())
                    },
                )?;
                let miss = counted(conn, |conn| {
                    let _ = Product::update_expecting(conn, 1, Expected::Exactly(0), bench_products::price.eq(1));
                });
                add("write_versioned", pair_, miss);
                end(conn)?;

                begin(conn)?;
                let there = |number: i64| i32::try_from(number / ROWS % 2);
                let pair_ = pair(
                    conn,
                    calls,
                    &mut |conn, number| {
                        let (id, from) = (row(number), there(number)?);
                        let target = bench_orders::table.find(id).filter(bench_orders::state.eq(from));
                        let changes = bench_orders::state.eq(1 - from);
                        let _: Order = measured!(@update conn, target, changes, id, Order, bench_orders, [$($returning)*]);
                        Ok(())
                    },
                    &mut |conn, number| {
                        let from = there(number)?;
                        let moved = transition::<Order>(row(number)).from([from]).to(1 - from).execute(conn)?;
                        hit(moved.is_applied())
                    },
                )?;
                let miss = counted(conn, |conn| {
                    let _ = transition::<Order>(1_i64).from([7]).to(8).execute(conn);
                });
                add("transition", pair_, miss);
                end(conn)?;

                reset(conn)?;
                let all: Vec<Order> = bench_orders::table
                    .order(bench_orders::id)
                    .select(Order::as_select())
                    .load(conn)?;
                begin(conn)?;
                let pair_ = pair(
                    conn,
                    // Each row can be deleted once.
                    calls.min(ROWS / 2 - 100),
                    &mut |conn, number| {
                        let target = bench_orders::table
                            .find(row(number))
                            .filter(bench_orders::deleted_at.is_null());
                        let now = bench_orders::deleted_at.eq(diesel::dsl::now);
                        hit(diesel::update(target).set(now).execute(conn)? == 1)
                    },
                    &mut |conn, number| {
                        let deleted = all[index(number)?].soft_delete(conn)?;
                        hit(deleted == idem_diesel::SoftDeleted::Deleted)
                    },
                )?;
                let miss = counted(conn, |conn| {
                    let _ = all[1].soft_delete(conn);
                });
                add("soft_delete", pair_, miss);
                end(conn)?;

                begin(conn)?;
                let new = |number| NewOrder { id: 10 * ROWS + number, state: 0 };
                let pair_ = pair(
                    conn,
                    calls,
                    &mut |conn, number| {
                        let new = new(number);
                        let _: Order = measured!(@insert conn, new, $insert);
                        Ok(())
                    },
                    &mut |conn, number| {
                        let inserted = insert_once(conn, &new(number)).verify(|order: &Order| order.state == 0)?;
                        hit(inserted.is_created())
                    },
                )?;
                let miss = counted(conn, |conn| {
                    let _ = insert_once(conn, &NewOrder { id: 1, state: 0 }).unverified::<Order, _>();
                });
                add("insert_once", pair_, miss);
                end(conn)?;
            }
            Ok(rows)
        }
    };
    (@update $conn:ident, $target:ident, $changes:ident, $id:expr, $model:ident, $table:ident, [returning]) => {
        diesel::update($target).set($changes).returning($model::as_returning()).get_result($conn)?
    };
    (@update $conn:ident, $target:ident, $changes:ident, $id:expr, $model:ident, $table:ident, []) => {{
        hit(diesel::update($target).set($changes).execute($conn)? == 1)?;
        $table::table.find($id).select($model::as_select()).first($conn)?
    }};
    (@insert $conn:ident, $new:ident, unless_taken) => {
        diesel::insert_into(bench_orders::table)
            .values(&$new)
            .on_conflict_do_nothing()
            .returning(Order::as_returning())
            .get_result($conn)?
    };
    (@insert $conn:ident, $new:ident, returning) => {
        diesel::insert_into(bench_orders::table)
            .values(&$new)
            .returning(Order::as_returning())
            .get_result($conn)?
    };
    (@insert $conn:ident, $new:ident, read) => {{
        hit(diesel::insert_into(bench_orders::table).values(&$new).execute($conn)? == 1)?;
        bench_orders::table.find($new.id).select(Order::as_select()).first($conn)?
    }};
}

measured!(
    on_postgres,
    PgConnection,
    "TIMESTAMP",
    [returning],
    unless_taken
);
measured!(on_mysql, MysqlConnection, "DATETIME(6)", [], read);
measured!(
    on_sqlite,
    SqliteConnection,
    "TIMESTAMP",
    [returning],
    returning
);

/// A call that ends in another way isn't measured.
fn hit(is_hit: bool) -> Res<()> {
    match is_hit {
        true => Ok(()),
        false => Err("a call missed its row".into()),
    }
}
