//! Bodies of SMB 2 messages. Offsets in them count from the message's header; each function takes a message from there.

use super::{Error, HEADER_BYTES};
use crate::wire::cursor::Cursor;
use crate::wire::filetime;

/// Characters of the longest name that is kept.
const NAME_CHARS_MAX: usize = 1024;

/// A NEGOTIATE response (MS-SMB2 section 2.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Negotiated<'a> {
    /// 0x0202 to 0x0311; 0x02ff where another NEGOTIATE has to follow.
    pub dialect: u16,
    /// The server's clock, nanoseconds since 1970; `None` where it does not tell.
    pub system_time: Option<i64>,
    /// Its first token.
    pub token: &'a [u8],
}

/// Reads a NEGOTIATE response.
///
/// # Errors
/// `Short`
pub fn negotiated(message: &[u8]) -> Result<Negotiated<'_>, Error> {
    let mut cursor = Cursor::new(message);
    cursor.take(HEADER_BYTES + 4, "SecurityMode")?;
    let dialect = cursor.u16_le("DialectRevision")?;
    cursor.take(34, "ServerGuid")?;
    let system_time = filetime::nanoseconds(cursor.u64_le("SystemTime")?);
    cursor.u64_le("ServerStartTime")?;
    Ok(Negotiated { dialect, system_time, token: buffer(message, &mut cursor, "Buffer")? })
}

/// The token of a SESSION_SETUP request (section 2.2.5).
///
/// # Errors
/// `Short`
pub fn request_token(message: &[u8]) -> Result<&[u8], Error> {
    at(message, HEADER_BYTES + 12, "SecurityBuffer")
}

/// The token of a SESSION_SETUP response (section 2.2.6).
///
/// # Errors
/// `Short`
pub fn response_token(message: &[u8]) -> Result<&[u8], Error> {
    at(message, HEADER_BYTES + 4, "SecurityBuffer")
}

/// The path of a TREE_CONNECT request (section 2.2.9): `\\server\share`.
///
/// # Errors
/// `Short`
pub fn tree_path(message: &[u8]) -> Result<Box<str>, Error> {
    at(message, HEADER_BYTES + 4, "Path").map(text)
}

/// The name of a CREATE request (section 2.2.13), from the root of the share.
///
/// # Errors
/// `Short`
pub fn create_name(message: &[u8]) -> Result<Box<str>, Error> {
    at(message, HEADER_BYTES + 44, "Name").map(text)
}

/// The buffer whose offset and length stand at `place`.
fn at<'a>(message: &'a [u8], place: usize, field: &'static str) -> Result<&'a [u8], Error> {
    let mut cursor = Cursor::new(message);
    cursor.take(place, field)?;
    buffer(message, &mut cursor, field)
}

/// The buffer whose offset and length come next.
fn buffer<'a>(
    message: &'a [u8],
    cursor: &mut Cursor<'_>,
    field: &'static str,
) -> Result<&'a [u8], Error> {
    let offset = cursor.u16_le(field)?;
    let len = cursor.u16_le(field)?;
    if len == 0 {
        return Ok(&[]);
    }
    let mut buffer = Cursor::new(message);
    buffer.take(offset.into(), field)?;
    buffer.take(len.into(), field)
}

/// UTF-16, little-endian.
fn text(bytes: &[u8]) -> Box<str> {
    let units = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    let chars = char::decode_utf16(units).map(|char| char.unwrap_or('\u{FFFD}'));
    chars.take(NAME_CHARS_MAX).collect::<String>().into()
}
