//! What idem offers beside the calls themselves, and their settings.

mod attribute;
mod limits;
mod migrations;
mod multi_connection;
mod names;
mod pools;
mod records;
mod retries;
mod setup;
mod traces;
