//! Why the day couldn't be played.

/// Why the day couldn't be played to its end. Says what to do about it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The URL names no database that this can be played on.
    #[error("invalid value for '--database-url': {0}\n\nFor more information, try '--help'.")]
    Url(String),
    /// The database can't be reached.
    #[error("can't open the database ({database}): {reason}")]
    Connect {
        /// Which, without its password.
        database: String,
        /// What the driver says.
        reason: String,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] diesel::result::Error),
    /// The records' table can't be made.
    #[error("can't prepare the idempotency records: {0}")]
    Records(#[from] idem_diesel::Error),
    /// There is no place for a database.
    #[error("can't make a temporary folder: {0}")]
    Folder(std::io::Error),
    /// Somebody was sent away again and again.
    #[error("{who} gave up; the last answer was: {reason}")]
    GaveUp {
        /// Who.
        who: String,
        /// What the shop said.
        reason: String,
    },
    /// Somebody was told what the protocol doesn't provide for.
    #[error("{who} was refused what nobody else could have taken: {reason}")]
    Unexpected {
        /// Who.
        who: String,
        /// What the shop said.
        reason: String,
    },
}
