//! TLS 1.0-1.3 and SSL 3.0 over TCP: from records to one handshake fact a connection.

mod alerts;
mod encrypted;
mod fact;
mod flight;
mod handshake;
mod messages;
mod outcome;
mod records;
mod resume;
mod suites;
#[cfg(test)]
mod tests;

pub use fact::*;
pub(super) use records::{are_records, is_hello};

use super::looks::Looks;
use super::{Analyzer, Chunk, Kind, Out, Protocol, TLS, Then, Verdict};
use crate::units::{At, Close, Side};
use crate::wire::tls::{ContentType, RecordHeader, is_sslv2_hello_start};
use handshake::Opening;
use messages::Messages;
use records::{Front, HEADER, front};
use resume::Place;
use suites::Sizes;

/// The entry in the list of protocols.
pub const PROTOCOL: Protocol = Protocol {
    id: TLS,
    kind: Kind::Stream,
    ports: &[],
    probe,
    speaks,
    new: |_| Box::new(Tls::default()),
};

/// A handshake record says whose it is: ClientHello, ServerHello.
fn speaks(bytes: &[u8]) -> Option<Side> {
    match bytes {
        [22, 3, _, _, _, 1, ..] => Some(Side::Client),
        [22, 3, _, _, _, 2, ..] => Some(Side::Server),
        _ => None,
    }
}

/// A hello of either format, or records in a row: also those of the server, and in mid-stream.
fn probe(_: Side, bytes: &[u8]) -> Verdict {
    match is_hello(bytes) {
        Verdict::Yes => Verdict::Yes,
        Verdict::No => are_records(bytes),
        Verdict::More if are_records(bytes) == Verdict::Yes => Verdict::Yes,
        Verdict::More => Verdict::More,
    }
}

/// Follows one TLS connection.
#[derive(Default)]
struct Tls {
    /// By side of the TCP connection.
    directions: [Direction; 2],
    /// The TLS client is the side that was called.
    reversed: bool,
    /// A hello of either side was seen.
    greeted: bool,
    /// Known once a ServerHello has chosen TLS 1.3.
    sizes: Option<Sizes>,
    /// TLS client and server pad their TLS 1.3 records.
    padded: [bool; 2],
    /// Counted from the first record on; by TLS role.
    traffic: Traffic,
    /// The first end of the other side than that of `traffic.ended_by`, when it is a FIN or a reset.
    ended_other: Option<Ended>,
    stage: Stage,
}

/// What the connection waits for.
enum Stage {
    /// For the outcome of its handshake.
    Outcome(Box<Opening>),
    /// For its end: the handshake has been reported.
    End,
    /// For nothing.
    Over,
}

impl Default for Stage {
    fn default() -> Self {
        Self::Outcome(Box::default())
    }
}

/// One direction of the connection.
#[derive(Default)]
struct Direction {
    place: Place,
    /// A record has come.
    begun: bool,
    messages: Messages,
    /// Its messages are known from a hello on, without a hole.
    known: bool,
    /// Its records are ciphertext.
    ciphered: bool,
    /// TLS 1.3 records of an alert's size behind which nothing else has come yet.
    hints: Vec<AlertHint>,
    ended: Option<Close>,
}

/// What became of the bytes at the front.
enum Read {
    /// This many are done with.
    Used(usize),
    /// The header is; this many behind it need not be seen.
    Header(u16),
    /// More are needed.
    Short,
    /// No record begins here.
    Lost,
}

impl Analyzer for Tls {
    fn data(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        if matches!(self.stage, Stage::Over) {
            return (chunk.bytes.len(), Then::Stop);
        }
        if let Some(elsewhere) = self.direction(chunk.side).place.find_record(chunk.bytes) {
            return elsewhere;
        }
        self.note_payload(chunk.side, chunk.at);
        let mut used = 0;
        while let Some(rest @ [_, ..]) = chunk.bytes.get(used..) {
            match self.record(chunk.side, chunk.at, rest, out) {
                Read::Used(len) => used += len,
                Read::Header(len) => return (used + HEADER, Then::Skip(len.into())),
                Read::Short => break,
                Read::Lost => return (chunk.bytes.len(), Then::More),
            }
        }
        (used, Then::More)
    }

    fn gap(&mut self, side: Side, _: At, len: u64, _: &mut Out<'_>) {
        let direction = self.direction(side);
        direction.place.gap(len);
        direction.messages = Messages::default();
        direction.known = false;
        direction.begun = true;
        self.mark_incomplete();
    }

    fn end(&mut self, side: Side, at: At, how: Close, out: &mut Out<'_>) {
        self.side_ended(side, at, how, out);
    }

    fn missing(&self, side: Side) -> usize {
        self.directions[side.index()].place.missing()
    }

    fn evict(&mut self, at: At, out: &mut Out<'_>) {
        for side in [Side::Client, Side::Server] {
            self.side_ended(side, at, Close::CaptureEnd, out);
        }
    }

    fn held(&self) -> usize {
        let [client, server] = &self.directions;
        let opening = if let Stage::Outcome(opening) = &self.stage { opening.held() } else { 0 };
        client.held() + server.held() + opening
    }
}

impl Direction {
    /// Bytes kept of a message under way.
    fn held(&self) -> usize {
        self.messages.held() + self.hints.capacity() * size_of::<AlertHint>()
    }
}

impl Tls {
    fn direction(&mut self, side: Side) -> &mut Direction {
        &mut self.directions[side.index()]
    }

    /// A side of the TCP connection as a party of the TLS connection, and the other way round.
    fn role(&self, side: Side) -> Side {
        if self.reversed { side.other() } else { side }
    }

    /// The handshake whose outcome is not known yet.
    fn opening(&mut self) -> Option<&mut Opening> {
        match &mut self.stage {
            Stage::Outcome(opening) => Some(opening),
            Stage::End | Stage::Over => None,
        }
    }

    /// Reads the record at the front.
    fn record(&mut self, side: Side, at: At, bytes: &[u8], out: &mut Out<'_>) -> Read {
        match front(bytes) {
            Front::Record(header) if header.content_type == ContentType::APPLICATION_DATA => {
                self.begin(side, &header, out.from_start);
                self.application_data(side, at, header.length, out);
                Read::Header(header.length)
            }
            Front::Record(header) => self.whole_record(side, at, header, bytes, out),
            Front::Short => self.short(side, 0),
            Front::Foreign => self.no_record(side, at, bytes, out),
        }
    }

    /// Reads a record of which every byte matters.
    fn whole_record(
        &mut self,
        side: Side,
        at: At,
        header: RecordHeader,
        bytes: &[u8],
        out: &mut Out<'_>,
    ) -> Read {
        let end = HEADER + usize::from(header.length);
        let Some(content) = bytes.get(HEADER..end) else {
            self.note_unfinished(bytes);
            return self.short(side, end - bytes.len());
        };
        self.begin(side, &header, out.from_start);
        match header.content_type {
            ContentType::CHANGE_CIPHER_SPEC => self.change_cipher_spec(side, at),
            ContentType::ALERT => self.alert(side, at, content, out),
            ContentType::HANDSHAKE => self.handshake(side, at, content, out),
            _ => {}
        }
        Read::Used(end)
    }

    /// Waits for the rest of a record: `missing` bytes where its length is known, else 0.
    fn short(&mut self, side: Side, missing: usize) -> Read {
        self.direction(side).place = Place::Record { missing: missing as u64 };
        Read::Short
    }

    /// What is no record may be a hello in SSLv2 format, or another protocol's bytes.
    fn no_record(&mut self, side: Side, at: At, bytes: &[u8], out: &mut Out<'_>) -> Read {
        let first = !self.direction(side).begun;
        match is_hello(bytes) {
            Verdict::Yes if first && is_sslv2_hello_start(bytes) => {
                return self.sslv2_hello(side, at, bytes);
            }
            Verdict::More if first => return self.short(side, 0),
            _ => {}
        }
        // Without a hole before it, what a server sends in clear and is no record is its own protocol: some answer a
        // ClientHello with bytes that begin like one (Modbus echoes its first seven).
        let direction = &self.directions[side.index()];
        let continues = direction.known && !direction.ciphered && self.role(side) == Side::Server;
        if (first && out.from_start) || continues {
            self.note_other_protocol(NotTls { side, at, looks: Looks::at(bytes) });
        } else {
            self.mark_incomplete();
        }
        let direction = self.direction(side);
        direction.begun = true;
        direction.known = false;
        direction.place = Place::Lost;
        Read::Lost
    }

    /// Notes that `side` has sent a record. One that is its first words is known from its beginning on.
    fn begin(&mut self, side: Side, header: &RecordHeader, from_start: bool) {
        if self.direction(side).begun {
            return;
        }
        self.direction(side).begun = true;
        self.direction(side).known = from_start;
        let first = !self.directions[side.other().index()].begun;
        if first && header.content_type != ContentType::HANDSHAKE {
            self.mark_incomplete();
        }
    }
}
