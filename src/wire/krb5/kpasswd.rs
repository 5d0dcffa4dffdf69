//! Messages of the password change protocol (RFC 3244): a Kerberos message and a KRB-PRIV behind three lengths.

use super::{ApReply, ApRequest, KrbError, Message, parse};
use crate::wire::Error;
use crate::wire::cursor::Cursor;
use crate::wire::der;

/// A message.
#[derive(Clone, Copy, Debug)]
pub struct Kpasswd<'a> {
    /// Protocol version: 1 or 0xFF80.
    pub version: u16,
    /// What is in it.
    pub body: KpasswdBody<'a>,
}

/// What a message has in it.
#[derive(Clone, Copy, Debug)]
pub enum KpasswdBody<'a> {
    /// An AP-REQ, and the new password encrypted.
    Request(ApRequest<'a>),
    /// An AP-REP, and the result encrypted.
    Reply(ApReply),
    /// A KRB-ERROR; its e-data is the result (see [`kpasswd_result`]) when the error is not Kerberos' own.
    Error(KrbError<'a>),
}

/// The highest result code (RFC 3244 section 2).
const RESULT_MAX: u16 = 7;

/// Reads a message without the length that TCP puts in front. A bare KRB-ERROR, which old servers send, is one too.
///
/// # Errors
/// `Invalid` when it is no such message, `Short` when not even its header is there.
pub fn kpasswd(bytes: &[u8]) -> Result<Kpasswd<'_>, Error> {
    if let Ok(Message::Error(error)) = parse(bytes) {
        return Ok(Kpasswd { version: 1, body: KpasswdBody::Error(error) });
    }
    let mut input = Cursor::new(bytes);
    input.u16("message length")?;
    let version = input.u16("protocol version number")?;
    if version != 1 && version != 0xFF80 {
        return Err(der::invalid("protocol version number", 2));
    }
    // An error stands where AP-REP would, with a length of 0 for it, or behind its own.
    input.u16("AP-REQ length")?;
    let body = match parse(input.rest())? {
        Message::ApRequest(request) => KpasswdBody::Request(request),
        Message::ApReply(reply) => KpasswdBody::Reply(reply),
        Message::Error(error) => KpasswdBody::Error(error),
        _ => return Err(der::invalid("AP-REQ", input.at())),
    };
    Ok(Kpasswd { version, body })
}

/// The result that the e-data of an error holds: its code, and its text.
pub fn kpasswd_result(e_data: &[u8]) -> Option<(u16, &[u8])> {
    let (code, text) = e_data.split_first_chunk()?;
    let code = u16::from_be_bytes(*code);
    (code <= RESULT_MAX).then_some((code, text))
}
