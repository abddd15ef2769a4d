//! The line between the customers and the shop, and how it fails: a TCP proxy that passes requests
//! on, lets the server do its work, and then may hang up without a word of the answer.

use crate::failure::Failure;
use crate::plan::{Fate, Plan};
use crate::wire::{Answer, Line, PATIENCE, Request};
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

/// A line that customers call, and that calls the server for them.
#[derive(Debug)]
pub(crate) struct Link {
    port: u16,
    state: Arc<State>,
}

/// What happened on the line. Every request that was sent is answered, lost, or in one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Losses {
    /// Never reached the server.
    pub(crate) requests: u64,
    /// The server had done its work and answered; the customer heard nothing.
    pub(crate) responses: u64,
    /// The server died before it answered.
    pub(crate) cut_off: u64,
}

#[derive(Debug, Default)]
struct State {
    /// The server's port, while there is a server.
    server: Mutex<Option<u16>>,
    changed: Condvar,
    closed: AtomicBool,
    requests: AtomicU64,
    responses: AtomicU64,
    cut_off: AtomicU64,
}

impl Link {
    /// Opens a line that loses what the plan says. No server is on it yet.
    pub(crate) fn open(plan: Arc<Plan>) -> Result<Self, Failure> {
        let open = || -> io::Result<_> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            let port = listener.local_addr()?.port();
            Ok((listener, port))
        };
        let (listener, port) = open().map_err(Failure::system("can't open a port"))?;
        let state = Arc::<State>::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.closed.load(Relaxed) {
                    return;
                }
                let (plan, state) = (Arc::clone(&plan), Arc::clone(&shared));
                // As many as there are customers at a time: each waits for his answer.
                thread::spawn(move || stream.and_then(|stream| state.carry(&plan, stream)));
            }
        });
        Ok(Self { port, state })
    }

    /// Where customers call.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// From now on, requests go to the server at this port; without one, they wait for the next.
    pub(crate) fn lead_to(&self, server: Option<u16>) {
        *self
            .state
            .server
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = server;
        self.state.changed.notify_all();
    }

    /// Carries nothing any more; requests that wait for a server are dropped.
    pub(crate) fn close(&self) {
        self.state.closed.store(true, Relaxed);
        self.lead_to(None); // wakes those who wait
    }

    pub(crate) fn losses(&self) -> Losses {
        Losses {
            requests: self.state.requests.load(Relaxed),
            responses: self.state.responses.load(Relaxed),
            cut_off: self.state.cut_off.load(Relaxed),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.close();
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)); // wakes the thread that accepts
    }
}

impl State {
    /// Carries one request there and its answer back. Wherever this returns early, the customer's
    /// connection is closed, and he has heard nothing.
    fn carry(&self, plan: &Plan, stream: TcpStream) -> io::Result<()> {
        let mut customer = Line::new(stream)?;
        let request: Request = customer.receive()?;
        let fate = plan.fate(request.trip);
        if fate == Fate::RequestLost {
            self.requests.fetch_add(1, Relaxed);
            return Ok(());
        }
        let Ok(answer) = self.ask(&request) else {
            self.cut_off.fetch_add(1, Relaxed);
            return Ok(());
        };
        if fate == Fate::ResponseLost {
            self.responses.fetch_add(1, Relaxed);
            return Ok(());
        }
        customer.send(&answer)
    }

    fn ask(&self, request: &Request) -> io::Result<Answer> {
        let mut server = Line::dial(self.wait_for_a_server()?)?;
        server.send(request)?;
        server.receive()
    }

    fn wait_for_a_server(&self) -> io::Result<u16> {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        let (server, _) = self
            .changed
            .wait_timeout_while(server, PATIENCE, |server| {
                server.is_none() && !self.closed.load(Relaxed)
            })
            .unwrap_or_else(PoisonError::into_inner);
        server.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}
