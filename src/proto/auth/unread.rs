//! Answers of Kerberos in the tokens of protocols that have no analyzer of their own (yet): told by the token's own header.

use super::{Carrier, Session};
use crate::proto::Out;
use crate::units::At;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// Behind tag and length of a token (RFC 2743 section 3.1): the mechanism is Kerberos.
const KERBEROS: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";

/// Finds it. Made once: that costs more than to look through a segment.
static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(KERBEROS));

/// What follows: the token is an AP-REP or a KRB-ERROR (RFC 4121 section 4.1), [APPLICATION 15] or 30.
const ANSWERS: [&[u8]; 2] = [b"\x02\x00\x6f", b"\x03\x00\x7e"];

/// The tag of a token.
const TOKEN: u8 = 0x60;

/// Bytes of the longest length of a token.
const LENGTH_BYTES_MAX: usize = 4;

/// Reports the Kerberos error in `bytes` of a server, or that it accepts a ticket, where there is such an answer.
pub fn kerberos_answer(at: At, bytes: &[u8], out: &mut Out<'_>) {
    let Some(mechanism) = answer(bytes) else { return };
    let before = bytes.get(..mechanism).unwrap_or_default();
    let near = before.len().saturating_sub(LENGTH_BYTES_MAX + 1);
    let tag = before.iter().skip(near).position(|byte| *byte == TOKEN).map(|at| near + at);
    if let Some(token) = tag.and_then(|tag| bytes.get(tag..)) {
        Session::new(Carrier::Unread).server_token(at, token, out);
    }
}

/// Where the mechanism of the first token that is an answer stands.
fn answer(bytes: &[u8]) -> Option<usize> {
    let is_answer = |mechanism: &usize| {
        let kind = bytes.get(mechanism + KERBEROS.len()..).unwrap_or_default();
        ANSWERS.iter().any(|answer| kind.starts_with(answer))
    };
    // Nearly no bytes have one, and an iterator begins with a copy of the finder.
    FINDER.find(bytes)?;
    FINDER.find_iter(bytes).find(is_answer)
}
