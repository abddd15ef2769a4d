//! SQLite with a write-ahead log.

use super::server::Room;
use super::{Kind, Place, prepare};
use crate::Res;
use diesel::SqliteConnection;

const TABLES: &[&str] = &[
    "CREATE TABLE bench_accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL)",
    "CREATE TABLE bench_transfers (id INTEGER PRIMARY KEY, source INTEGER NOT NULL, \
     target INTEGER NOT NULL, cents INTEGER NOT NULL)",
];

/// One file per durability: `full` syncs each commit, `normal` syncs checkpoints only.
pub(super) fn places(room: &Room) -> Res<Vec<Place>> {
    let mut places = Vec::new();
    for durability in ["full", "normal"] {
        let file = room.path(&format!("{durability}.sqlite"));
        let url = file.to_str().ok_or("the temporary folder isn't UTF-8")?;
        let settings = vec![
            "PRAGMA busy_timeout = 60000".to_owned(),
            "PRAGMA journal_mode = WAL".to_owned(),
            format!("PRAGMA synchronous = {durability}"),
        ];
        prepare::<SqliteConnection>(url, &settings, TABLES)?;
        places.push(Place {
            kind: Kind::Sqlite,
            database: "sqlite",
            durability,
            settings,
            url: url.to_owned(),
            _keeper: Box::new(()),
        });
    }
    Ok(places)
}
