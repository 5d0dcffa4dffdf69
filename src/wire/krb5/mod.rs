//! Kerberos messages (RFC 4120): the fields that tell what was asked, granted or refused. Everything is borrowed.
//!
//! Reads what is there: lengths that are not minimal, bytes behind the message, and messages that a capture cut. What
//! cannot be read of a message is absent. Tickets, authenticators and cipher texts are passed over.

mod error;
mod fields;
mod kpasswd;
mod padata;
mod principal;
mod reply;
mod request;

pub use error::{ErrorData, KrbError};
pub use fields::Integers;
pub use kpasswd::{kpasswd, kpasswd_result, kpasswd_start};
pub use padata::{EtypeInfo, PaData, PaDatum};
pub use principal::Principal;
pub use reply::{ApReply, EncPart, KdcReply, Ticket};
pub use request::{ApRequest, KdcRequest};

use super::cursor::Cursor;
use super::der;
use super::{Error, ErrorKind};
use fields::Fields;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

/// A message.
#[derive(Clone, Copy, Debug)]
pub enum Message<'a> {
    /// AS-REQ
    AsRequest(KdcRequest<'a>),
    /// TGS-REQ
    TgsRequest(KdcRequest<'a>),
    /// AS-REP
    AsReply(KdcReply<'a>),
    /// TGS-REP
    TgsReply(KdcReply<'a>),
    /// AP-REQ
    ApRequest(ApRequest<'a>),
    /// AP-REP
    ApReply(ApReply),
    /// KRB-ERROR
    Error(KrbError<'a>),
}

/// What begins with such bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// A request.
    Request,
    /// A reply or an error.
    Answer,
}

/// The octet of an APPLICATION tag, constructed.
const APPLICATION: u8 = 0x60;
/// The only version of Kerberos that is spoken.
const PVNO: u8 = 5;

/// Reads a message without a length in front.
///
/// # Errors
/// `Invalid` when it is no Kerberos message, `Short` when not even its header is there.
pub fn parse(bytes: &[u8]) -> Result<Message<'_>, Error> {
    let mut input = Cursor::new(bytes);
    let (message, _) = der::cut(&mut input, "message")?;
    let mut body = message.body;
    let (sequence, _) = der::cut_sequence(&mut body, "message body")?;
    let fields = Fields::new(sequence.body.rest());
    Ok(match message.tag ^ APPLICATION {
        10 => Message::AsRequest(request::kdc_request(fields)),
        11 => Message::AsReply(reply::kdc_reply(fields)),
        12 => Message::TgsRequest(request::kdc_request(fields)),
        13 => Message::TgsReply(reply::kdc_reply(fields)),
        14 => Message::ApRequest(request::ap_request(fields)),
        15 => Message::ApReply(reply::ap_reply(fields)),
        30 => Message::Error(error::krb_error(fields)),
        _ => return Err(der::invalid("message", 0)),
    })
}

/// Whether a message begins here: its tag, two lengths that agree, and version 5. `None` for anything else.
///
/// # Errors
/// `Short` while too few bytes are there to tell.
pub fn start(bytes: &[u8]) -> Result<Option<Start>, Error> {
    let mut input = Cursor::new(bytes);
    let (start, version) = match input.u8("message")? ^ APPLICATION {
        10 | 12 => (Start::Request, 0xA1),
        14 => (Start::Request, 0xA0),
        11 | 13 | 15 | 30 => (Start::Answer, 0xA0),
        _ => return Ok(None),
    };
    for expected in [&[0x30][..], &[version, 3, 2, 1, PVNO]] {
        if !skip_length(&mut input)? {
            return Ok(None);
        }
        for octet in expected {
            if input.u8("message")? != *octet {
                return Ok(None);
            }
        }
    }
    Ok(Some(start))
}

/// Passes over length octets; false when they are none.
fn skip_length(input: &mut Cursor<'_>) -> Result<bool, Error> {
    match input.u8("length")? {
        0..=0x7F => Ok(true),
        first @ 0x81..=0x84 => input.take(usize::from(first & 0x7F), "length").map(|_| true),
        _ => Ok(false),
    }
}

impl Error {
    /// More bytes would tell.
    fn is_short(self) -> bool {
        matches!(self.kind, ErrorKind::Short { .. })
    }
}
