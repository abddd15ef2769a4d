//! Why the story couldn't be played.

/// Why the story couldn't be played to its end. Says what to do about it.
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
    /// The operating system failed us.
    #[error("{doing}: {source}")]
    System {
        /// What couldn't be done.
        doing: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The server process ended, or never began.
    #[error("the server process {0}")]
    Server(String),
    /// The web page can't be where it should.
    #[error("can't open port {port}: {source}. Without --port, a free one is found.")]
    Port {
        /// Which.
        port: u16,
        /// Why not.
        source: std::io::Error,
    },
    /// `--steal` was declined.
    #[error("can't steal: {0}")]
    Steal(String),
    /// A customer was sent away again and again.
    #[error("customer {customer} gave up; the last answer was: {reason}")]
    GaveUp {
        /// Who.
        customer: i64,
        /// What the server said.
        reason: String,
    },
}

impl Failure {
    /// For `map_err`: an I/O error met while doing this.
    pub(crate) fn system(doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::System { doing, source }
    }
}
