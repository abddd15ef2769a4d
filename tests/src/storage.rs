//! Creating a database on a server, and clearing it away.

use std::io::Write as _;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use tempfile::TempDir;
use url::Url;
use uuid::Uuid;

use crate::servers::{Database, Server, ServerUrls};

/// What has to be cleared away at the end.
#[derive(Debug)]
pub(crate) enum Storage {
    File { _folder: TempDir },
    Postgres { server_url: String, name: String },
    Mysql { server_url: String, name: String },
}

impl Storage {
    /// Creates an empty database; gives its URL for tests, its direct URL, and itself.
    pub(crate) fn create(server: Server, urls: &ServerUrls) -> (String, String, Self) {
        let name = format!("idem_test_{}", Uuid::now_v7().simple());
        let server_url = urls.direct.clone();
        let storage = match server.database() {
            Database::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let file = folder
                    .path()
                    .join("test.sqlite")
                    .to_str()
                    .expect("a path in UTF-8")
                    .to_owned();
                return (file.clone(), file, Self::File { _folder: folder });
            }
            Database::Postgres => Self::Postgres {
                server_url,
                name: name.clone(),
            },
            Database::Mysql => Self::Mysql {
                server_url,
                name: name.clone(),
            },
        };
        storage
            .administer(&format!("CREATE DATABASE {name}"))
            .expect("the database is created");
        (
            with_database(&urls.test, &name),
            with_database(&urls.direct, &name),
            storage,
        )
    }

    fn administer(&self, sql: &str) -> Result<(), Box<dyn std::error::Error>> {
        match self {
            Self::Postgres { server_url, .. } => {
                PgConnection::establish(server_url)?.batch_execute(sql)?
            }
            Self::Mysql { server_url, .. } => {
                MysqlConnection::establish(server_url)?.batch_execute(sql)?
            }
            Self::File { .. } => {}
        }
        Ok(())
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        let dropped = match &*self {
            // By force: a pooler may still hold connections to it.
            Self::Postgres { name, .. } => {
                self.administer(&format!("DROP DATABASE {name} WITH (FORCE)"))
            }
            Self::Mysql { name, .. } => self.administer(&format!("DROP DATABASE {name}")),
            // A folder removes itself.
            Self::File { .. } => Ok(()),
        };
        if let Err(error) = dropped {
            // A panic here would hide the test's own.
            let _ = writeln!(std::io::stderr(), "a test database is left behind: {error}");
        }
    }
}

fn with_database(server_url: &str, name: &str) -> String {
    let mut url =
        Url::parse(server_url).unwrap_or_else(|error| panic!("{server_url} is no URL: {error}"));
    url.set_path(name);
    url.into()
}
