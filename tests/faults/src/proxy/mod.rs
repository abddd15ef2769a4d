//! A TCP proxy between client and server that knows where requests begin and answers end, and
//! interrupts one.

mod control;
mod line;
mod mysql;
mod postgres;
mod wire;

pub(crate) use control::{Action, Control, Request};

use crate::link::Wire;
use line::Line;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use url::Url;

/// A proxy before one server, gone when it is dropped.
pub(crate) struct Proxy {
    url: String,
    address: SocketAddr,
    ended: Arc<AtomicBool>,
}

impl Proxy {
    /// Listens on a free port and passes on to the server of this URL.
    pub(crate) fn start(server: &str, wire: Wire, control: Arc<Control>) -> io::Result<Self> {
        let mut url = Url::parse(server).map_err(io::Error::other)?;
        let host = url.host_str().unwrap_or("127.0.0.1").to_owned();
        let upstream = (host, url.port().unwrap_or(wire.default_port()));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        url.set_ip_host(address.ip())
            .and_then(|()| url.set_port(Some(address.port())))
            .map_err(|()| io::Error::other("the URL has no host"))?;
        if wire == Wire::Mysql {
            // mysql_async asks a server on this machine for its socket, and would pass us by.
            url.query_pairs_mut().append_pair("prefer_socket", "false");
        }
        let ended = Arc::new(AtomicBool::new(false));
        let is_ended = Arc::clone(&ended);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if is_ended.load(Ordering::Relaxed) {
                    return;
                }
                // A client whose server can't be reached finds its connection closed.
                if let (Ok(client), Ok(server)) = (client, TcpStream::connect(&upstream)) {
                    Line::open(client, server, wire, Arc::clone(&control));
                }
            }
        });
        Ok(Self {
            url: url.into(),
            address,
            ended,
        })
    }

    /// The server's URL, with this proxy in its place.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Wakes the thread that listens.
        let _ = TcpStream::connect(self.address);
    }
}
