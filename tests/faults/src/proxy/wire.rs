//! What the proxy understands of a protocol.

use super::control::Part;
use super::{mysql, postgres};
use crate::fault::Failure;
use crate::link::Wire;
use std::io::{self, Read};

/// What a client sent.
pub(super) enum Sent {
    /// Nothing that a call is made of: log-in, notices, the end.
    Aside(Vec<u8>),
    /// A wish for encryption, and the refusal.
    Encryption(&'static [u8]),
    /// Something that the server answers. Without a part, it is no boundary: it frees a statement.
    Request(Option<Part>, Vec<u8>),
}

/// Reads what a client sends, piece by piece.
pub(super) trait Client: Send {
    fn next(&mut self, stream: &mut dyn Read) -> io::Result<Sent>;
}

impl Wire {
    pub(super) fn default_port(self) -> u16 {
        match self {
            Self::Postgres => 5432,
            Self::Mysql => 3306,
        }
    }

    pub(super) fn client(self) -> Box<dyn Client> {
        match self {
            Self::Postgres => Box::new(postgres::Reader::default()),
            Self::Mysql => Box::new(mysql::Reader),
        }
    }

    /// Whether a client may send its next request before the answer to the last.
    pub(super) fn pipelines(self) -> bool {
        self == Self::Postgres
    }

    /// Reads one message of a server.
    pub(super) fn server_frame(self, stream: &mut dyn Read) -> io::Result<Vec<u8>> {
        match self {
            Self::Postgres => postgres::frame(stream),
            Self::Mysql => mysql::frame(stream, mysql::hide_encryption),
        }
    }

    /// Whether the server is done with the request once it has sent this.
    pub(super) fn ends_answer(self, frame: &[u8]) -> bool {
        match self {
            Self::Postgres => postgres::ends_answer(frame),
            Self::Mysql => mysql::ends_answer(frame),
        }
    }

    /// Whether this may stand in an answer that is but an error.
    pub(super) fn belongs_to_error(self, frame: &[u8]) -> bool {
        match self {
            Self::Postgres => postgres::belongs_to_error(frame),
            Self::Mysql => true,
        }
    }

    /// What to send in place of a request, so that the server raises this error in the state that
    /// the error leaves behind: in order, each to be answered before the next. The last one's
    /// answer is for the client.
    pub(super) fn failing(self, request: &[u8], failure: Failure) -> Vec<Vec<u8>> {
        match self {
            Self::Postgres => vec![postgres::failing(request, failure)],
            Self::Mysql => mysql::failing(failure),
        }
    }
}
