//! Whether bytes on a port of DNS are DNS: its header has no magic, so all of it must make sense.

use super::Dialect;
use crate::units::{Ends, Side};
use crate::wire::dns::{self, HEADER_BYTES, Header, Message};

/// Ports of DNS, mDNS, LLMNR and NetBIOS names.
pub(super) const PORTS: &[u16] = &[53, 5353, 5355, 137];

/// More questions have never been seen in one message.
const QUESTIONS_MAX: u16 = 64;

/// Bytes of the shortest question, and of the shortest record.
const QUESTION_BYTES: usize = 5;
const RECORD_BYTES: usize = 11;

impl Dialect {
    /// By the server's port, else the client's.
    pub(super) fn of(ends: &Ends) -> Self {
        let known = [ends.server.port, ends.client.port].into_iter().flatten();
        match known.into_iter().find(|port| PORTS.contains(port)) {
            Some(5353) => Self::Mdns,
            Some(5355) => Self::Llmnr,
            Some(137) => Self::Nbns,
            _ => Self::Dns,
        }
    }
}

/// The message, where it is one.
pub(super) fn recognised(bytes: &[u8]) -> Option<Message<'_>> {
    match dns::message(bytes) {
        Ok(message) if is_plausible(&message, bytes.len()) => Some(message),
        _ => None,
    }
}

/// Which side sends such a message.
pub(super) fn speaks(bytes: &[u8]) -> Option<Side> {
    let header = recognised(bytes)?.header;
    Some(if header.is_response() { Side::Server } else { Side::Client })
}

fn is_plausible(message: &Message<'_>, len: usize) -> bool {
    let header = &message.header;
    if !is_opcode(header.opcode()) {
        return false;
    }
    match header.counts {
        // An error may come without its question, a bare header.
        [0, 0, 0, 0] => header.is_response() && len == HEADER_BYTES,
        [0, ..] => header.is_response() && fits(header, len) && has_records(message),
        [questions, ..] if questions > QUESTIONS_MAX => false,
        _ => asks(message) && fits(header, len),
    }
}

/// Queries of all kinds, notifications, updates, stateful operations; those of NetBIOS.
fn is_opcode(opcode: u8) -> bool {
    matches!(opcode, 0..=2 | 4..=9 | 15)
}

/// The first question is whole, or cut with the capture.
fn asks(message: &Message<'_>) -> bool {
    match (&message.question, message.broken_name()) {
        (Some(question), _) => question.kind != 0 && question.class != 0,
        (None, Some(name)) => {
            let mut labels = name.labels();
            labels.next().is_some_and(|first| first.is_ok())
        }
        (None, None) => false,
    }
}

/// So much could lie in the bytes, or in those that the capture left out.
fn fits(header: &Header, len: usize) -> bool {
    let [questions, records @ ..] = header.counts.map(usize::from);
    let least = questions * QUESTION_BYTES + records.iter().sum::<usize>() * RECORD_BYTES;
    least <= len.max(SNAPPED_BYTES) * 4
}

/// What captures that keep only headers have of a packet.
const SNAPPED_BYTES: usize = 128;

fn has_records(message: &Message<'_>) -> bool {
    matches!(message.records().next(), Some(Ok(_)))
}
