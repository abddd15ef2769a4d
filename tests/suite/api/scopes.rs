//! The scopes as Diesel sees them: their SQL, what an `OR` does to them, `HasQuery`, aliases.

use diesel::prelude::*;
use diesel::{debug_query, mysql::Mysql, pg::Pg, sqlite::Sqlite};
use idem_diesel::{Kept, OnlyDeleted, SoftDelete as _};
use idem_tests::connections::{
    AsyncMysqlConnection, AsyncPgConnection, AsyncSqliteConnection, MysqlConnection, PgConnection,
    SqliteConnection,
};
use idem_tests::lifecycles::{Lifecycles, Membership, Product, products};
use idem_tests::{TestDb, for_each_driver};

/// A product that is live.
#[derive(Debug, PartialEq, HasQuery)]
#[diesel(table_name = products, base_query = Product::kept(), base_query_type = Kept<Product>)]
struct Live {
    id: i64,
    name: String,
}

/// A product that is deleted.
#[derive(Debug, PartialEq, HasQuery)]
#[diesel(table_name = products, base_query = Product::only_deleted(), base_query_type = OnlyDeleted<Product>)]
struct Gone {
    id: i64,
}

/// Any product.
#[derive(Debug, PartialEq, HasQuery)]
#[diesel(table_name = products)]
struct Any {
    id: i64,
}

/// Queries on products: they give ids, in order.
trait Queries: Lifecycles {
    /// Those named so, or so: under a scope, as one condition.
    async fn either(&mut self, one: &str, other: &str) -> QueryResult<Vec<i64>>;

    /// Those named so, or so: beside a scope.
    async fn or_filtered(&mut self, one: &str, other: &str) -> QueryResult<Vec<i64>>;

    /// By `HasQuery`.
    async fn queried(&mut self) -> QueryResult<(Vec<Live>, Vec<Gone>, Vec<Any>)>;

    /// By `HasQuery` with a filter, and counted.
    async fn queried_on(&mut self, name: &str) -> QueryResult<Option<Live>>;

    /// Live products and the other live ones of their price.
    async fn joined_to_itself(&mut self) -> QueryResult<Vec<(i64, i64)>>;
}

diesel::alias!(products as others: Others);

macro_rules! queries {
    ($connection:ty, $dsl:path, [$($await:tt)*]) => {
        impl Queries for $connection {
            async fn either(&mut self, one: &str, other: &str) -> QueryResult<Vec<i64>> {
                use $dsl as Dsl;
                let either = products::name.eq(one).or(products::name.eq(other));
                let ids = Product::kept().filter(either).select(products::id);
                Dsl::load(ids.order(products::id), self) $($await)*
            }

            async fn or_filtered(&mut self, one: &str, other: &str) -> QueryResult<Vec<i64>> {
                use $dsl as Dsl;
                let beside = Product::kept().filter(products::name.eq(one)).or_filter(products::name.eq(other));
                Dsl::load(beside.select(products::id).order(products::id), self) $($await)*
            }

            async fn queried(&mut self) -> QueryResult<(Vec<Live>, Vec<Gone>, Vec<Any>)> {
                use $dsl as Dsl;
                Ok((
                    Dsl::load(Live::query().order(products::id), self) $($await)* ?,
                    Dsl::load(Gone::query().order(products::id), self) $($await)* ?,
                    Dsl::load(Any::query().order(products::id), self) $($await)* ?,
                ))
            }

            async fn queried_on(&mut self, name: &str) -> QueryResult<Option<Live>> {
                use $dsl as Dsl;
                Dsl::first(Live::query().filter(products::name.eq(name)), self) $($await)* .optional()
            }

            async fn joined_to_itself(&mut self) -> QueryResult<Vec<(i64, i64)>> {
                use $dsl as Dsl;
                let same_price = others.field(products::price).eq(products::price)
                    .and(others.field(products::id).ne(products::id));
                let both = products::table.inner_join(others.on(same_price)).filter(Product::is_kept())
                    .filter(others.field(products::deleted_at).is_null());
                let ids = both.select((products::id, others.field(products::id)));
                Dsl::load(ids.order(products::id), self) $($await)*
            }
        }
    };
}

queries!(PgConnection, diesel::RunQueryDsl, []);
queries!(MysqlConnection, diesel::RunQueryDsl, []);
queries!(SqliteConnection, diesel::RunQueryDsl, []);
queries!(AsyncPgConnection, diesel_async::RunQueryDsl, [.await]);
queries!(AsyncMysqlConnection, diesel_async::RunQueryDsl, [.await]);
queries!(AsyncSqliteConnection, diesel_async::RunQueryDsl, [.await]);

/// Live are 1, `tea`, and 2, `milk`; deleted is 3, `rum`. All at one price.
async fn with_products<D: Queries>(db: &TestDb<D>) -> D {
    db.lay_out::<Product>().await;
    db.execute(
        "INSERT INTO products (id, name, deleted_at) VALUES (1, 'tea', NULL), (2, 'milk', NULL), \
         (3, 'rum', '2020-01-01 00:00:00')",
    )
    .await;
    db.connect().await
}

#[test]
fn a_scope_is_one_test_of_one_column_by_its_full_name() {
    let conditions = [
        debug_query::<Pg, _>(&Product::kept().select(products::id)).to_string(),
        debug_query::<Pg, _>(&Product::only_deleted().select(products::id)).to_string(),
        debug_query::<Mysql, _>(&Product::kept().select(products::id)).to_string(),
        debug_query::<Sqlite, _>(&Membership::kept().count()).to_string(),
    ];
    let conditions =
        conditions.map(|sql| sql.split_once(" WHERE ").expect("a condition").1.to_owned());
    let expected = [
        r#"("products"."deleted_at" IS NULL) -- binds: []"#,
        r#"("products"."deleted_at" IS NOT NULL) -- binds: []"#,
        "(`products`.`deleted_at` IS NULL) -- binds: []",
        "(`memberships`.`left` IS NULL) -- binds: []",
    ];
    assert_eq!(conditions, expected);
}

for_each_driver! {
    async fn an_or_inside_of_a_filter_finds_no_deleted_row<D: Queries>(db: &TestDb<D>) {
        let mut conn = with_products(db).await;
        assert_eq!(conn.either("tea", "rum").await.unwrap(), [1]);
        assert_eq!(conn.either("tea", "milk").await.unwrap(), [1, 2]);
    }

    // Diesel's, and documented: `(deleted_at IS NULL AND name = …) OR name = …`.
    async fn an_or_filter_beside_a_scope_finds_deleted_rows_too<D: Queries>(db: &TestDb<D>) {
        let mut conn = with_products(db).await;
        assert_eq!(conn.or_filtered("tea", "rum").await.unwrap(), [1, 3]);
    }

    async fn a_scope_is_the_base_of_has_query<D: Queries>(db: &TestDb<D>) {
        let mut conn = with_products(db).await;
        let (live, gone, any) = conn.queried().await.unwrap();
        assert_eq!(live, [Live { id: 1, name: "tea".into() }, Live { id: 2, name: "milk".into() }]);
        assert_eq!(gone, [Gone { id: 3 }]);
        assert_eq!(any, [Any { id: 1 }, Any { id: 2 }, Any { id: 3 }]);
        assert_eq!(conn.queried_on("tea").await.unwrap(), Some(Live { id: 1, name: "tea".into() }));
        assert_eq!(conn.queried_on("rum").await.unwrap(), None);
    }

    async fn an_alias_has_a_scope_of_its_own<D: Queries>(db: &TestDb<D>) {
        let mut conn = with_products(db).await;
        assert_eq!(conn.joined_to_itself().await.unwrap(), [(1, 2), (2, 1)]);
    }
}
