//! Kerberos errors in the tokens of protocols that have no analyzer of their own (yet): told by the token's own header.

use super::{Carrier, Session};
use crate::proto::Out;
use crate::units::At;
use memchr::memmem;

/// Behind tag and length of a token (RFC 2743 section 3.1): the mechanism is Kerberos, the token a KRB-ERROR
/// (RFC 4121 section 4.1), [APPLICATION 30].
const ERROR: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x03\x00\x7e";

/// The tag of a token.
const TOKEN: u8 = 0x60;

/// Bytes of the longest length of a token.
const LENGTH_BYTES_MAX: usize = 4;

/// Reports the Kerberos error in `bytes` of a server, where there is one.
pub fn kerberos_error(at: At, bytes: &[u8], out: &mut Out<'_>) {
    let Some(mechanism) = memmem::find(bytes, ERROR) else { return };
    let before = bytes.get(..mechanism).unwrap_or_default();
    let near = before.len().saturating_sub(LENGTH_BYTES_MAX + 1);
    let tag = before.iter().skip(near).position(|byte| *byte == TOKEN).map(|at| near + at);
    if let Some(token) = tag.and_then(|tag| bytes.get(tag..)) {
        Session::new(Carrier::Unread).server_token(at, token, out);
    }
}
