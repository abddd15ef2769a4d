//! A link with a delay, which counts round trips.

use crate::Res;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A port on the loopback interface behind which a server is, as if it were farther away.
#[derive(Debug)]
pub(crate) struct Link {
    address: SocketAddr,
    trips: Arc<AtomicU64>,
    closed: Arc<AtomicBool>,
}

impl Link {
    /// Opens a link to a server, on which every request arrives this much later. Answers aren't
    /// delayed: of a round trip, only the sum is seen.
    pub(crate) fn open(server: SocketAddr, delay: Duration) -> Res<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let link = Self {
            address: listener.local_addr()?,
            trips: Arc::default(),
            closed: Arc::default(),
        };
        let (trips, closed) = (Arc::clone(&link.trips), Arc::clone(&link.closed));
        thread::spawn(move || {
            for client in listener.incoming() {
                if closed.load(Ordering::Relaxed) {
                    break;
                }
                // A connection that can't be made is closed, which its client will say.
                let _ = client
                    .map_err(Into::into)
                    .and_then(|client: TcpStream| connect(client, server, delay, &trips));
            }
        });
        Ok(link)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many round trips there were so far, on all connections: each time that a client said
    /// something after the server did.
    pub(crate) fn trips(&self) -> u64 {
        self.trips.load(Ordering::Relaxed)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
    }
}

fn connect(
    client: TcpStream,
    server: SocketAddr,
    delay: Duration,
    trips: &Arc<AtomicU64>,
) -> Res<()> {
    let server = TcpStream::connect(server)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let answered = Arc::new(AtomicBool::new(true));
    let (from, to) = (server.try_clone()?, client.try_clone()?);
    let answering = Arc::clone(&answered);
    thread::spawn(move || {
        copy(from, to, |bytes, to| {
            answering.store(true, Ordering::Relaxed);
            to.write_all(bytes).is_ok()
        });
    });
    let trips = Arc::clone(trips);
    let count = move || {
        if answered.swap(false, Ordering::Relaxed) {
            trips.fetch_add(1, Ordering::Relaxed);
        }
    };
    if delay.is_zero() {
        thread::spawn(move || {
            copy(client, server, |bytes, to| {
                count();
                to.write_all(bytes).is_ok()
            });
        });
        return Ok(());
    }
    let (send, receive) = channel();
    let late = server.try_clone()?;
    thread::spawn(move || deliver(&receive, late));
    thread::spawn(move || {
        copy(client, server, |bytes, _| {
            count();
            send.send((Instant::now() + delay, bytes.to_vec())).is_ok()
        });
    });
    Ok(())
}

/// Writes what arrives when it is due.
fn deliver(receive: &Receiver<(Instant, Vec<u8>)>, mut to: TcpStream) {
    for (due, bytes) in receive {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if to.write_all(&bytes).is_err() {
            break;
        }
    }
}

/// Passes on what is read until either side is done, then closes both.
fn copy(
    mut from: TcpStream,
    mut to: TcpStream,
    mut pass: impl FnMut(&[u8], &mut TcpStream) -> bool,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length) = from.read(&mut buffer) {
        if length == 0 || !pass(&buffer[..length], &mut to) {
            break;
        }
    }
    // They may be closed already.
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
