//! A connection's way to its server, which a test can cut.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use url::Url;

/// Carries one connection, and loses the answer that a test has chosen. Ends with its connection.
#[derive(Debug)]
pub struct Wire {
    url: String,
    watched: Arc<AtomicBool>,
}

impl Wire {
    /// A way to the server at `server_url`. Once [watched](Wire::watch), each of the server's
    /// answers is passed on only while `is_lost` doesn't hold; the first for which it does is
    /// lost, and the connection is cut.
    ///
    /// # Panics
    ///
    /// If the URL doesn't name a host, or there is no loopback to listen on.
    pub fn to(server_url: &str, is_lost: impl Fn() -> bool + Send + 'static) -> Self {
        let mut url = Url::parse(server_url).expect("a server's URL");
        let host = url.host_str().expect("a host").to_owned();
        let default_port = if url.scheme() == "mysql" { 3306 } else { 5432 };
        let server = (host, url.port().unwrap_or(default_port));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its number").port();
        url.set_host(Some("127.0.0.1")).expect("a URL with a host");
        url.set_port(Some(port)).expect("a URL with a port");
        if url.scheme() == "mysql" {
            // mysql_async would change over to the server's socket.
            url.set_query(Some("prefer_socket=false"));
        }
        let watched = Arc::new(AtomicBool::new(false));
        let is_watched = Arc::clone(&watched);
        thread::spawn(move || {
            let (client, _) = listener.accept().expect("a client");
            let server = TcpStream::connect(server).expect("the server");
            let [to_server, to_client] = [(&client, &server), (&server, &client)]
                .map(|(from, to)| (from.try_clone(), to.try_clone()));
            let requests = thread::spawn(move || carry(to_server, || false));
            carry(to_client, || is_watched.load(Ordering::SeqCst) && is_lost());
            for end in [client, server] {
                // It may be closed already.
                let _ = end.shutdown(Shutdown::Both);
            }
            requests.join().expect("nothing there panics");
        });
        Self {
            url: url.into(),
            watched,
        }
    }

    /// The URL to connect to; one connection at most.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From here on, answers may be lost.
    pub fn watch(&self) {
        self.watched.store(true, Ordering::SeqCst);
    }
}

/// Carries what comes until either end is closed, or what came is lost.
fn carry(
    (from, to): (std::io::Result<TcpStream>, std::io::Result<TcpStream>),
    is_lost: impl Fn() -> bool,
) {
    let (Ok(mut from), Ok(mut to)) = (from, to) else {
        return;
    };
    let mut buffer = [0; 1 << 14];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if is_lost() || to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
