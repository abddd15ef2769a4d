//! What idem offers beside the calls themselves, and their settings.

mod attribute;
mod limits;
mod migrations;
mod names;
mod records;
mod retries;
mod setup;
