//! A ClientHello in SSLv2 format (RFC 5246 appendix E.2): the first message of ancient clients.

use super::client_hello::ClientHello;
use super::extension::is_grease;
use crate::wire::cursor::Cursor;
use crate::wire::{Error, ErrorKind};

/// Length of an SSLv2 record header, bytes.
const HEADER: u16 = 2;

/// Parses a ClientHello in SSLv2 format (RFC 5246 appendix E.2), from the first byte of the record. Cipher kinds of
/// SSLv2 itself (three bytes, the first not 0) are no suites of TLS and are left out.
///
/// # Errors
/// The first field that could not be read.
pub fn sslv2_client_hello(record: &[u8]) -> Result<ClientHello, Error> {
    let mut cursor = Cursor::new(record);
    let length = record_length(cursor.u16("record length")?)?;
    expect(&mut cursor, 1, "msg_type")?;
    let version = cursor.u16("version")?;
    let specs = cursor.u16("cipher_spec_length")?;
    let session_id = cursor.u16("session_id_length")?;
    let challenge = cursor.u16("challenge_length")?;
    let mut hello = ClientHello {
        sslv2: true,
        legacy_version: version,
        versions: vec![version],
        length: u32::from(length + HEADER),
        ..ClientHello::default()
    };
    hello.offer(suites(cursor.take(specs.into(), "cipher_specs")?));
    cursor.take(session_id.into(), "session_id")?;
    hello.random = random(cursor.take(challenge.into(), "challenge")?);
    Ok(hello)
}

/// Whether a ClientHello in SSLv2 format begins here: type, version and the lengths that must add up. Wants 11 bytes.
pub fn is_sslv2_hello_start(bytes: &[u8]) -> bool {
    lengths_add_up(bytes).unwrap_or(false)
}

fn lengths_add_up(bytes: &[u8]) -> Result<bool, Error> {
    let mut cursor = Cursor::new(bytes);
    let length = record_length(cursor.u16("record length")?)?;
    expect(&mut cursor, 1, "msg_type")?;
    let version = cursor.u16("version")?;
    let specs = cursor.u16("cipher_spec_length")?;
    let session_id = cursor.u16("session_id_length")?;
    let challenge = cursor.u16("challenge_length")?;
    let sum = 9 + u32::from(specs) + u32::from(session_id) + u32::from(challenge);
    let lengths = specs > 0 && specs % 3 == 0 && (16..=32).contains(&challenge);
    let version = version == 2 || (0x0300..=0x0304).contains(&version);
    Ok(version && lengths && sum == u32::from(length))
}

/// Length of a record with the two-byte header, which sets the high bit.
fn record_length(field: u16) -> Result<u16, Error> {
    let invalid = Error { field: "record length", at: 0, kind: ErrorKind::Invalid };
    if field & 0x8000 == 0 { Err(invalid) } else { Ok(field & 0x7fff) }
}

fn expect(cursor: &mut Cursor<'_>, value: u8, field: &'static str) -> Result<(), Error> {
    let at = cursor.at();
    match cursor.u8(field)? {
        found if found == value => Ok(()),
        _ => Err(Error { field, at, kind: ErrorKind::Invalid }),
    }
}

fn suites(specs: &[u8]) -> impl Iterator<Item = u16> {
    specs.as_chunks::<3>().0.iter().filter_map(|spec| match *spec {
        [0, high, low] => Some(u16::from_be_bytes([high, low])).filter(|suite| !is_grease(*suite)),
        _ => None,
    })
}

/// The challenge as ClientHello.random: to the right, zeros in front (RFC 5246 appendix E.2).
fn random(challenge: &[u8]) -> [u8; 32] {
    let mut random = [0; 32];
    let bytes = random.iter_mut().rev().zip(challenge.iter().rev());
    bytes.for_each(|(place, byte)| *place = *byte);
    random
}
