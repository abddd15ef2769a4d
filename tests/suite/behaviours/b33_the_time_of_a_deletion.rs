use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use idem_diesel::{SoftDelete, SoftDeleted};
use idem_tests::connections::{
    AsyncMysqlConnection, AsyncPgConnection, MysqlConnection, PgConnection,
};
use idem_tests::lifecycles::{Lifecycles, Model as _, Product, SoftDeletes};
use idem_tests::servers::Database;
use idem_tests::{TestDb, for_each_driver};

diesel::table! {
    zoned (id) {
        id -> BigInt,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    dated (id) {
        id -> BigInt,
        deleted_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    stamped (id) {
        id -> BigInt,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Debug, Identifiable, Queryable, Selectable, SoftDelete)]
#[diesel(table_name = stamped)]
struct Stamped {
    id: i64,
    deleted_at: Option<NaiveDateTime>,
}

#[derive(Debug, Identifiable, Queryable, Selectable, SoftDelete)]
#[diesel(table_name = zoned)]
struct Zoned {
    id: i64,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Identifiable, Queryable, Selectable, SoftDelete)]
#[diesel(table_name = dated)]
struct Dated {
    id: i64,
    deleted_at: Option<NaiveDateTime>,
}

/// A connection to PostgreSQL.
trait Postgres: Lifecycles + SoftDeletes<Zoned> {}
impl Postgres for PgConnection {}
impl Postgres for AsyncPgConnection {}

/// A connection to MySQL or MariaDB.
trait Mysql: Lifecycles + SoftDeletes<Dated> + SoftDeletes<Stamped> {}
impl Mysql for MysqlConnection {}
impl Mysql for AsyncMysqlConnection {}

/// What sets a session's time zone, where there is one, for each of some.
fn zones(database: Database) -> &'static [&'static str] {
    match database {
        Database::Postgres => &[
            "SET TIME ZONE 'Asia/Kathmandu'",
            "SET TIME ZONE '-11:30'",
            "SET TIME ZONE 'UTC'",
        ],
        Database::Mysql => &[
            "SET time_zone = '+05:45'",
            "SET time_zone = '-11:30'",
            "SET time_zone = '+00:00'",
        ],
        // It knows none.
        Database::Sqlite => &["PRAGMA user_version = 1"],
    }
}

/// SQL for the difference, in seconds, between a time in UTC and now.
fn seconds_from_now(database: Database, time: &str) -> String {
    match database {
        Database::Postgres => format!(
            "CAST(ABS(EXTRACT(EPOCH FROM clock_timestamp() AT TIME ZONE 'UTC' - {time})) AS BIGINT)"
        ),
        Database::Mysql => format!("ABS(TIMESTAMPDIFF(SECOND, {time}, UTC_TIMESTAMP(6)))"),
        Database::Sqlite => {
            format!("CAST(ABS(julianday('now') - julianday({time})) * 86400 AS INTEGER)")
        }
    }
}

for_each_driver! {
    async fn it_is_now_in_utc_whatever_the_sessions_time_zone<D: Lifecycles>(db: &TestDb<D>) {
        db.lay_out::<Product>().await;
        let database = db.server().database();
        for (id, zone) in (1..).zip(zones(database)) {
            db.execute(&format!("INSERT INTO products (id, name) VALUES ({id}, '{id}')")).await;
            let mut conn = db.on_connect(zone).connect().await;
            // Not before its time, PgBouncer gives what it has.
            conn.begin().await.unwrap();
            conn.execute(zone).await.unwrap();
            let copy = Product::read(&mut conn, id).await;
            assert_eq!(conn.soft_delete(&copy).await.unwrap(), SoftDeleted::Deleted);
            conn.commit().await.unwrap();
            let off = format!("SELECT {} AS n FROM products WHERE id = {id}", seconds_from_now(database, "deleted_at"));
            let off = db.connect().await.number(&off).await.unwrap();
            assert!(off < 60, "{zone}: {off} seconds off");
        }
    }
}

for_each_driver! {
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    async fn it_is_now_where_the_column_has_a_time_zone<D: Postgres>(db: &TestDb<D>) {
        db.skip_where_statements_are_parted();
        db.execute("CREATE TABLE zoned (id BIGINT PRIMARY KEY, deleted_at TIMESTAMPTZ)").await;
        for (id, zone) in (1..).zip(zones(Database::Postgres)) {
            db.execute(&format!("INSERT INTO zoned (id) VALUES ({id})")).await;
            let mut conn = db.connect().await;
            conn.begin().await.unwrap();
            conn.execute(zone).await.unwrap();
            let copy = Zoned { id, deleted_at: None };
            assert_eq!(conn.soft_delete(&copy).await.unwrap(), SoftDeleted::Deleted);
            conn.commit().await.unwrap();
            let off = seconds_from_now(Database::Postgres, "(deleted_at AT TIME ZONE 'UTC')");
            let off = db.connect().await.number(&format!("SELECT {off} AS n FROM zoned WHERE id = {id}")).await.unwrap();
            assert!(off < 60, "{zone}: {off} seconds off");
        }
    }
}

for_each_driver! {
    on mysql_sync mysql_async;

    async fn it_is_now_in_utc_in_a_datetime<D: Mysql>(db: &TestDb<D>) {
        assert_now_in(db, "DATETIME(6)").await;
        assert_now_in(db, "DATETIME").await;
    }

    // MySQL converts such a column's values from and to the session's time zone.
    async fn a_timestamp_is_now_for_sessions_in_every_time_zone<D: Mysql>(db: &TestDb<D>) {
        db.execute("CREATE TABLE stamped (id BIGINT PRIMARY KEY, deleted_at TIMESTAMP(6) NULL)").await;
        for (id, zone) in (1..).zip(zones(Database::Mysql)) {
            db.execute(&format!("INSERT INTO stamped (id) VALUES ({id})")).await;
            let mut conn = db.on_connect(zone).connect().await;
            let copy = Stamped { id, deleted_at: None };
            assert_eq!(conn.soft_delete(&copy).await.unwrap(), SoftDeleted::Deleted);
            let mut other = db.on_connect("SET time_zone = '+00:00'").connect().await;
            let off = seconds_from_now(Database::Mysql, "deleted_at");
            let off = other.number(&format!("SELECT {off} AS n FROM stamped WHERE id = {id}")).await.unwrap();
            assert!(off < 60, "{zone}: {off} seconds off");
            let hour = Duration::from_secs(3600);
            let purged = SoftDeletes::<Stamped>::purge_deleted(&mut other, hour, 10).await;
            assert_eq!(purged.unwrap(), 0, "{zone}");
        }
    }
}

async fn assert_now_in<D: Mysql>(db: &TestDb<D>, column: &str) {
    db.execute(&format!(
        "CREATE TABLE dated (id BIGINT PRIMARY KEY, deleted_at {column} NULL)"
    ))
    .await;
    for (id, zone) in (1..).zip(zones(Database::Mysql)) {
        db.execute(&format!("INSERT INTO dated (id) VALUES ({id})"))
            .await;
        let mut conn = db.on_connect(zone).connect().await;
        let copy = Dated {
            id,
            deleted_at: None,
        };
        assert_eq!(conn.soft_delete(&copy).await.unwrap(), SoftDeleted::Deleted);
        let off = seconds_from_now(Database::Mysql, "deleted_at");
        let off = format!("SELECT {off} AS n FROM dated WHERE id = {id}");
        let off = db.connect().await.number(&off).await.unwrap();
        assert!(off < 60, "{column}, {zone}: {off} seconds off");
    }
    db.execute("DROP TABLE dated").await;
}
