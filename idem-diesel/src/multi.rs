//! Connections that are one of several at run time.

/// Makes an enum with `#[derive(diesel::MultiConnection)]` usable with idem. Name its
/// variants; what they hold is known from the enum. A variant that stands behind a `#[cfg(…)]`
/// there needs the same one here.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod doc {
/// use diesel::SqliteConnection;
///
/// #[derive(diesel::MultiConnection)]
/// pub enum AnyConnection {
///     Sqlite(SqliteConnection),
///     #[cfg(feature = "on-a-server")]
///     Postgres(diesel::PgConnection),
/// }
/// idem_diesel::multi_connection!(AnyConnection {
///     Sqlite,
///     #[cfg(feature = "on-a-server")]
///     Postgres,
/// });
/// # }
/// ```
#[macro_export]
macro_rules! multi_connection {
    ($connection:ty { $($(#[$cfg:meta])* $variant:ident),+ $(,)? }) => {
        impl $crate::IdempotentConnection for $connection {
            fn dialect(&mut self) -> &'static dyn $crate::__private::Dialect {
                $crate::multi_connection!(@match self, conn, [$($(#[$cfg])* $variant)+], $crate::IdempotentConnection::dialect(conn))
            }
            fn batch(&mut self, sql: &str) -> $crate::__private::QueryResult<()> {
                $crate::multi_connection!(@match self, conn, [$($(#[$cfg])* $variant)+], $crate::IdempotentConnection::batch(conn, sql))
            }
            fn run(&mut self, statement: &$crate::__private::Statement<'_>) -> $crate::__private::QueryResult<usize> {
                $crate::multi_connection!(@match self, conn, [$($(#[$cfg])* $variant)+], $crate::IdempotentConnection::run(conn, statement))
            }
            fn record(&mut self, statement: &$crate::__private::Statement<'_, $crate::__private::RecordSql>) -> $crate::__private::QueryResult<::std::vec::Vec<$crate::__private::RecordRow>> {
                $crate::multi_connection!(@match self, conn, [$($(#[$cfg])* $variant)+], $crate::IdempotentConnection::record(conn, statement))
            }
            fn times(&mut self, statement: &$crate::__private::Statement<'_, $crate::__private::TimesSql>) -> $crate::__private::QueryResult<::std::vec::Vec<$crate::__private::TimesRow>> {
                $crate::multi_connection!(@match self, conn, [$($(#[$cfg])* $variant)+], $crate::IdempotentConnection::times(conn, statement))
            }
            fn counts(&mut self, statement: &$crate::__private::Statement<'_, $crate::__private::CountsSql>) -> $crate::__private::QueryResult<::std::vec::Vec<$crate::__private::CountsRow>> {
                $crate::multi_connection!(@match self, conn, [$($(#[$cfg])* $variant)+], $crate::IdempotentConnection::counts(conn, statement))
            }
            fn status(&mut self) -> &mut $crate::__private::TransactionManagerStatus {
                $crate::multi_connection!(@match self, conn, [$($(#[$cfg])* $variant)+], $crate::IdempotentConnection::status(conn))
            }
            fn begin(&mut self) -> $crate::__private::QueryResult<()> {
                $crate::multi_connection!(@match self, conn, [$($(#[$cfg])* $variant)+], $crate::IdempotentConnection::begin(conn))
            }
            fn commit(&mut self) -> $crate::__private::QueryResult<()> {
                $crate::multi_connection!(@match self, conn, [$($(#[$cfg])* $variant)+], $crate::IdempotentConnection::commit(conn))
            }
        }
        const _: () = {
            type Backend = <$connection as $crate::__private::Connection>::Backend;

            impl $crate::ModelConnection for $connection {
                fn idem_backend(&mut self) -> Backend {
                    match self {
                        $($(#[$cfg])* Self::$variant(_) => Backend::$variant(::std::default::Default::default()),)+
                    }
                }
            }
        };
    };
    (@match $self:ident, $conn:ident, [$($(#[$cfg:meta])* $variant:ident)+], $call:expr) => {
        match $self {
            $($(#[$cfg])* Self::$variant($conn) => $call,)+
        }
    };
}
