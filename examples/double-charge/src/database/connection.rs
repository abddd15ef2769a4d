//! One connection type for whichever database it is.

/// A connection to one of the databases that are built in.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    Sqlite(diesel::SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(diesel::PgConnection),
    #[cfg(feature = "mysql")]
    Mysql(diesel::MysqlConnection),
}

idem_diesel::multi_connection!(AnyConnection {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
    #[cfg(feature = "mysql")]
    Mysql,
});

impl AnyConnection {
    /// What a cast to a 64-bit integer calls it.
    pub(crate) fn integer(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BIGINT",
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => "BIGINT",
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => "SIGNED",
        }
    }
}
