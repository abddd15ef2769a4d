//! When to stop.

use tokio::sync::watch;

/// Becomes true at SIGTERM, as from a container's runtime, or at Ctrl-C.
pub(super) fn on_signal() -> std::io::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let signal = signal()?;
    tokio::spawn(async move {
        signal.await;
        tracing::info!("stopping: the requests that are running are answered first");
        // Nobody may be left who wants to know.
        let _ = stop.send(true);
        stop.closed().await;
    });
    Ok(stopped)
}

#[cfg(unix)]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
