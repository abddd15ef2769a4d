//! What customers and the server say to each other: a line of JSON each way over TCP.

use crate::plan::Trip;
use crate::shop::{ChargeRequest, Receipt};
use idem_diesel::IdempotencyKey;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// Nobody waits longer than this for a line.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// "Charge me", as a customer says it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Request {
    /// Who asks and how often before; only the line looks at it.
    pub(crate) trip: Trip,
    /// The same for every attempt at one purchase.
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) charge: ChargeRequest,
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// The money is taken.
    Charged(Receipt),
    /// The money is not taken, and asking again won't change that.
    Declined(String),
    /// It is not known; ask again.
    TryAgain(String),
}

/// A connection on which lines are exchanged.
#[derive(Debug)]
pub(crate) struct Line {
    reader: BufReader<TcpStream>,
}

impl Line {
    /// Calls whoever listens on this port of this machine.
    pub(crate) fn dial(port: u16) -> io::Result<Self> {
        Self::new(TcpStream::connect((Ipv4Addr::LOCALHOST, port))?)
    }

    pub(crate) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            reader: BufReader::new(stream),
        })
    }

    pub(crate) fn send<T: Serialize>(&mut self, message: &T) -> io::Result<()> {
        let mut text = serde_json::to_vec(message)?;
        text.push(b'\n');
        self.reader.get_mut().write_all(&text)
    }

    /// The next message; an error if the other side hangs up or says something else.
    pub(crate) fn receive<T: DeserializeOwned>(&mut self) -> io::Result<T> {
        let mut text = String::new();
        if self.reader.read_line(&mut text)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(serde_json::from_str(&text)?)
    }
}
