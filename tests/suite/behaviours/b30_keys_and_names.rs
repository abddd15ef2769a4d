use idem_diesel::{Expected, Version, WriteError};
use idem_tests::versions::{Bin, Model, Order, Seat, Stock, Versions, Way};
use idem_tests::{TestDb, for_each_driver};

/// Fails unless every operation guards the row of this model, and writes no other one. Versions are
/// numbers, the first of which is given; the other rows are those of this condition.
async fn assert_guarded<M: Model, D: Versions<M>>(
    db: &TestDb<D>,
    first: i64,
    untouched: (&str, i64),
) {
    db.add::<M>().await;
    let mut conn = db.connect().await;
    let integer = |row: &M| Version::Integer(first_of(row));
    let copy: M = conn.copy().await;
    assert_eq!(
        (copy.pieces(), integer(&copy)),
        (100, Version::Integer(first))
    );

    let written = conn.update(&copy, Some(90)).await.unwrap().into_inner();
    assert_eq!(
        (written.pieces(), integer(&written)),
        (90, Version::Integer(first + 1))
    );
    for way in Way::ALL {
        let error = way.take(&mut conn, &copy).await.unwrap_err();
        assert!(
            matches!(&error, WriteError::Conflict { current, .. } if **current == written),
            "{way:?}: {error:?}"
        );
    }
    let raised = conn.increment(&written).await.unwrap();
    let expected = Expected::Exactly(raised.version().clone());
    let again = conn
        .update_expecting(expected, Some(80))
        .await
        .unwrap()
        .into_inner();
    assert!(conn.write(&again, Some(70)).await.unwrap().is_changed());
    let row: M = conn.copy().await;
    assert_eq!(
        (row.pieces(), integer(&row)),
        (70, Version::Integer(first + 4))
    );
    let (others, count) = untouched;
    assert_eq!(conn.number(others).await, Ok(count));

    let all = Versions::<M>::update_all(&mut conn, Some(60))
        .await
        .unwrap();
    assert_eq!(i64::try_from(all).unwrap(), count + 1);
    let row: M = conn.copy().await;
    conn.delete(&row).await.unwrap();
    let gone = conn.delete(&row).await.unwrap_err();
    assert!(matches!(gone, WriteError::NotFound), "{gone:?}");
    assert_eq!(conn.number(others).await, Ok(0));
    assert_eq!(
        Versions::<M>::update_all(&mut conn, Some(50))
            .await
            .unwrap(),
        all - 1
    );
}

fn first_of(row: &impl Model) -> i64 {
    match idem_diesel::VersionValue::to_version(row.version()) {
        Version::Integer(number) => number,
        other => panic!("{other}"),
    }
}

for_each_driver! {
    async fn a_key_of_two_columns_and_a_first_version_below_zero_work<D: Versions<Seat>>(db: &TestDb<D>) {
        let others = "SELECT COUNT(*) AS n FROM seats WHERE pieces = 100 AND lock_version = -2";
        assert_guarded::<Seat, D>(db, -2, (others, 2)).await;
    }

    async fn reserved_words_quotes_and_a_text_for_a_key_work<D: Versions<Order>>(db: &TestDb<D>) {
        let quote = |sql: &str| match db.server().database() {
            idem_tests::servers::Database::Mysql => sql.replace('"', "`"),
            _ => sql.to_owned(),
        };
        let others = quote("SELECT COUNT(*) AS n FROM \"order\" WHERE \"primary\" = 'another' AND \"select\" = 100");
        assert_guarded::<Order, D>(db, 7, (&others, 1)).await;
    }

    async fn a_first_version_of_the_rows_own_counts_on_from_there<D: Versions<Stock>>(db: &TestDb<D>) {
        db.add::<Stock>().await;
        db.execute("UPDATE stock SET lock_version = 41 WHERE id = 1").await;
        let mut conn = db.connect().await;
        let copy: Stock = conn.copy().await;
        assert_eq!(conn.update(&copy, Some(90)).await.unwrap().into_inner().lock_version, 42);
    }
}

for_each_driver! {
    // Elsewhere a schema is a database.
    on postgres_sync postgres_async pgbouncer_sync pgbouncer_async;

    async fn a_table_in_a_schema_that_is_not_searched_works<D: Versions<Bin>>(db: &TestDb<D>) {
        let others = "SELECT COUNT(*) AS n FROM warehouse.bins WHERE pieces = 100 AND lock_version = 0";
        assert_guarded::<Bin, D>(db, 0, (others, 1)).await;
    }
}
