//! The databases that there are to measure.

mod mysql;
mod postgres;
mod server;
mod sqlite;

use crate::Res;
use crate::cases::{ACCOUNTS, Failure, OPERATION};
use crate::proxy::Link;
use diesel::connection::SimpleConnection;
use diesel::{MysqlConnection, PgConnection, SqliteConnection};
use idem_diesel::{IdempotencyKey, Idempotent, IdempotentConnection};
use std::any::Any;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use url::Url;

pub(crate) use server::Room;

/// Whose SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Postgres,
    Mysql,
    Sqlite,
}

/// A database with the tables that transfers need.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) kind: Kind,
    /// What the report calls it.
    pub(crate) database: &'static str,
    /// What a commit waits for: `durable` or `relaxed`, SQLite's `full` or `normal`.
    pub(crate) durability: &'static str,
    /// What a connection runs first.
    pub(crate) settings: Vec<String>,
    url: String,
    // Removes what was made for the measurement.
    _keeper: Box<dyn Any>,
}

impl Place {
    /// The server's address, if there is a server.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        let url = Url::parse(&self.url).ok()?;
        let default = if self.kind == Kind::Postgres {
            5432
        } else {
            3306
        };
        let port = url.port().unwrap_or(default);
        (url.host_str()?, port).to_socket_addrs().ok()?.next()
    }

    /// The URL to connect to, through a link if there is one.
    pub(crate) fn url_through(&self, link: Option<&Link>) -> Res<String> {
        let Some(link) = link else {
            return Ok(self.url.clone());
        };
        let mut url = Url::parse(&self.url)?;
        url.set_host(Some("127.0.0.1"))?;
        url.set_port(Some(link.port()))
            .map_err(|()| "the URL takes no port")?;
        Ok(url.into())
    }

    /// How many bytes of log the server has written so far, if it tells.
    pub(crate) fn log_written(&self) -> Res<Option<u64>> {
        match self.kind {
            Kind::Postgres => postgres::log_written(&self.url),
            Kind::Mysql => mysql::log_written(&self.url),
            Kind::Sqlite => Ok(None),
        }
    }

    /// Makes a call with this key that goes on until the holder is dropped.
    pub(crate) fn hold(&self, key: &IdempotencyKey) -> Res<Holder> {
        let (opened, open) = channel();
        let (release, released) = channel();
        let (url, settings, key) = (self.url.clone(), self.settings.clone(), key.clone());
        let hold = match self.kind {
            Kind::Postgres => hold::<PgConnection>,
            Kind::Mysql => hold::<MysqlConnection>,
            Kind::Sqlite => hold::<SqliteConnection>,
        };
        let thread = thread::spawn(move || hold(&url, &settings, &key, &opened, &released));
        // Fails if the thread has ended instead.
        open.recv()?;
        Ok(Holder {
            release: Some(release),
            thread: Some(thread),
        })
    }
}

/// A call that is in flight.
#[derive(Debug)]
pub(crate) struct Holder {
    release: Option<Sender<()>>,
    thread: Option<JoinHandle<Res<()>>>,
}

impl Drop for Holder {
    fn drop(&mut self) {
        drop(self.release.take());
        // Its only end is the error below.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn hold<C: diesel::Connection + IdempotentConnection>(
    url: &str,
    settings: &[String],
    key: &IdempotencyKey,
    opened: &Sender<()>,
    released: &Receiver<()>,
) -> Res<()> {
    let mut conn = connect::<C>(url, settings)?;
    let outcome = Idempotent::new(OPERATION).key(key).run(&mut conn, |_| {
        // Ends when the other side of either is dropped; the error leaves no record.
        let _ = opened.send(());
        let _ = released.recv();
        Err::<(), _>(Failure::Declined)
    });
    match outcome {
        Err(Failure::Declined) => Ok(()),
        Err(error) => Err(error.into()),
        Ok(_) => Err("a held call succeeded".into()),
    }
}

fn connect<C: diesel::Connection>(url: &str, settings: &[String]) -> Res<C> {
    let mut conn = C::establish(url)?;
    for setting in settings {
        conn.batch_execute(setting)?;
    }
    Ok(conn)
}

/// Makes the tables.
fn prepare<C>(url: &str, settings: &[String], tables: &[&str]) -> Res<()>
where
    C: diesel::Connection + IdempotentConnection,
{
    let mut conn = connect::<C>(url, settings)?;
    for table in tables {
        SimpleConnection::batch_execute(&mut conn, table)?;
    }
    let accounts: Vec<String> = (1..=ACCOUNTS)
        .map(|id| format!("({id}, 1000000)"))
        .collect();
    let accounts = accounts.join(", ");
    let fill = format!("INSERT INTO bench_accounts (id, balance) VALUES {accounts}");
    SimpleConnection::batch_execute(&mut conn, &fill)?;
    idem_diesel::setup(&mut conn)?;
    Ok(())
}

/// Every database that is there: the servers that the environment names, or else throw-away ones
/// of ours where their programs are installed, and SQLite. Says which are missing.
pub(crate) fn places(room: &Room, wanted: impl Fn(&str) -> bool) -> Res<Vec<Place>> {
    let mut places = Vec::new();
    for (name, find) in [
        ("postgresql", postgres::place as fn(&Room) -> Res<Place>),
        ("mariadb", mysql::place),
    ] {
        if !wanted(name) {
            continue;
        }
        match find(room) {
            Ok(place) => places.push(place),
            Err(error) => println!("{name} is not measured: {error}"),
        }
    }
    if wanted("sqlite") {
        places.extend(sqlite::places(room)?);
    }
    Ok(places)
}
