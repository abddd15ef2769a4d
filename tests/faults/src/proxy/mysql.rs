//! The protocol of MySQL and MariaDB (<https://mariadb.com/kb/en/clientserver-protocol/>).
//! Requests of 16 MiB and more aren't understood.

use super::control::Part;
use super::wire::{Client, Sent};
use crate::fault::Failure;
use std::io::{self, Read};

const COM_QUERY: u8 = 0x03;
const COM_STMT_PREPARE: u8 = 0x16;
const COM_STMT_EXECUTE: u8 = 0x17;

/// Reads one packet: a length of three bytes, a number within the conversation, a body; the body
/// may be changed.
pub(super) fn frame(stream: &mut dyn Read, change: fn(&mut [u8])) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; 4];
    stream.read_exact(&mut frame)?;
    let length = u32::from_le_bytes([frame[0], frame[1], frame[2], 0]) as usize;
    frame.resize(4 + length, 0);
    stream.read_exact(&mut frame[4..])?;
    change(&mut frame);
    Ok(frame)
}

/// Takes CLIENT_SSL from a server's greeting. After the protocol's and the server's version come
/// a thread id of four bytes, eight bytes of a nonce, a zero, and the capabilities.
pub(super) fn hide_encryption(frame: &mut [u8]) {
    let is_greeting = frame.get(3..5) == Some(&[0, 10]);
    let version = frame.iter().skip(5).position(|byte| *byte == 0);
    if is_greeting
        && let Some(version) = version
        && let Some(capabilities) = frame.get_mut(5 + version + 1 + 4 + 8 + 1 + 1)
    {
        *capabilities &= !0x08;
    }
}

/// The first packet of an answer: the statement has run when it comes.
pub(super) fn ends_answer(frame: &[u8]) -> bool {
    frame.get(3) == Some(&1)
}

/// Reads a client's packets.
pub(super) struct Reader;

impl Client for Reader {
    fn next(&mut self, stream: &mut dyn Read) -> io::Result<Sent> {
        let frame = frame(stream, |_| {})?;
        let begins = frame.get(3) == Some(&0);
        let part = match frame.get(4) {
            Some(&COM_QUERY) => Part::Query,
            Some(&COM_STMT_PREPARE) => Part::Prepare,
            Some(&COM_STMT_EXECUTE) => Part::Execute,
            _ => return Ok(Sent::Aside(frame)),
        };
        Ok(if begins {
            Sent::Request(Some(part), frame)
        } else {
            Sent::Aside(frame)
        })
    }
}

/// Statements that raise the error. A deadlock's transaction is rolled back first, as the server
/// does it.
pub(super) fn failing(failure: Failure) -> Vec<Vec<u8>> {
    let deadlock = "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, \
                    MESSAGE_TEXT = 'Deadlock found when trying to get lock; try restarting transaction'";
    let timeout = "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1205, \
                   MESSAGE_TEXT = 'Lock wait timeout exceeded; try restarting transaction'";
    match failure {
        Failure::LockTimeout => vec![query(timeout)],
        Failure::Deadlock | Failure::Serialization | Failure::SerializationAtCommit => {
            vec![query("ROLLBACK"), query(deadlock)]
        }
    }
}

fn query(sql: &str) -> Vec<u8> {
    let length = u32::try_from(sql.len() + 1).unwrap_or(u32::MAX);
    let mut packet = length.to_le_bytes()[..3].to_vec();
    packet.extend([0, COM_QUERY]);
    packet.extend(sql.as_bytes());
    packet
}
