//! MariaDB, and MySQL where the environment names one.

use super::server::{self, Room, Server};
use super::{Kind, Place, prepare};
use crate::Res;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use std::any::Any;
use std::path::PathBuf;
use url::Url;

const TABLES: &[&str] = &[
    "CREATE TABLE bench_accounts (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL) ENGINE = InnoDB",
    "CREATE TABLE bench_transfers (id BIGINT AUTO_INCREMENT PRIMARY KEY, source BIGINT NOT NULL, \
     target BIGINT NOT NULL, cents BIGINT NOT NULL) ENGINE = InnoDB",
];

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct About {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = BigInt)]
    flush: i64,
}

/// The server that the environment names, or else one of ours.
pub(super) fn place(room: &Room) -> Res<Place> {
    let (url, server): (String, Box<dyn Any>) = match std::env::var("IDEM_TEST_MYSQL_URL") {
        Ok(url) => (url, Box::new(())),
        Err(_) => {
            let (url, server) = start(room)?;
            (url, Box::new(server))
        }
    };
    let database = Database::create(&url)?;
    prepare::<MysqlConnection>(&database.url, &[], TABLES)?;
    let mut conn = MysqlConnection::establish(&database.url)?;
    let about: About = diesel::sql_query(
        "SELECT VERSION() AS version, CAST(@@innodb_flush_log_at_trx_commit AS SIGNED) AS flush",
    )
    .get_result(&mut conn)?;
    let is_mariadb = about.version.contains("MariaDB");
    Ok(Place {
        kind: Kind::Mysql,
        database: if is_mariadb { "mariadb" } else { "mysql" },
        durability: if about.flush == 1 {
            "durable"
        } else {
            "relaxed"
        },
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
        // The async driver would change to the server's socket, past the link.
        url.query_pairs_mut().append_pair("prefer_socket", "false");
        MysqlConnection::establish(server)?.batch_execute(&format!("CREATE DATABASE {name}"))?;
        Ok(Self {
            server: server.to_owned(),
            name,
            url: url.into(),
        })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = MysqlConnection::establish(&self.server)
            .map(|mut conn| conn.batch_execute(&format!("DROP DATABASE {}", self.name)));
        if !matches!(dropped, Ok(Ok(()))) {
            println!("a database is left behind: {}", self.name);
        }
    }
}

/// Starts a server as it comes.
fn start(room: &Room) -> Res<(String, Server)> {
    let folders = [PathBuf::from("/usr/sbin")];
    let program = server::find("mariadbd", &folders)?;
    let data = room.path("mariadb");
    let mut install = room.command(
        &server::find("mariadb-install-db", &folders)?,
        "install.log",
    )?;
    install.args([
        "--no-defaults",
        "--skip-test-db",
        "--auth-root-authentication-method=normal",
    ]);
    install.arg(format!("--datadir={}", data.display()));
    server::run(install)?;

    let users = format!(
        "CREATE USER idem@'%' IDENTIFIED BY '{}';\nGRANT ALL PRIVILEGES ON *.* TO idem@'%' WITH GRANT OPTION;\n\
         DROP USER root@localhost;\n",
        room.secret
    );
    let users = room.write("users.sql", &users)?;
    let port = server::free_port()?;
    let mut command = room.command(&program, "mariadb.log")?;
    command.args([
        "--no-defaults",
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
    ]);
    command
        .arg(format!("--port={port}"))
        .arg(format!("--datadir={}", data.display()));
    command.arg(format!("--socket={}", room.path("mariadb.sock").display()));
    command.arg(format!("--init-file={}", users.display()));
    command.args([
        "--innodb-flush-log-at-trx-commit=1",
        "--max-connections=200",
    ]);
    let url = format!("mysql://idem:{}@127.0.0.1:{port}/mysql", room.secret);
    let server = Server::start(command, "TERM", || {
        MysqlConnection::establish(&url)?;
        Ok(())
    })?;
    Ok((url, server))
}

/// How much InnoDB has written to its redo log, where the server shows it to us.
pub(super) fn log_written(url: &str) -> Res<Option<u64>> {
    let mut conn = MysqlConnection::establish(url)?;
    let number: QueryResult<Number> = diesel::sql_query(
        "SELECT CAST(variable_value AS SIGNED) AS n FROM information_schema.global_status \
         WHERE variable_name = 'Innodb_os_log_written'",
    )
    .get_result(&mut conn);
    // MySQL has this table in another schema.
    Ok(number
        .ok()
        .map(|number| u64::try_from(number.n))
        .transpose()?)
}
