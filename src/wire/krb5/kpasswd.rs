//! Messages of the password change protocol (RFC 3244): a Kerberos message and a KRB-PRIV behind three numbers.

use super::{Start, start};
use crate::wire::Error;
use crate::wire::cursor::Cursor;
use crate::wire::der;

/// Versions: that of RFC 3244, and that of the older protocol, which all replies have.
const VERSIONS: [u16; 2] = [0xFF80, 1];
/// The highest result code (RFC 3244 section 2).
const RESULT_MAX: u16 = 7;
/// The identifier octet of KRB-ERROR.
const KRB_ERROR: u8 = 0x7E;

/// The message inside of a message (without the length that TCP puts in front): an AP-REQ, an AP-REP, or a KRB-ERROR,
/// which some servers send bare.
///
/// # Errors
/// `Invalid` when it is no such message, `Short` when not even its header is there.
pub fn kpasswd(bytes: &[u8]) -> Result<&[u8], Error> {
    if bytes.first() == Some(&KRB_ERROR) {
        return Ok(bytes);
    }
    let mut input = Cursor::new(bytes);
    input.u16("message length")?;
    let at = input.at();
    if !VERSIONS.contains(&input.u16("protocol version number")?) {
        return Err(der::invalid("protocol version number", at));
    }
    // The length of AP-REP is 0 where an error follows; a message knows its own length.
    input.u16("AP-REQ length")?;
    Ok(input.rest())
}

/// Whether such a message begins here.
///
/// # Errors
/// `Short` while too few bytes are there to tell.
pub fn kpasswd_start(bytes: &[u8]) -> Result<Option<Start>, Error> {
    match kpasswd(bytes) {
        Ok(inside) => start(inside),
        Err(error) if error.is_short() => Err(error),
        Err(_) => Ok(None),
    }
}

/// The result that the e-data of an error holds: its code, and its text.
pub fn kpasswd_result(e_data: &[u8]) -> Option<(u16, &[u8])> {
    let (code, text) = e_data.split_first_chunk()?;
    let code = u16::from_be_bytes(*code);
    (code <= RESULT_MAX).then_some((code, text))
}
