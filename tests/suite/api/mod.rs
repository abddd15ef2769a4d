//! What idem offers beside the calls themselves, and their settings.

mod attribute;
mod lifecycle_connections;
mod lifecycle_statements;
mod limits;
mod migrations;
mod multi_connection;
mod names;
mod pools;
mod recipes;
mod records;
mod retries;
mod scopes;
mod setup;
mod traces;
mod versioned_changes;
mod versioned_connections;
mod versioned_retries;
mod versions;
