//! Statements over a model's rows, and what differs between the databases.

pub(crate) mod dialect;
pub(crate) mod fragment;
#[cfg(feature = "mysql")]
pub(crate) mod mysql;
pub(crate) mod null;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
pub(crate) mod times;
