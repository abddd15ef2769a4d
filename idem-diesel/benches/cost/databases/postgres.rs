//! PostgreSQL.

use super::server::{self, Room, Server};
use super::{Kind, Place, prepare};
use crate::Res;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use std::any::Any;
use std::path::PathBuf;
use url::Url;

const TABLES: &[&str] = &[
    "CREATE TABLE bench_accounts (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL)",
    "CREATE TABLE bench_transfers (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
     source BIGINT NOT NULL, target BIGINT NOT NULL, cents BIGINT NOT NULL)",
];

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// The server that the environment names, or else one of ours.
pub(super) fn place(room: &Room) -> Res<Place> {
    let (url, server): (String, Box<dyn Any>) = match std::env::var("IDEM_TEST_POSTGRES_URL") {
        Ok(url) => (url, Box::new(())),
        Err(_) => {
            let (url, server) = start(room)?;
            (url, Box::new(server))
        }
    };
    let database = Database::create(&url)?;
    prepare::<PgConnection>(&database.url, &[], TABLES)?;
    let mut conn = PgConnection::establish(&database.url)?;
    let durable: Answer = diesel::sql_query(
        "SELECT current_setting('fsync')::bool AND current_setting('synchronous_commit') <> 'off' AS yes",
    )
    .get_result(&mut conn)?;
    Ok(Place {
        kind: Kind::Postgres,
        database: "postgresql",
        durability: if durable.yes { "durable" } else { "relaxed" },
        settings: Vec::new(),
        url: database.url.clone(),
        // In this order: the database goes before its server.
        _keeper: Box::new((database, server)),
    })
}

/// A database of ours on a server.
struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    fn create(server: &str) -> Res<Self> {
        let name = format!("idem_bench_{}", uuid::Uuid::now_v7().simple());
        let mut url = Url::parse(server)?;
        url.set_path(&name);
        PgConnection::establish(server)?.batch_execute(&format!("CREATE DATABASE {name}"))?;
        Ok(Self {
            server: server.to_owned(),
            name,
            url: url.into(),
        })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = PgConnection::establish(&self.server).map(|mut conn| {
            conn.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name))
        });
        if !matches!(dropped, Ok(Ok(()))) {
            println!("a database is left behind: {}", self.name);
        }
    }
}

/// Starts a server as it comes, but for the checkpoints: one of them in the middle of a slice
/// would be in the way of whichever case was running.
fn start(room: &Room) -> Res<(String, Server)> {
    let folders: Vec<PathBuf> = server::versions("/usr/lib/postgresql")
        .into_iter()
        .map(|folder| folder.join("bin"))
        .collect();
    let data = room.path("postgres");
    let secret = room.write("secret", &room.secret)?;
    let mut initdb = room.command(&server::find("initdb", &folders)?, "initdb.log")?;
    initdb
        .arg("-D")
        .arg(&data)
        .args(["-U", "idem", "--auth=scram-sha-256"]);
    initdb.args(["--encoding=UTF8", "--no-locale"]);
    initdb.arg(format!("--pwfile={}", secret.display()));
    server::run(initdb)?;

    let port = server::free_port()?;
    let program = server::find("postgres", &folders)?;
    let mut command = room.command(&program, "postgres.log")?;
    command.arg("-D").arg(&data).args(["-p", &port.to_string()]);
    for setting in [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=200",
        "checkpoint_timeout=1h",
        "max_wal_size=8GB",
    ] {
        command.args(["-c", setting]);
    }
    let url = format!("postgres://idem:{}@127.0.0.1:{port}/postgres", room.secret);
    let server = Server::start(command, "INT", || {
        PgConnection::establish(&url)?;
        Ok(())
    })?;
    Ok((url, server))
}

/// How far the write-ahead log has come.
pub(super) fn log_written(url: &str) -> Res<Option<u64>> {
    let mut conn = PgConnection::establish(url)?;
    let number: Number =
        diesel::sql_query("SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint AS n")
            .get_result(&mut conn)?;
    Ok(Some(u64::try_from(number.n)?))
}
