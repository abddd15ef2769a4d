//! What must be so in the database, whatever was asked.

use super::database::Database;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;

/// Each gives what is wrong; by SQL over the tables alone.
const WRONG: [(&str, &str); 4] = [
    (
        "a balance is what it was opened with, and what came, without what went",
        "SELECT count(*) AS number FROM accounts a WHERE balance_cents <> opening_cents
         + (SELECT coalesce(sum(cents), 0) FROM payments WHERE to_account = a.id)
         - (SELECT coalesce(sum(cents), 0) FROM payments WHERE from_account = a.id)",
    ),
    (
        "an account's version is 1 and the writes since, as far as payments are",
        "SELECT count(*) AS number FROM accounts a WHERE lock_version < 1
         + (SELECT count(*) FROM payments WHERE a.id IN (from_account, to_account))",
    ),
    (
        "a stock is the sum of its adjustments",
        "SELECT count(*) AS number FROM stock s WHERE pieces <>
         (SELECT coalesce(sum(pieces), 0) FROM adjustments WHERE sku = s.sku)",
    ),
    (
        "a stock's version is 1 and its adjustments",
        "SELECT count(*) AS number FROM stock s WHERE lock_version <>
         1 + (SELECT count(*) FROM adjustments WHERE sku = s.sku)",
    ),
];

/// How often each operation took effect, by what it has left in its table.
const EFFECTS: &str = "
    SELECT 'accounts.open' AS name, count(*) AS number FROM accounts
    UNION ALL SELECT 'payments.pay', count(*) FROM payments
    UNION ALL SELECT 'stock.adjust', count(*) FROM adjustments WHERE way = 'request'
    UNION ALL SELECT 'stock.message', count(*) FROM adjustments WHERE way = 'message'
    ORDER BY name";

/// And how many keys have a success on record.
const RECORDS: &str = "SELECT operation AS name, count(*) AS number FROM public.idem_records
    WHERE status = 'completed' GROUP BY operation ORDER BY operation";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// How often something is.
#[derive(Debug, PartialEq, QueryableByName)]
pub struct Named {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = BigInt)]
    pub number: i64,
}

/// Finds every book right, and as many effects as there are keys with a success. Gives those.
pub async fn books(database: &Database) -> Vec<Named> {
    let mut conn = database.connect().await;
    for (what, sql) in WRONG {
        let wrong: Number = diesel::sql_query(sql).get_result(&mut conn).await.unwrap();
        assert_eq!(wrong.number, 0, "it isn't so that {what}");
    }
    let mut effects: Vec<Named> = diesel::sql_query(EFFECTS).load(&mut conn).await.unwrap();
    effects.retain(|effect| effect.number > 0);
    let records: Vec<Named> = diesel::sql_query(RECORDS).load(&mut conn).await.unwrap();
    assert_eq!(effects, records);
    effects
}
