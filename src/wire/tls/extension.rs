//! The extensions block of hellos (RFC 8446 section 4.2), read as far as it goes.

use crate::wire::cursor::Cursor;
use crate::wire::lossy;

/// Numbers of the extensions that are looked into.
pub(super) const SERVER_NAME: u16 = 0;
pub(super) const STATUS_REQUEST: u16 = 5;
pub(super) const SUPPORTED_GROUPS: u16 = 10;
pub(super) const SIGNATURE_ALGORITHMS: u16 = 13;
pub(super) const ALPN: u16 = 16;
pub(super) const ENCRYPT_THEN_MAC: u16 = 22;
pub(super) const EXTENDED_MASTER_SECRET: u16 = 23;
pub(super) const SESSION_TICKET: u16 = 35;
pub(super) const KEY_SHARE_DRAFT: u16 = 40;
pub(super) const PRE_SHARED_KEY: u16 = 41;
pub(super) const SUPPORTED_VERSIONS: u16 = 43;
pub(super) const KEY_SHARE: u16 = 51;
pub(super) const ENCRYPTED_CLIENT_HELLO: u16 = 0xfe0d;
pub(super) const RENEGOTIATION_INFO: u16 = 0xff01;

/// A GREASE value (RFC 8701): `0x0a0a`, `0x1a1a`, … `0xfafa`.
pub(super) fn is_grease(value: u16) -> bool {
    value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff
}

/// The content of a vector with a 16-bit length in front, or as much of it as is there.
pub(super) fn vec16_lenient<'a>(bytes: &'a [u8]) -> &'a [u8] {
    let mut cursor = Cursor::new(bytes);
    let Ok(length) = cursor.u16("length") else { return &[] };
    let rest: &'a [u8] = cursor.rest();
    rest.get(..usize::from(length)).unwrap_or(rest)
}

/// The content of a vector with an 8-bit length in front, or as much of it as is there.
pub(super) fn vec8_lenient(bytes: &[u8]) -> &[u8] {
    let Some((length, rest)) = bytes.split_first() else { return &[] };
    rest.get(..usize::from(*length)).unwrap_or(rest)
}

/// 16-bit numbers in a row without GREASE; an odd last byte is no number.
pub(super) fn numbers(bytes: &[u8]) -> impl Iterator<Item = u16> {
    let pairs = bytes.as_chunks::<2>().0.iter();
    pairs.map(|pair| u16::from_be_bytes(*pair)).filter(|number| !is_grease(*number))
}

/// The number and the content of each extension of a block (without its length), GREASE left out; ends where the
/// block is broken, with what is there of the last content.
pub(super) fn extensions(block: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut cursor = Cursor::new(block);
    let next = move || {
        let number = cursor.u16("extension_type").ok()?;
        let length = usize::from(cursor.u16("extension_data length").ok()?);
        let length = length.min(cursor.rest().len());
        Some((number, cursor.take(length, "extension_data").ok()?))
    };
    std::iter::from_fn(next).filter(|(number, _)| !is_grease(*number))
}

/// Bytes that should be text, as text.
pub(super) fn text(bytes: &[u8]) -> Box<str> {
    lossy(bytes).into()
}

/// The protocols of an ALPN extension (RFC 7301), GREASE left out.
pub(super) fn protocols(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut list = Cursor::new(vec16_lenient(content));
    let next = move || list.vec8("ProtocolName").ok().map(|name| name.rest());
    let is_grease = |name: &[u8]| matches!(*name, [a, b] if is_grease(u16::from_be_bytes([a, b])));
    std::iter::from_fn(next).filter(move |name| !is_grease(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixteen_grease_values_and_no_other() {
        let grease = (0..=u16::MAX).filter(|value| is_grease(*value));
        let expected = (0..16).map(|high| (high << 12 | 0x0a00) | (high << 4 | 0x0a));
        assert!(grease.eq(expected));
    }

    #[test]
    fn a_broken_block_gives_what_was_before_the_break() {
        let block = [0, 23, 0, 0, 0x0a, 0x0a, 0, 0, 0, 35, 0, 9, 1, 2];
        let found: Vec<_> = extensions(&block).collect();
        assert_eq!(found, [(23, &[][..]), (35, &[1, 2][..])]);
    }
}
