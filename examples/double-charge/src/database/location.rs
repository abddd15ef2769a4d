//! A database's address.

use super::AnyConnection;
use crate::failure::Failure;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use std::fmt;
use tempfile::TempDir;
use url::Url;

/// How long a connection waits for SQLite's one writer before it gives up.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL";

/// A database's address, checked but not tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// A file's path.
    Sqlite(String),
    Postgres(Url),
    Mysql(Url),
}

impl Location {
    /// This one, or SQLite in a temporary folder, which is removed when it is dropped.
    pub(crate) fn of(url: Option<&str>) -> Result<(Self, Option<TempDir>), Failure> {
        if let Some(url) = url {
            return Ok((Self::parse(url)?, None));
        }
        let folder = TempDir::with_prefix("double-charge-")
            .map_err(Failure::system("can't make a temporary folder"))?;
        let file = folder.path().join("shop.sqlite");
        Ok((Self::Sqlite(file.display().to_string()), Some(folder)))
    }

    /// Reads `postgres://…`, `mysql://…`, `sqlite:path` or a plain path.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let (scheme, path) = match text.split_once(':') {
            // One letter is a drive.
            Some((scheme, rest)) if scheme.len() > 1 => (scheme, rest),
            _ => ("sqlite", text),
        };
        match scheme {
            "sqlite" => sqlite(path.strip_prefix("//").unwrap_or(path)),
            "postgres" | "postgresql" => server(text).map(Self::Postgres),
            "mysql" => server(text).map(Self::Mysql),
            "" => sqlite(text),
            _ => Err(Failure::Url(format!(
                "there is no database {scheme:?}; write postgres://…, mysql://… or sqlite:FILE"
            ))),
        }
    }

    /// Opens a connection.
    pub(crate) fn connect(&self) -> Result<AnyConnection, Failure> {
        let refused = |error: diesel::ConnectionError| Failure::Connect {
            database: self.to_string(),
            reason: error.to_string(),
        };
        match self {
            Self::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path).map_err(refused)?;
                conn.batch_execute(SQLITE_SETTINGS)
                    .map_err(|error| Failure::Connect {
                        database: self.to_string(),
                        reason: error.to_string(),
                    })?;
                Ok(AnyConnection::Sqlite(conn))
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => diesel::PgConnection::establish(url.as_str())
                .map(AnyConnection::Postgres)
                .map_err(refused),
            #[cfg(feature = "mysql")]
            Self::Mysql(url) => diesel::MysqlConnection::establish(url.as_str())
                .map(AnyConnection::Mysql)
                .map_err(refused),
            #[cfg(not(feature = "postgres"))]
            Self::Postgres(_) => Err(not_built("PostgreSQL", "postgres")),
            #[cfg(not(feature = "mysql"))]
            Self::Mysql(_) => Err(not_built("MySQL", "mysql")),
        }
    }

    /// What [`parse`](Self::parse) reads back, password included: for nobody's eyes.
    pub(crate) fn secret_text(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{path}"),
            Self::Postgres(url) | Self::Mysql(url) => url.to_string(),
        }
    }
}

impl fmt::Display for Location {
    /// Without a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, url) = match self {
            Self::Sqlite(path) => return write!(f, "SQLite, in {path}"),
            Self::Postgres(url) => ("PostgreSQL", url),
            Self::Mysql(url) => ("MySQL", url),
        };
        let host = url.host_str().unwrap_or("localhost");
        let port = url
            .port()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        write!(f, "{name}, at {host}{port}{}", url.path())
    }
}

fn sqlite(path: &str) -> Result<Location, Failure> {
    match path {
        "" => Err(Failure::Url("the SQLite file has no name".to_owned())),
        ":memory:" => Err(Failure::Url(
            "the server is another process and can't see a database in memory; name a file"
                .to_owned(),
        )),
        _ => Ok(Location::Sqlite(path.to_owned())),
    }
}

fn server(text: &str) -> Result<Url, Failure> {
    Url::parse(text)
        .map_err(|error| Failure::Url(format!("{error}; write postgres://user@host/database")))
}

#[cfg(not(all(feature = "postgres", feature = "mysql")))]
fn not_built(name: &str, feature: &str) -> Failure {
    Failure::Url(format!(
        "this was built without {name}. Run it with\n\n    \
         cargo run -p double-charge --features {feature} -- --database-url {feature}://…\n\n\
         which needs {name}'s client library"
    ))
}

#[cfg(test)]
mod tests {
    use super::Location;

    #[test]
    fn a_path_is_sqlite_however_it_is_written() {
        for text in ["shop.db", "sqlite:shop.db", "sqlite://shop.db"] {
            assert_eq!(
                Location::parse(text).unwrap(),
                Location::Sqlite("shop.db".to_owned())
            );
        }
        let absolute = Location::parse("sqlite:///tmp/shop.db").unwrap();
        assert_eq!(absolute, Location::Sqlite("/tmp/shop.db".to_owned()));
        let drive = Location::parse(r"C:\shop.db").unwrap();
        assert_eq!(drive, Location::Sqlite(r"C:\shop.db".to_owned()));
    }

    #[test]
    fn what_is_shown_has_no_password() {
        let location = Location::parse("postgres://me:secret@db.example:5433/shop").unwrap();
        assert_eq!(location.to_string(), "PostgreSQL, at db.example:5433/shop");
        assert_eq!(
            location.secret_text(),
            "postgres://me:secret@db.example:5433/shop"
        );
    }

    #[test]
    fn what_cant_be_played_on_is_refused() {
        for text in [
            "",
            ":memory:",
            "sqlite:",
            "sqlite::memory:",
            "oracle://x",
            "mysql://[",
        ] {
            assert!(Location::parse(text).is_err(), "{text}");
        }
    }
}
