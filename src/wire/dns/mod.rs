//! DNS messages (RFC 1035) and those of its kin: mDNS, LLMNR, NetBIOS names. What is readable is given, the flaw is named.

mod name;
mod netbios;
mod record;

pub use name::Name;
pub use record::{Record, Records, Section};

use super::Error;
use super::cursor::Cursor;

/// Bytes of a header.
pub const HEADER_BYTES: usize = 12;

/// Numbers of record types (IANA) that analyzers look into.
pub mod kind {
    /// IPv4 address.
    pub const A: u16 = 1;
    /// Alias.
    pub const CNAME: u16 = 5;
    /// Start of a zone.
    pub const SOA: u16 = 6;
    /// Name of an address.
    pub const PTR: u16 = 12;
    /// IPv6 address.
    pub const AAAA: u16 = 28;
    /// NetBIOS name.
    pub const NB: u16 = 32;
    /// Host and port of a service.
    pub const SRV: u16 = 33;
    /// EDNS (RFC 6891).
    pub const OPT: u16 = 41;
    /// Whatever there is.
    pub const ANY: u16 = 255;
}

/// The header (RFC 1035 section 4.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// ID
    pub id: u16,
    /// QR, Opcode, AA, TC, RD, RA, Z, RCODE, from the highest bit on.
    pub flags: u16,
    /// What the message says to hold: questions, answers, authorities, additional records.
    pub counts: [u16; 4],
}

impl Header {
    /// QR: it answers.
    pub fn is_response(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// Opcode: 0 a query, 4 a notification, 5 an update.
    pub fn opcode(&self) -> u8 {
        (self.flags >> 11 & 0xf) as u8
    }

    /// AA: the server is responsible for the zone.
    pub fn is_authoritative(&self) -> bool {
        self.flags & 0x0400 != 0
    }

    /// TC: the message was cut to fit.
    pub fn is_truncated(&self) -> bool {
        self.flags & 0x0200 != 0
    }

    /// RD: the server shall ask others.
    pub fn wants_recursion(&self) -> bool {
        self.flags & 0x0100 != 0
    }

    /// RA: the server asks others.
    pub fn offers_recursion(&self) -> bool {
        self.flags & 0x0080 != 0
    }

    /// RCODE, without the bits of EDNS.
    pub fn rcode(&self) -> u8 {
        (self.flags & 0xf) as u8
    }
}

/// An entry of the question section; the zone of an update has the same shape.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// QNAME
    pub name: Name<'a>,
    /// QTYPE
    pub kind: u16,
    /// QCLASS
    pub class: u16,
}

/// A message up to its records, which [`Message::records`] reads.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    bytes: &'a [u8],
    records_at: usize,
    /// Header.
    pub header: Header,
    /// The first question.
    pub question: Option<Question<'a>>,
    /// What could not be read of the questions; there are no records then.
    pub flaw: Option<Error>,
}

/// Reads header and questions.
///
/// # Errors
/// `Short` when there is no whole header.
pub fn message(bytes: &[u8]) -> Result<Message<'_>, Error> {
    let header = header(bytes)?;
    let mut message =
        Message { bytes, records_at: HEADER_BYTES, header, question: None, flaw: None };
    for _ in 0..header.counts[0] {
        match question(bytes, message.records_at) {
            Ok((question, end)) => {
                message.question.get_or_insert(question);
                message.records_at = end;
            }
            Err(flaw) => {
                message.flaw = Some(flaw);
                break;
            }
        }
    }
    Ok(message)
}

fn header(bytes: &[u8]) -> Result<Header, Error> {
    let mut cursor = Cursor::new(bytes);
    let (id, flags) = (cursor.u16("ID")?, cursor.u16("flags")?);
    let mut counts = [0; 4];
    for (count, field) in counts.iter_mut().zip(["QDCOUNT", "ANCOUNT", "NSCOUNT", "ARCOUNT"]) {
        *count = cursor.u16(field)?;
    }
    Ok(Header { id, flags, counts })
}

fn question(bytes: &[u8], at: usize) -> Result<(Question<'_>, usize), Error> {
    let (name, end) = Name::read(bytes, at, "QNAME")?;
    let mut cursor = Cursor::new(bytes);
    cursor.take(end, "QNAME")?;
    let (kind, class) = (cursor.u16("QTYPE")?, cursor.u16("QCLASS")?);
    Ok((Question { name, kind, class }, cursor.at()))
}

impl<'a> Message<'a> {
    /// The records of all sections; the last item is an error where one could not be read.
    pub fn records(&self) -> Records<'a> {
        Records::new(self)
    }

    /// What was readable of the first question where the message ends, or breaks, within it.
    pub fn broken_name(&self) -> Option<Name<'a>> {
        let asks = self.header.counts[0] > 0 && self.question.is_none();
        asks.then(|| Name::at(self.bytes, HEADER_BYTES))
    }
}

/// Reads all that analyzers read: for fuzzing and timing. The number of records read, and the flaw.
pub fn read_all(bytes: &[u8]) -> (usize, Option<Error>) {
    let message = match message(bytes) {
        Ok(message) => message,
        Err(flaw) => return (0, Some(flaw)),
    };
    let mut flaw = message.flaw;
    let mut names = message.question.map(|question| question.name).or(message.broken_name());
    let mut read = 0;
    for record in message.records() {
        match record {
            Ok(record) => {
                read += 1;
                names = names.or(record.target()).or(record.service().map(|(name, _)| name));
                record.address();
                record.netbios_addresses().count();
                record.extended_errors().count();
            }
            Err(error) => flaw = Some(error),
        }
    }
    if let Some(name) = names {
        let (text, broken) = name.text();
        debug_assert!(name.is(&text), "a name is what it says it is");
        name.netbios();
        flaw = flaw.or(broken);
    }
    (read, flaw)
}

#[cfg(test)]
mod tests;
