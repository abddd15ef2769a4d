//! Records as a test needs to find them: written and changed in SQL, behind idem's back.

use crate::TestDb;
use crate::bank::Bank as _;
use crate::driver::Driver;
use crate::servers::Database;

/// A record of operation `kept`, without a tenant.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its key, which is put into SQL as it is.
    pub key: String,
    /// `processing`, `completed` or `failed`.
    pub status: &'static str,
    /// In how many seconds it expires; negative if it has.
    pub expires_in: i64,
    /// In how many seconds its lease ends, if it has one.
    pub lease_ends_in: Option<i64>,
}

impl Row {
    /// A completed record.
    pub fn completed(key: impl Into<String>, expires_in: i64) -> Self {
        Self {
            key: key.into(),
            status: "completed",
            expires_in,
            lease_ends_in: None,
        }
    }
}

impl Database {
    /// The column of the keys: a reserved word in one dialect.
    pub fn key_column(self) -> &'static str {
        match self {
            Self::Postgres | Self::Sqlite => "key",
            Self::Mysql => "`key`",
        }
    }

    /// The moment this many seconds from now, as the records' columns hold it.
    pub fn in_seconds(self, seconds: i64) -> String {
        match self {
            Self::Postgres => format!("clock_timestamp() + interval '{seconds} seconds'"),
            Self::Mysql => format!("UTC_TIMESTAMP(6) + INTERVAL {seconds} SECOND"),
            Self::Sqlite => {
                format!("strftime('%Y-%m-%d %H:%M:%f', 'now', '{seconds:+} seconds')")
            }
        }
    }

    /// This many zero bytes.
    pub fn zeros(self, length: usize) -> String {
        let digits = "00".repeat(length);
        match self {
            Self::Postgres => format!("decode('{digits}', 'hex')"),
            Self::Mysql | Self::Sqlite => format!("x'{digits}'"),
        }
    }
}

impl<D: Driver> TestDb<D> {
    /// Writes records, all in one statement.
    ///
    /// # Panics
    ///
    /// If the database refuses them.
    pub async fn insert(&self, rows: impl IntoIterator<Item = Row>) {
        let database = self.server().database();
        let (fingerprint, token) = (database.zeros(32), database.zeros(16));
        let now = database.in_seconds(0);
        let values: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let Row { key, status, expires_in, lease_ends_in } = row;
                let expires = database.in_seconds(expires_in);
                let lease = lease_ends_in.map_or("NULL".into(), |left| database.in_seconds(left));
                format!(
                    "('{key}', 'kept', '', {fingerprint}, '{status}', {token}, '1', 1, 1, {lease}, {now}, NULL, {expires})"
                )
            })
            .collect();
        let sql = format!(
            "INSERT INTO idem_records ({}, operation, tenant, fingerprint, status, token, result, \
             result_version, attempt, lease_until, created_at, completed_at, expires_at) VALUES {}",
            database.key_column(),
            values.join(", ")
        );
        let written = self.plain().await.execute(&sql).await;
        assert_eq!(written.expect("the records are written"), values.len());
    }

    /// Sets columns of every record that there is.
    ///
    /// # Panics
    ///
    /// If the database refuses.
    pub async fn update_records(&self, set: &str) {
        let sql = format!("UPDATE idem_records SET {set}");
        self.execute(&sql).await;
    }

    /// Makes every record's time be over, a second ago.
    ///
    /// # Panics
    ///
    /// If the database refuses.
    pub async fn expire_records(&self) {
        let past = self.server().database().in_seconds(-1);
        self.update_records(&format!("expires_at = {past}")).await;
    }

    /// How many records there are for which this SQL holds.
    ///
    /// # Panics
    ///
    /// If the database refuses.
    pub async fn count_records(&self, condition: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) AS n FROM idem_records WHERE {condition}");
        let count = self.plain().await.number(&sql).await;
        count.expect("the records are counted")
    }

    /// Runs a statement on a connection of its own.
    ///
    /// # Panics
    ///
    /// If the database refuses.
    pub async fn execute(&self, sql: &str) {
        let done = self.plain().await.execute(sql).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}
