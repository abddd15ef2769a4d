use diesel::dsl::{count, exists, max, min, sum};
use diesel::prelude::*;
use idem_diesel::{SoftDelete as _, SoftDeleted};
use idem_tests::connections::{
    AsyncMysqlConnection, AsyncPgConnection, AsyncSqliteConnection, MysqlConnection, PgConnection,
    SqliteConnection,
};
use idem_tests::lifecycles::{
    Article, Lifecycles, Membership, Part, Product, articles, memberships, parts, products,
};
use idem_tests::{TestDb, for_each_driver};

/// Queries that go on from a scope. They give ids, in order.
trait Queries: Lifecycles {
    /// `kept`, `only_deleted`, `with_deleted`.
    async fn scopes(&mut self) -> QueryResult<[Vec<i64>; 3]>;

    /// One by its key, by each scope.
    async fn by_key(&mut self, id: i64) -> QueryResult<[Option<String>; 3]>;

    /// The second cheapest live one of more than a price.
    async fn ordered(&mut self, above: i64) -> QueryResult<Option<String>>;

    /// Boxed, with a filter that is there or not.
    async fn boxed(&mut self, above: Option<i64>) -> QueryResult<Vec<i64>>;

    /// Live parts and their live products.
    async fn inner_joined(&mut self) -> QueryResult<Vec<(i64, i64)>>;

    /// Live products and their live parts, or none: with the parts' scope in ON.
    async fn left_joined(&mut self) -> QueryResult<Vec<(i64, Option<i64>)>>;

    /// The same with the parts' scope in WHERE.
    async fn left_joined_where(&mut self) -> QueryResult<Vec<(i64, Option<i64>)>>;

    /// How many live parts each live product has that has one.
    async fn grouped(&mut self) -> QueryResult<Vec<(i64, i64)>>;

    /// Live products with a live part, and those without.
    async fn with_and_without_parts(&mut self) -> QueryResult<[Vec<i64>; 2]>;

    /// Live products with a deleted part, those with any part, and those with a live part that a
    /// membership stands for.
    async fn with_other_parts(&mut self) -> QueryResult<[Vec<i64>; 3]>;

    /// How many there are in each scope.
    async fn counts(&mut self) -> QueryResult<[i64; 3]>;

    /// The least and the greatest price, and whether there is any, of live products.
    async fn prices(&mut self) -> QueryResult<(Option<i64>, Option<i64>, bool)>;

    /// The sum of the versions of live articles.
    async fn versions(&mut self) -> QueryResult<Option<i64>>;

    /// Sets the price of live products, and of deleted ones; how many of each there were.
    async fn reprice(&mut self) -> QueryResult<[usize; 2]>;
}

macro_rules! queries {
    ($connection:ty, $dsl:path, [$($await:tt)*]) => {
        impl Queries for $connection {
            async fn scopes(&mut self) -> QueryResult<[Vec<i64>; 3]> {
                use $dsl as Dsl;
                let id = products::id;
                Ok([
                    Dsl::load(Product::kept().select(id).order(id), self) $($await)* ?,
                    Dsl::load(Product::only_deleted().select(id).order(id), self) $($await)* ?,
                    Dsl::load(Product::with_deleted().select(id).order(id), self) $($await)* ?,
                ])
            }

            async fn by_key(&mut self, key: i64) -> QueryResult<[Option<String>; 3]> {
                use $dsl as Dsl;
                let name = products::name;
                Ok([
                    Dsl::first(Product::kept().find(key).select(name), self) $($await)* .optional()?,
                    Dsl::first(Product::only_deleted().find(key).select(name), self) $($await)* .optional()?,
                    Dsl::first(Product::with_deleted().find(key).select(name), self) $($await)* .optional()?,
                ])
            }

            async fn ordered(&mut self, above: i64) -> QueryResult<Option<String>> {
                use $dsl as Dsl;
                let dear = Product::kept().filter(products::price.gt(above));
                let second = dear.order(products::price).limit(1).offset(1).select(Product::as_select());
                let found: Option<Product> = Dsl::get_result(second, self) $($await)* .optional()?;
                Ok(found.map(|product| product.name))
            }

            async fn boxed(&mut self, above: Option<i64>) -> QueryResult<Vec<i64>> {
                use $dsl as Dsl;
                let mut boxed = Product::kept().select(products::id).into_boxed();
                if let Some(above) = above {
                    boxed = boxed.filter(products::price.gt(above));
                }
                Dsl::load(boxed.order(products::id), self) $($await)*
            }

            async fn inner_joined(&mut self) -> QueryResult<Vec<(i64, i64)>> {
                use $dsl as Dsl;
                let both = Part::kept().inner_join(products::table).filter(Product::is_kept());
                Dsl::load(both.select((parts::id, products::id)).order(parts::id), self) $($await)*
            }

            async fn left_joined(&mut self) -> QueryResult<Vec<(i64, Option<i64>)>> {
                use $dsl as Dsl;
                let on = parts::product_id.eq(products::id).and(Part::is_kept());
                let both = Product::kept().left_join(parts::table.on(on));
                let ids = both.select((products::id, parts::id.nullable()));
                Dsl::load(ids.order((products::id, parts::id)), self) $($await)*
            }

            async fn left_joined_where(&mut self) -> QueryResult<Vec<(i64, Option<i64>)>> {
                use $dsl as Dsl;
                let both = Product::kept().left_join(parts::table).filter(Part::is_kept());
                let ids = both.select((products::id, parts::id.nullable()));
                Dsl::load(ids.order((products::id, parts::id)), self) $($await)*
            }

            async fn grouped(&mut self) -> QueryResult<Vec<(i64, i64)>> {
                use $dsl as Dsl;
                let both = Product::kept().inner_join(parts::table).filter(Part::is_kept());
                let counts = both.group_by(products::id).select((products::id, count(parts::id)));
                Dsl::load(counts.order(products::id), self) $($await)*
            }

            async fn with_and_without_parts(&mut self) -> QueryResult<[Vec<i64>; 2]> {
                use $dsl as Dsl;
                let of_it = || Part::kept().filter(parts::product_id.eq(products::id));
                let live = || Product::kept().select(products::id).order(products::id);
                Ok([
                    Dsl::load(live().filter(exists(of_it())), self) $($await)* ?,
                    Dsl::load(live().filter(diesel::dsl::not(exists(of_it()))), self) $($await)* ?,
                ])
            }

            async fn with_other_parts(&mut self) -> QueryResult<[Vec<i64>; 3]> {
                use $dsl as Dsl;
                let live = || Product::kept().select(products::id).order(products::id);
                let of_it = parts::product_id.eq(products::id);
                let joined = Membership::kept().filter(memberships::team.eq(parts::id));
                Ok([
                    Dsl::load(live().filter(exists(Part::only_deleted().filter(of_it))), self) $($await)* ?,
                    Dsl::load(live().filter(exists(Part::with_deleted().filter(of_it))), self) $($await)* ?,
                    Dsl::load(live().filter(exists(Part::kept().filter(of_it).filter(exists(joined)))), self) $($await)* ?,
                ])
            }

            async fn counts(&mut self) -> QueryResult<[i64; 3]> {
                use $dsl as Dsl;
                Ok([
                    Dsl::get_result(Product::kept().count(), self) $($await)* ?,
                    Dsl::get_result(Product::only_deleted().count(), self) $($await)* ?,
                    Dsl::get_result(Product::with_deleted().count(), self) $($await)* ?,
                ])
            }

            async fn prices(&mut self) -> QueryResult<(Option<i64>, Option<i64>, bool)> {
                use $dsl as Dsl;
                let range = Product::kept().select((min(products::price), max(products::price)));
                let (least, greatest) = Dsl::get_result(range, self) $($await)* ?;
                let any = Dsl::get_result(diesel::select(exists(Product::kept())), self) $($await)* ?;
                Ok((least, greatest, any))
            }

            async fn versions(&mut self) -> QueryResult<Option<i64>> {
                use $dsl as Dsl;
                Dsl::get_result(Article::kept().select(sum(articles::lock_version)), self) $($await)*
            }

            async fn reprice(&mut self) -> QueryResult<[usize; 2]> {
                use $dsl as Dsl;
                let live = diesel::update(Product::kept()).set(products::price.eq(100));
                let deleted = diesel::update(Product::only_deleted()).set(products::price.eq(0));
                Ok([Dsl::execute(live, self) $($await)* ?, Dsl::execute(deleted, self) $($await)* ?])
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

/// Products 1 to 3 live and 4 to 5 deleted. 1 has the live parts 10 and 11 and the deleted one
/// 12, 2 has the deleted one 20, 3 has none, 4 has the live part 40.
async fn with_rows<D: Queries>(db: &TestDb<D>) -> D {
    db.lay_out::<Product>().await;
    db.lay_out::<Part>().await;
    let then = "'2020-01-01 00:00:00'";
    db.execute(&format!(
        "INSERT INTO products (id, name, price, deleted_at) VALUES (1, 'one', 10, NULL), (2, 'two', 20, NULL), \
         (3, 'three', 30, NULL), (4, 'four', 5, {then}), (5, 'five', 50, {then})"
    ))
    .await;
    db.execute(&format!(
        "INSERT INTO parts (id, product_id, deleted_at) VALUES (10, 1, NULL), (11, 1, NULL), (12, 1, {then}), \
         (20, 2, {then}), (40, 4, NULL)"
    ))
    .await;
    db.connect().await
}

for_each_driver! {
    async fn live_and_deleted_rows_are_all_rows<D: Queries>(db: &TestDb<D>) {
        let mut conn = with_rows(db).await;
        assert_eq!(conn.scopes().await.unwrap(), [vec![1, 2, 3], vec![4, 5], vec![1, 2, 3, 4, 5]]);
        assert_eq!(conn.counts().await.unwrap(), [3, 2, 5]);
        assert_eq!(conn.by_key(1).await.unwrap(), [Some("one".into()), None, Some("one".into())]);
        assert_eq!(conn.by_key(4).await.unwrap(), [None, Some("four".into()), Some("four".into())]);
        assert_eq!(conn.by_key(6).await.unwrap(), [None, None, None]);
    }

    async fn scopes_go_on_as_filtered_ordered_limited_and_boxed_queries<D: Queries>(db: &TestDb<D>) {
        let mut conn = with_rows(db).await;
        assert_eq!(conn.ordered(0).await.unwrap().as_deref(), Some("two"));
        assert_eq!(conn.ordered(20).await.unwrap(), None);
        assert_eq!(conn.boxed(None).await.unwrap(), [1, 2, 3]);
        assert_eq!(conn.boxed(Some(10)).await.unwrap(), [2, 3]);
    }

    async fn tables_that_both_soft_delete_are_joined<D: Queries>(db: &TestDb<D>) {
        let mut conn = with_rows(db).await;
        assert_eq!(conn.inner_joined().await.unwrap(), [(10, 1), (11, 1)]);
        assert_eq!(conn.grouped().await.unwrap(), [(1, 2)]);
        assert_eq!(conn.with_and_without_parts().await.unwrap(), [vec![1], vec![2, 3]]);
    }

    async fn what_exists_in_another_scope_or_two_levels_down_is_asked_for<D: Queries>(db: &TestDb<D>) {
        let mut conn = with_rows(db).await;
        db.lay_out::<Membership>().await;
        db.execute("INSERT INTO memberships (team, person) VALUES (10, 1), (20, 1), (40, 1)").await;
        assert_eq!(conn.with_other_parts().await.unwrap(), [vec![1, 2], vec![1, 2], vec![1]]);
        let joined: Membership = db.found((10, 1)).await;
        assert_eq!(conn.soft_delete(&joined).await.unwrap(), SoftDeleted::Deleted);
        assert_eq!(conn.with_other_parts().await.unwrap(), [vec![1, 2], vec![1, 2], vec![]]);
    }

    async fn the_scope_of_a_left_joins_other_side_belongs_in_on<D: Queries>(db: &TestDb<D>) {
        let mut conn = with_rows(db).await;
        let on = conn.left_joined().await.unwrap();
        assert_eq!(on, [(1, Some(10)), (1, Some(11)), (2, None), (3, None)]);
        // In WHERE it looks at the joined row: 3 has none, and passes; 2 has a deleted one, and is lost.
        let filtered = conn.left_joined_where().await.unwrap();
        assert_eq!(filtered, [(1, Some(10)), (1, Some(11)), (3, None)]);
    }

    async fn counts_and_aggregates_follow_what_is_deleted_and_restored<D: Queries>(db: &TestDb<D>) {
        let mut conn = with_rows(db).await;
        assert_eq!(conn.prices().await.unwrap(), (Some(10), Some(30), true));
        let three: Product = db.found(3).await;
        let _ = conn.soft_delete(&three).await.unwrap();
        assert_eq!((conn.prices().await.unwrap(), conn.counts().await.unwrap()), ((Some(10), Some(20), true), [2, 3, 5]));
        let _ = conn.restore(&three).await.unwrap();
        assert_eq!((conn.prices().await.unwrap(), conn.counts().await.unwrap()), ((Some(10), Some(30), true), [3, 2, 5]));
        conn.force_delete(&three).await.unwrap();
        assert_eq!((conn.prices().await.unwrap(), conn.counts().await.unwrap()), ((Some(10), Some(20), true), [2, 2, 4]));
        for id in [1, 2] {
            let row: Product = db.found(id).await;
            let _ = conn.soft_delete(&row).await.unwrap();
        }
        assert_eq!(conn.prices().await.unwrap(), (None, None, false));
    }

    async fn sums_leave_out_what_is_deleted<D: Queries>(db: &TestDb<D>) {
        db.lay_out::<Article>().await;
        db.execute("INSERT INTO articles (id, title, lock_version) VALUES (1, 'one', 10), (2, 'two', 200)").await;
        let mut conn = db.connect().await;
        assert_eq!(conn.versions().await.unwrap(), Some(210));
        let two: Article = db.found(2).await;
        let _ = conn.soft_delete(&two).await.unwrap();
        assert_eq!(conn.versions().await.unwrap(), Some(10));
        let one: Article = db.found(1).await;
        let _ = conn.soft_delete(&one).await.unwrap();
        assert_eq!(conn.versions().await.unwrap(), None);
    }

    async fn an_update_through_a_scope_touches_no_other_row<D: Queries>(db: &TestDb<D>) {
        let mut conn = with_rows(db).await;
        assert_eq!(conn.reprice().await.unwrap(), [3, 2]);
        for (id, price) in [(1, 100), (2, 100), (3, 100), (4, 0), (5, 0)] {
            assert_eq!(db.found::<Product>(id).await.price, price);
        }
    }
}
