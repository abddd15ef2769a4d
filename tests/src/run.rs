//! Running one test on one server, and the macro that makes a test of each.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;

use tokio::runtime::Builder;

use crate::servers::Skipped;
use crate::{Driver, Server, TestDb};

/// Runs `test` on a fresh database of this server, or not at all, aloud, where the environment
/// knows no such server.
///
/// The runtime has two threads of its own: an async test may block its thread (in a race with
/// [`TestDb::concurrently`]) while connections and clocks go on.
///
/// # Panics
///
/// If the test does, or there is no database to be had on a server that is there.
pub fn run<D: Driver>(server: Server, test: impl AsyncFnOnce(&TestDb<D>)) {
    run_to_its_end(Box::pin(async move {
        test(&TestDb::create(server).await).await;
    }));
}

/// Takes any test, so that the runtime isn't compiled anew for each of thousands.
fn run_to_its_end(test: Pin<Box<dyn Future<Output = ()> + '_>>) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let ended = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test)));
    if let Err(panic) = ended
        && !panic.is::<Skipped>()
    {
        resume_unwind(panic);
    }
}

/// Makes `#[test]`s of each `async fn` in it: one for each server and driver.
///
/// They are named after the function: `the_function::postgres_sync` and so on. Attributes are put on the tests. `on …;` before the functions chooses some of the ten: `postgres_sync postgres_async pgbouncer_sync
/// pgbouncer_async mysql_sync mysql_async sqlite_sync sqlite_async sqlite_journal_sync
/// sqlite_journal_async`. See the crate's documentation for an example.
#[macro_export]
macro_rules! for_each_driver {
    (on $($case:ident)+; $($functions:tt)+) => {
        $crate::__tests! { [$($case)+] $($functions)+ }
    };
    ($($functions:tt)+) => {
        $crate::__tests! { [
            postgres_sync postgres_async pgbouncer_sync pgbouncer_async mysql_sync mysql_async
            sqlite_sync sqlite_async sqlite_journal_sync sqlite_journal_async
        ] $($functions)+ }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    ($cases:tt) => {};
    (
        $cases:tt
        $(#[$attribute:meta])*
        async fn $name:ident<$driver:ident: $bound:path>($db:ident: $type:ty) $body:block
        $($rest:tt)*
    ) => {
        async fn $name<$driver: $bound>($db: $type) $body

        mod $name {
            $crate::__cases! { $cases [$(#[$attribute])*] $name }
        }

        $crate::__tests! { $cases $($rest)* }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __cases {
    ([$($case:ident)+] $attributes:tt $name:ident) => {
        $($crate::__case! { $case $attributes $name })+
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __case {
    (postgres_sync $($test:tt)+) => { $crate::__case! { @ postgres_sync PgConnection Postgres $($test)+ } };
    (postgres_async $($test:tt)+) => { $crate::__case! { @ postgres_async AsyncPgConnection Postgres $($test)+ } };
    (pgbouncer_sync $($test:tt)+) => { $crate::__case! { @ pgbouncer_sync PgConnection PgBouncer $($test)+ } };
    (pgbouncer_async $($test:tt)+) => { $crate::__case! { @ pgbouncer_async AsyncPgConnection PgBouncer $($test)+ } };
    (mysql_sync $($test:tt)+) => { $crate::__case! { @ mysql_sync MysqlConnection Mysql $($test)+ } };
    (mysql_async $($test:tt)+) => { $crate::__case! { @ mysql_async AsyncMysqlConnection Mysql $($test)+ } };
    (sqlite_sync $($test:tt)+) => { $crate::__case! { @ sqlite_sync SqliteConnection Sqlite $($test)+ } };
    (sqlite_async $($test:tt)+) => { $crate::__case! { @ sqlite_async AsyncSqliteConnection Sqlite $($test)+ } };
    (sqlite_journal_sync $($test:tt)+) => { $crate::__case! { @ sqlite_journal_sync SqliteConnection SqliteJournal $($test)+ } };
    (sqlite_journal_async $($test:tt)+) => { $crate::__case! { @ sqlite_journal_async AsyncSqliteConnection SqliteJournal $($test)+ } };
    (@ $case:ident $connection:ident $server:ident [$($attribute:tt)*] $name:ident) => {
        #[test]
        $($attribute)*
        fn $case() {
            $crate::run::<$crate::connections::$connection>($crate::Server::$server, super::$name);
        }
    };
}
