//! Names in NTLM messages: UTF-16 or the code page of the sender, which nobody knows.

use crate::wire::lossy;

/// Characters of a name that are kept; user names of Windows have at most 104.
const CHARS_MAX: usize = 256;

/// A name in UTF-16, little-endian; of an odd number of bytes it cannot be.
pub(super) fn unicode_or_oem(bytes: &[u8]) -> Box<str> {
    if !bytes.len().is_multiple_of(2) {
        return oem(bytes);
    }
    utf16(bytes)
}

/// UTF-16, little-endian, bad units replaced. Samba ends some names with a zero.
pub(super) fn utf16(bytes: &[u8]) -> Box<str> {
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        &[low, high] => u16::from_le_bytes([low, high]),
        _ => 0,
    });
    let chars = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    chars.take_while(|c| *c != '\0').take(CHARS_MAX).collect::<String>().into()
}

/// A name in a code page: what is not ASCII (or UTF-8) is replaced.
pub(super) fn oem(bytes: &[u8]) -> Box<str> {
    let bytes = bytes.get(..CHARS_MAX).unwrap_or(bytes);
    lossy(bytes).into()
}

/// Every second byte is zero, as in UTF-16 of western names.
pub(super) fn looks_like_unicode(bytes: &[u8]) -> bool {
    bytes.len().is_multiple_of(2) && bytes.chunks_exact(2).all(|pair| pair.last() == Some(&0))
}
