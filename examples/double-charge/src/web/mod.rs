//! The web page: a browser is the customer, and this is the shop and the line to it.
//!
//! The charge is the story's own, in the same database. What the page shows of it is what the
//! database holds and what Diesel sent; only the line's losses are made up, and they are real: the
//! browser's connection is cut (`socket.rs`).

mod assets;
mod board;
mod events;
mod guard;
mod line;
mod order;
mod problem;
mod request;
mod routes;
mod socket;
mod sql_log;
mod till;

use crate::cli::ServeOptions;
use crate::database::Location;
use crate::failure::Failure;
use crate::progress::tell;
use crate::report;
use crate::shop::schema::open_shop;
use board::Board;
use routes::Page;
use socket::{Cut, Sockets};
use std::future::IntoFuture as _;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use till::Till;
use tokio::net::TcpListener;
use tokio::sync::{RwLock, watch};

/// Where the page is, if nobody else is there.
const USUAL_PORT: u16 = 8080;
/// How long requests that are under way may take once the page is to end.
const GRACE: Duration = Duration::from_secs(3);

/// Shows the page until Ctrl-C or SIGTERM.
pub(crate) fn serve(options: &ServeOptions) -> Result<(), Failure> {
    let (location, _folder) = Location::of(options.database_url.as_deref())?;
    let mut conn = location.connect()?;
    open_shop(&mut conn, 1, board::OPENING)?;
    idem_diesel::setup(&mut conn)?;
    drop(conn);

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::system("can't start the web server"))?;
    runtime.block_on(show(options, &location))
}

async fn show(options: &ServeOptions, location: &Location) -> Result<(), Failure> {
    let listener = listen(options.port).await?;
    let port = listener
        .local_addr()
        .map_err(Failure::system("can't open a port"))?
        .port();
    let (ending, ended) = watch::channel(false);
    let delay = Duration::from_millis(options.delay);
    let page = Page {
        board: Arc::new(Board::new(options.loss, delay)),
        till: Arc::new(Till::new(location.clone())),
        round: Arc::new(RwLock::new(())),
        delay,
        ended: ended.clone(),
        port,
    };
    let service = routes::router(page).into_make_service_with_connect_info::<Cut>();
    let server = axum::serve(Sockets(listener), service)
        .with_graceful_shutdown(end(ended.clone()))
        .into_future();

    tell(&format!("http://127.0.0.1:{port}"));
    tell("Open this in a browser, or in two. Ctrl-C ends it.");
    if options.database_url.is_some() {
        tell(&format!(
            "\nPlayed on {location}.\n{}",
            report::WHAT_IS_LEFT
        ));
    }
    tokio::spawn(async move {
        signal().await;
        ending.send_replace(true);
    });
    tokio::select! {
        served = server => served.map_err(Failure::system("the web server failed")),
        () = async { end(ended).await; tokio::time::sleep(GRACE).await } => Ok(()),
    }
}

/// Nobody on another machine can reach it.
async fn listen(port: Option<u16>) -> Result<TcpListener, Failure> {
    let on = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let bound = match port {
        Some(port) => on(port).await,
        None => match on(USUAL_PORT).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => on(0).await,
            bound => bound,
        },
    };
    let port = port.unwrap_or(USUAL_PORT);
    bound.map_err(|source| Failure::Port { port, source })
}

/// Waits until the page is to end.
async fn end(mut ended: watch::Receiver<bool>) {
    // Whoever would say so is gone: that's an end as well.
    let _ = ended.wait_for(|&ended| ended).await;
}

/// Waits for Ctrl-C or, where there is such a thing, SIGTERM.
async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
