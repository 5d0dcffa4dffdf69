//! SMB 1, 2 and 3 over port 445 or the NetBIOS session service, on any port: what servers refused, and the tokens of logons.
//! Of messages that carry data only the header is read; what is encrypted or compressed is passed over.

mod fact;
mod two;

pub use fact::{Fact, Failure};

#[cfg(test)]
mod tests;

use self::two::Two;
use super::plain::Watch;
use super::{Analyzer, Chunk, Kind, Out, Protocol, SMB, Then, Verdict, auth};
use crate::units::{At, Close, Side};
use crate::wire::{nbss, smb1, smb2};

/// The entry in the list of protocols.
pub const PROTOCOL: Protocol = Protocol {
    id: SMB,
    kind: Kind::Stream,
    ports: &[],
    probe: |_, bytes| probe(bytes),
    speaks,
    new: |_| Box::new(Smb::default()),
};

/// The longest message that is read as a whole; tickets end at 64 KiB.
const MESSAGE_BYTES_MAX: usize = 96 << 10;

/// Bytes of a session request (RFC 1002 section 4.3.2): two encoded names.
const SESSION_REQUEST: [u8; 5] = [0x81, 0, 0, 68, 32];

/// Whether a message of SMB begins here.
fn probe(bytes: &[u8]) -> Verdict {
    let begins = |start: &[u8]| bytes.starts_with(start) || start.starts_with(bytes);
    let (head, magic) = bytes.split_at_checked(nbss::HEADER_BYTES).unwrap_or((bytes, &[]));
    let known = [smb1::MAGIC, smb2::MAGIC, smb2::ENCRYPTED, smb2::COMPRESSED];
    let fits = |known: &&[u8; 4]| magic.starts_with(*known) || known.starts_with(magic);
    let whole = if head.first() == Some(&0) {
        known.iter().any(fits).then_some(magic.len() >= 4)
    } else {
        begins(&SESSION_REQUEST).then_some(bytes.len() >= SESSION_REQUEST.len())
    };
    match whole {
        Some(true) => Verdict::Yes,
        Some(false) => Verdict::More,
        None => Verdict::No,
    }
}

/// Headers say whether a server sent them.
fn speaks(bytes: &[u8]) -> Option<Side> {
    let message = bytes.get(nbss::HEADER_BYTES..)?;
    let response = match smb2::header(message) {
        Ok(header) => header.is_response(),
        Err(_) => smb1::header(message).ok()?.reply,
    };
    Some(if response { Side::Server } else { Side::Client })
}

/// One connection.
#[derive(Default)]
struct Smb {
    watch: Watch,
    /// Whose first words were noted.
    noted: [bool; 2],
    /// Bytes of whom are missing: the next message has to be found.
    lost: [bool; 2],
    /// Bytes that each side still has to send before its message can be read.
    missing: [usize; 2],
    two: Two,
}

impl Analyzer for Smb {
    fn data(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        let side = chunk.side.index();
        if !std::mem::replace(&mut self.noted[side], true) {
            self.watch.note(chunk, out);
        }
        self.missing[side] = 0;
        if self.lost[side] {
            if probe(chunk.bytes) != Verdict::Yes {
                return (chunk.bytes.len(), Then::More);
            }
            self.lost[side] = false;
        }
        self.packet(chunk, out)
    }

    fn gap(&mut self, side: Side, _: At, _: u64, _: &mut Out<'_>) {
        self.lost[side.index()] = true;
    }

    fn end(&mut self, side: Side, at: At, how: Close, out: &mut Out<'_>) {
        self.watch.end(side, at, how, out);
        if self.watch.has_ended() {
            self.two.end(out);
        }
    }

    fn missing(&self, side: Side) -> usize {
        self.missing[side.index()]
    }

    fn held(&self) -> usize {
        self.two.held()
    }
}

impl Smb {
    /// A packet of the session service.
    fn packet(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        let Some((_, body)) = chunk.bytes.split_at_checked(nbss::HEADER_BYTES) else {
            return (0, Then::More);
        };
        let Some(packet) = nbss::header(chunk.bytes) else {
            self.lost[chunk.side.index()] = true;
            return (chunk.bytes.len(), Then::More);
        };
        let len = packet.len as usize;
        if packet.kind != 0 {
            return (nbss::HEADER_BYTES, Then::Skip(packet.len.into()));
        }
        let mut wanted = len.min(smb2::HEADER_BYTES);
        if body.len() >= wanted && len <= MESSAGE_BYTES_MAX && is_read_whole(body) {
            wanted = len;
        }
        let Some(message) = body.get(..wanted) else {
            self.missing[chunk.side.index()] = wanted.saturating_sub(body.len());
            return (0, Then::More);
        };
        self.message(Chunk { bytes: message, ..chunk }, out);
        (nbss::HEADER_BYTES + wanted, Then::Skip((len - wanted) as u64))
    }

    /// A message, or its first bytes where the others need not be seen.
    fn message(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) {
        if chunk.bytes.starts_with(smb2::MAGIC) {
            self.two.compound(chunk, out);
        } else if let Ok(header) = smb1::header(chunk.bytes) {
            smb1_message(&header, chunk, out);
        }
    }
}

/// A message of SMB 1: whether the server refused, and what Kerberos answered in a logon.
fn smb1_message(header: &smb1::Header, chunk: Chunk<'_>, out: &mut Out<'_>) {
    if let Some(failure) = Failure::of_smb1(header) {
        out.emit(chunk.at, super::Fact::Smb(Fact::Failure(Box::new(failure))));
    }
    if header.reply && header.command == smb1::SESSION_SETUP {
        auth::kerberos_answer(chunk.at, chunk.bytes, out);
    }
}

/// More than the header of this message is read; errors too, so that they stand where they end.
fn is_read_whole(message: &[u8]) -> bool {
    match smb2::header(message) {
        Ok(header) if header.next != 0 || fact::is_failure(header.status) => true,
        Ok(header) => match header.command {
            smb2::NEGOTIATE | smb2::SESSION_SETUP | smb2::TREE_CONNECT => true,
            smb2::CREATE => !header.is_response(),
            _ => false,
        },
        Err(_) => smb1::header(message).is_ok_and(|header| {
            let logon = header.reply && header.command == smb1::SESSION_SETUP;
            logon || Failure::of_smb1(&header).is_some()
        }),
    }
}
