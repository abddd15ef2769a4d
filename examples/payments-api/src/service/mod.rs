//! The program's life: it migrates, listens, and stops when nobody waits for an answer any more.

pub(crate) mod log;
mod stop;

use crate::cli::Options;
use crate::failure::Failure;
use crate::{database, http};
use std::future::IntoFuture as _;
use std::io::Write as _;
use std::time::Duration;
use tokio::net::TcpListener;

/// What remains, beyond a request's own limit, for the answers to be sent.
const SENDING: Duration = Duration::from_secs(5);

/// Serves until it is told to stop, and the requests that are running then are answered.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let pool = database::pool(&options.database_url, options.connections)?;
    database::migrate(&pool).await?;
    let listener = listen(options).await?;

    let stop = stop::on_signal()?;
    let purge = database::purge(pool.clone(), options.purge_every, stop.clone());
    let purge = tokio::spawn(purge);
    let router = http::router(pool.clone(), options.request_timeout);
    let mut stopping = stop.clone();
    let serving = axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            let _ = stopping.wait_for(|stop| *stop).await;
        })
        .into_future();
    // Requests end by themselves. A client that never ends sending one would keep us.
    let mut stopping = stop.clone();
    let too_long = async {
        let _ = stopping.wait_for(|stop| *stop).await;
        tokio::time::sleep(options.request_timeout + SENDING).await;
    };
    tokio::select! {
        served = serving => served?,
        () = too_long => tracing::warn!("some clients were cut off"),
    }
    if purge.await.is_err() {
        tracing::error!("the purge had ended before");
    }
    pool.close();
    tracing::info!("stopped");
    Ok(())
}

async fn listen(options: &Options) -> Result<TcpListener, Failure> {
    let failed = |reason| Failure::Listen {
        address: options.listen,
        reason,
    };
    let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    // For whoever has started this. Nobody may be reading it.
    let mut out = std::io::stdout();
    let _ = writeln!(out, "listening on http://{address}");
    let _ = out.flush();
    Ok(listener)
}
