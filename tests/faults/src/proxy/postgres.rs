//! PostgreSQL's protocol, version 3 (<https://www.postgresql.org/docs/current/protocol-message-formats.html>).
//! COPY isn't understood.

use super::control::Part;
use super::wire::{Client, Sent};
use crate::fault::Failure;
use std::io::{self, Read};

/// Codes in the place of a protocol version.
const CANCEL: u32 = 80_877_102;
const TLS: u32 = 80_877_103;
const GSS: u32 = 80_877_104;

/// Reads one message: a letter, a length that counts itself, a body.
pub(super) fn frame(stream: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; 5];
    stream.read_exact(&mut frame)?;
    read_rest(stream, &mut frame, 1)?;
    Ok(frame)
}

/// Reads as much as the length at this place says.
fn read_rest(stream: &mut dyn Read, frame: &mut Vec<u8>, at: usize) -> io::Result<()> {
    let end = at + number(frame, at).unwrap_or(4) as usize;
    let start = frame.len();
    frame.resize(end.max(start), 0);
    stream.read_exact(&mut frame[start..])
}

fn number(frame: &[u8], at: usize) -> Option<u32> {
    let bytes = frame.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(bytes))
}

/// ReadyForQuery.
pub(super) fn ends_answer(frame: &[u8]) -> bool {
    frame.first() == Some(&b'Z')
}

/// ErrorResponse and ReadyForQuery.
pub(super) fn belongs_to_error(frame: &[u8]) -> bool {
    matches!(frame.first(), Some(b'E' | b'Z'))
}

/// Reads a client's messages, together up to Sync.
#[derive(Default)]
pub(super) struct Reader {
    begun: bool,
    gathered: Vec<u8>,
    part: Option<Part>,
}

impl Client for Reader {
    fn next(&mut self, stream: &mut dyn Read) -> io::Result<Sent> {
        if !self.begun {
            return self.first(stream);
        }
        loop {
            let frame = frame(stream)?;
            let letter = frame.first().copied().unwrap_or(0);
            self.gathered.extend(frame);
            match letter {
                b'Q' => self.part = Some(Part::Query),
                b'P' => self.part = Some(Part::Prepare),
                b'E' => self.part = Some(Part::Execute),
                _ => {}
            }
            match letter {
                b'Q' | b'S' => {
                    let bytes = std::mem::take(&mut self.gathered);
                    return Ok(Sent::Request(self.part.take(), bytes));
                }
                // These wait for Sync.
                b'P' | b'B' | b'D' | b'E' | b'C' => {}
                _ => return Ok(Sent::Aside(std::mem::take(&mut self.gathered))),
            }
        }
    }
}

impl Reader {
    /// The first message has no letter.
    fn first(&mut self, stream: &mut dyn Read) -> io::Result<Sent> {
        let mut frame = vec![0; 8];
        stream.read_exact(&mut frame)?;
        match number(&frame, 4) {
            Some(TLS | GSS) => return Ok(Sent::Encryption(b"N")),
            Some(CANCEL) => {}
            _ => self.begun = true,
        }
        read_rest(stream, &mut frame, 0)?;
        Ok(Sent::Aside(frame))
    }
}

/// A simple query that raises the error. It runs in the request's place, so that a transaction
/// that is open is aborted, as by the statement itself; where the request begins one, so does this.
pub(super) fn failing(request: &[u8], failure: Failure) -> Vec<u8> {
    let text = match request.first() {
        Some(b'Q') => String::from_utf8_lossy(&request[5..]).into_owned(),
        _ => String::new(),
    };
    let begin = match text.split_once(';') {
        Some((begin, rest)) if begin.starts_with("BEGIN") && rest.len() > 1 => begin,
        _ => "",
    };
    let (before, code, message) = match failure {
        Failure::Deadlock => (begin, "40P01", "deadlock detected"),
        Failure::Serialization => (
            begin,
            "40001",
            "could not serialize access due to concurrent update",
        ),
        Failure::SerializationAtCommit => (
            "ROLLBACK",
            "40001",
            "could not serialize access due to read/write dependencies among transactions",
        ),
        Failure::LockTimeout => (begin, "55P03", "canceling statement due to lock timeout"),
    };
    query(&format!(
        "{before}; DO $fault$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '{code}'; END $fault$"
    ))
}

fn query(sql: &str) -> Vec<u8> {
    let length = u32::try_from(sql.len() + 5).unwrap_or(u32::MAX);
    let mut message = vec![b'Q'];
    message.extend(length.to_be_bytes());
    message.extend(sql.as_bytes());
    message.push(0);
    message
}
