//! Where the call's connections come from.

use crate::link::Link;
use diesel::SqliteConnection;
use diesel::r2d2::{self, ConnectionManager, R2D2Connection};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, deadpool,
};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncMysqlConnection, AsyncPgConnection};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

/// Hands out connections: what becomes of a connection after a fault is its affair.
#[expect(
    async_fn_in_trait,
    reason = "the injector awaits these in place and never needs them to be Send"
)]
pub trait Supply: Sized {
    /// The connection.
    type Conn: Link;
    /// Whoever holds this has the connection for now.
    type Held: DerefMut<Target = Self::Conn>;

    /// Whether the next user may get the connection that the last one had.
    const REUSES: bool;

    /// A supply of connections to this database.
    ///
    /// # Errors
    /// When there can't be one.
    async fn open(url: &str) -> Result<Self, String>;

    /// The next user's connection.
    ///
    /// # Errors
    /// When there is none to be had.
    async fn take(&self) -> Result<Self::Held, String>;
}

fn text(error: impl fmt::Display) -> String {
    error.to_string()
}

/// A new connection for everyone.
#[derive(Debug)]
pub struct Fresh<C> {
    url: String,
    conn: std::marker::PhantomData<fn() -> C>,
}

impl<C: Link> Supply for Fresh<C> {
    type Conn = C;
    type Held = Box<C>;
    const REUSES: bool = false;

    async fn open(url: &str) -> Result<Self, String> {
        let (url, conn) = (url.to_owned(), std::marker::PhantomData);
        Ok(Self { url, conn })
    }

    async fn take(&self) -> Result<Box<C>, String> {
        C::open(&self.url).await.map(Box::new).map_err(text)
    }
}

/// One connection, which somebody keeps and everybody uses in turn, whatever happened to it.
#[derive(Debug)]
pub struct Kept<C>(Arc<Mutex<Option<C>>>);

impl<C: Link> Supply for Kept<C> {
    type Conn = C;
    type Held = Borrowed<C>;
    const REUSES: bool = true;

    async fn open(url: &str) -> Result<Self, String> {
        let conn = C::open(url).await.map_err(text)?;
        Ok(Self(Arc::new(Mutex::new(Some(conn)))))
    }

    async fn take(&self) -> Result<Borrowed<C>, String> {
        let conn = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let conn = Some(conn.ok_or("somebody has the connection")?);
        let home = Arc::clone(&self.0);
        Ok(Borrowed { conn, home })
    }
}

/// A connection that goes back when it is dropped.
#[derive(Debug)]
pub struct Borrowed<C> {
    conn: Option<C>,
    home: Arc<Mutex<Option<C>>>,
}

impl<C> Deref for Borrowed<C> {
    type Target = C;

    #[expect(clippy::expect_used, reason = "only `drop` takes it")]
    fn deref(&self) -> &C {
        self.conn.as_ref().expect("it is taken only when dropped")
    }
}

impl<C> DerefMut for Borrowed<C> {
    #[expect(clippy::expect_used, reason = "only `drop` takes it")]
    fn deref_mut(&mut self) -> &mut C {
        self.conn.as_mut().expect("it is taken only when dropped")
    }
}

impl<C> Drop for Borrowed<C> {
    fn drop(&mut self) {
        *self.home.lock().unwrap_or_else(PoisonError::into_inner) = self.conn.take();
    }
}

/// A pool of one blocking connection (r2d2).
pub struct Pool<C: R2D2Connection + 'static>(r2d2::Pool<ConnectionManager<C>>);

impl<C: Link + R2D2Connection> Supply for Pool<C> {
    type Conn = C;
    type Held = Pooled<C>;
    const REUSES: bool = true;

    async fn open(url: &str) -> Result<Self, String> {
        let builder = r2d2::Pool::builder().max_size(1);
        let pool = builder.build(ConnectionManager::new(url)).map_err(text)?;
        Ok(Self(pool))
    }

    async fn take(&self) -> Result<Pooled<C>, String> {
        self.0.get().map(Pooled).map_err(text)
    }
}

/// A connection of a [`Pool`].
pub struct Pooled<C: R2D2Connection + 'static>(r2d2::PooledConnection<ConnectionManager<C>>);

impl<C: R2D2Connection> Deref for Pooled<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}

impl<C: R2D2Connection> DerefMut for Pooled<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.0
    }
}

macro_rules! async_pool {
    ($(#[$doc:meta])* $name:ident, $held:ident, $conn:ty) => {
        $(#[$doc])*
        pub struct $name(deadpool::Pool<$conn>);

        impl Supply for $name {
            type Conn = $conn;
            type Held = $held;
            const REUSES: bool = true;

            async fn open(url: &str) -> Result<Self, String> {
                let mut config = ManagerConfig::default();
                // A test statement would hide what the library owes the next user.
                config.recycling_method = RecyclingMethod::Fast;
                let manager = AsyncDieselConnectionManager::new_with_config(url, config);
                let pool = deadpool::Pool::builder(manager).max_size(1).build();
                pool.map(Self).map_err(text)
            }

            async fn take(&self) -> Result<$held, String> {
                self.0.get().await.map($held).map_err(text)
            }
        }

        /// A connection of the pool.
        pub struct $held(deadpool::Object<$conn>);

        impl Deref for $held {
            type Target = $conn;

            fn deref(&self) -> &$conn {
                &self.0
            }
        }

        impl DerefMut for $held {
            fn deref_mut(&mut self) -> &mut $conn {
                &mut self.0
            }
        }
    };
}

async_pool!(
    /// A pool of one async connection to PostgreSQL (deadpool).
    AsyncPgPool, PooledPg, AsyncPgConnection
);
async_pool!(
    /// A pool of one async connection to MySQL (deadpool).
    AsyncMysqlPool, PooledMysql, AsyncMysqlConnection
);
async_pool!(
    /// A pool of one async connection to SQLite (deadpool).
    AsyncSqlitePool, PooledSqlite, SyncConnectionWrapper<SqliteConnection>
);
