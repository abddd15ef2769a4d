//! Every fault on every database and driver: one test each.

use crate::cases::Case;
use crate::checks::{hidden_where_promised, hidden_while_locked, nothing, the_next_user_is_safe};
use crate::crash::crash;
use idem_faults::{
    AsyncMysqlPool, AsyncPgPool, AsyncSqlitePool, Failure, Fault, Fresh, Kept, Pool,
};
use idem_tests::Server;
use idem_tests::connections::*;

/// Tests: a name, where the calls' connections come from, the faults, the cases, and what else
/// must hold of each report.
macro_rules! tests {
    ($server:ident; $($name:ident: $supply:ty, [$($fault:expr),+], $cases:expr, $check:expr;)+) => {$(
        #[test]
        fn $name() {
            let test = concat!(module_path!(), "::", stringify!($name));
            crash::<$supply>(Server::$server, test, &[$($fault),+], &$cases, $check);
        }
    )+};
}

/// What happens to any connection.
macro_rules! anywhere {
    ($server:ident, $conn:ty) => {
        tests! { $server;
            process_killed_between_any_two_statements:
                Fresh<$conn>, [Fault::Killed], Case::ALL, nothing;
            panic_at_any_statement_on_a_connection_that_is_kept:
                Kept<$conn>, [Fault::PanicBefore, Fault::PanicAfter], Case::AT_THE_TOP, the_next_user_is_safe;
        }
    };
    ($server:ident, $conn:ty, $pool:ty) => {
        anywhere!($server, $conn);
        tests! { $server;
            panic_at_any_statement_on_a_pooled_connection:
                $pool, [Fault::PanicBefore, Fault::PanicAfter], Case::ALL, the_next_user_is_safe;
        }
    };
}

/// What happens to a connection to a server.
macro_rules! to_a_server {
    ($server:ident, $conn:ty) => {
        tests! { $server;
            connection_cut_before_any_statement_ran:
                Fresh<$conn>, [Fault::CutBefore], Case::ALL, nothing;
            connection_cut_after_any_statement_ran_and_before_its_answer:
                Fresh<$conn>, [Fault::CutAfter], Case::ALL, nothing;
            deadlock_at_any_statement:
                Fresh<$conn>, [Fault::Fails(Failure::Deadlock)], Case::ALL, hidden_where_promised;
        }
    };
}

macro_rules! to_postgres {
    ($conn:ty) => {
        tests! { Postgres;
            serialization_failure_at_any_statement:
                Fresh<$conn>, [Fault::Fails(Failure::Serialization)], Case::ALL, hidden_where_promised;
            serialization_failure_at_any_commit:
                Fresh<$conn>, [Fault::Fails(Failure::SerializationAtCommit)], Case::ALL, hidden_where_promised;
        }
    };
}

macro_rules! to_mysql {
    ($conn:ty) => {
        tests! { Mysql;
            lock_timeout_at_any_statement:
                Fresh<$conn>, [Fault::Fails(Failure::LockTimeout)], Case::ALL, nothing;
        }
    };
}

macro_rules! to_sqlite {
    ($server:ident, $conn:ty) => {
        tests! { $server;
            database_locked_by_another_at_any_statement:
                Fresh<$conn>, [Fault::Locked], Case::ALL, hidden_while_locked;
        }
    };
}

/// What happens to a future.
macro_rules! suspending {
    ($server:ident, $pool:ty) => {
        tests! { $server;
            future_dropped_before_any_statement_ran:
                $pool, [Fault::DroppedBefore], Case::ALL, the_next_user_is_safe;
            future_dropped_after_any_statement_ran_and_before_its_answer:
                $pool, [Fault::DroppedAfter], Case::ALL, the_next_user_is_safe;
        }
    };
}

mod postgres_sync {
    use super::*;
    anywhere!(Postgres, PgConnection, Pool<PgConnection>);
    to_a_server!(Postgres, PgConnection);
    to_postgres!(PgConnection);
}

mod postgres_async {
    use super::*;
    anywhere!(Postgres, AsyncPgConnection, AsyncPgPool);
    to_a_server!(Postgres, AsyncPgConnection);
    to_postgres!(AsyncPgConnection);
    suspending!(Postgres, AsyncPgPool);
}

mod mysql_sync {
    use super::*;
    anywhere!(Mysql, MysqlConnection, Pool<MysqlConnection>);
    to_a_server!(Mysql, MysqlConnection);
    to_mysql!(MysqlConnection);
}

mod mysql_async {
    use super::*;
    anywhere!(Mysql, AsyncMysqlConnection, AsyncMysqlPool);
    to_a_server!(Mysql, AsyncMysqlConnection);
    to_mysql!(AsyncMysqlConnection);
    suspending!(Mysql, AsyncMysqlPool);
}

mod sqlite_sync {
    use super::*;
    anywhere!(Sqlite, SqliteConnection, Pool<SqliteConnection>);
    to_sqlite!(Sqlite, SqliteConnection);
}

// After a panic in a statement itself, rather than in the body, diesel-async's pool panics when it
// looks at such a connection.
mod sqlite_async {
    use super::*;
    anywhere!(Sqlite, AsyncSqliteConnection);
    to_sqlite!(Sqlite, AsyncSqliteConnection);
    suspending!(Sqlite, AsyncSqlitePool);
}

mod sqlite_journal_sync {
    use super::*;
    anywhere!(SqliteJournal, SqliteConnection, Pool<SqliteConnection>);
    to_sqlite!(SqliteJournal, SqliteConnection);
}

mod sqlite_journal_async {
    use super::*;
    anywhere!(SqliteJournal, AsyncSqliteConnection);
    to_sqlite!(SqliteJournal, AsyncSqliteConnection);
    suspending!(SqliteJournal, AsyncSqlitePool);
}
