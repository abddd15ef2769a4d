//! What is logged, and where.

use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// Unless RUST_LOG says otherwise. The driver tells of each notice the server sends.
const USUALLY: &str = "info,tokio_postgres=warn";

/// Logs go to standard error, one line each.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUALLY));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}
