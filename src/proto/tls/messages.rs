//! Handshake messages of one side, put together from any number of records.

use crate::wire::tls::HandshakeType;
use std::borrow::Cow;

/// Length of a message header, bytes.
const HEADER: usize = 4;

/// Room that is made at once for the rest of a message; more only as its bytes come.
const ROOM_MAX: usize = 16 << 10;

/// A whole message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message<'a> {
    /// msg_type
    pub(super) kind: HandshakeType,
    /// What stands behind the header.
    pub(super) body: Cow<'a, [u8]>,
}

/// What the next bytes of a record gave.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<'a> {
    /// A whole message.
    Message(Message<'a>),
    /// A message longer than allowed; its bytes are passed over.
    TooLong,
    /// Nothing whole; the record is used up.
    Nothing,
}

/// The beginning of a message whose end has not come yet.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// Header and body so far; shorter than the message, never longer than allowed.
    begun: Vec<u8>,
    /// Bytes still to come of a message that is too long.
    pass: usize,
}

impl Messages {
    /// A message has begun in an earlier record.
    pub(super) fn under_way(&self) -> bool {
        self.pass > 0 || !self.begun.is_empty()
    }

    /// Bytes that the message under way takes.
    pub(super) fn held(&self) -> usize {
        self.begun.capacity()
    }

    /// The next message of a record's fragment; takes its bytes off `fragment`.
    pub(super) fn next<'a>(&mut self, fragment: &mut &'a [u8], bytes_max: usize) -> Next<'a> {
        let passed = take(fragment, self.pass);
        self.pass -= passed.len();
        if self.begun.is_empty()
            && let Some(body) = fragment.get(HEADER..message_length(fragment).unwrap_or(0))
        {
            let kind = kind(fragment);
            take(fragment, HEADER + body.len());
            return Next::Message(Message { kind, body: Cow::Borrowed(body) });
        }
        self.collect(fragment, bytes_max)
    }

    /// Adds to the message that was begun, or begins one.
    fn collect<'a>(&mut self, fragment: &mut &'a [u8], bytes_max: usize) -> Next<'a> {
        let header = take(fragment, HEADER.saturating_sub(self.begun.len()));
        self.begun.extend_from_slice(header);
        let Some(length) = message_length(&self.begun) else { return Next::Nothing };
        let missing = length - self.begun.len();
        if length > bytes_max {
            self.begun = Vec::new();
            self.pass = missing;
            return Next::TooLong;
        }
        if self.begun.len() == HEADER {
            self.begun.reserve_exact(missing.min(ROOM_MAX));
        }
        self.begun.extend_from_slice(take(fragment, missing));
        if self.begun.len() < length {
            return Next::Nothing;
        }
        let mut whole = std::mem::take(&mut self.begun);
        let kind = kind(&whole);
        whole.drain(..HEADER);
        Next::Message(Message { kind, body: Cow::Owned(whole) })
    }
}

fn take<'a>(bytes: &mut &'a [u8], len: usize) -> &'a [u8] {
    let (head, tail) = bytes.split_at(len.min(bytes.len()));
    *bytes = tail;
    head
}

fn kind(message: &[u8]) -> HandshakeType {
    HandshakeType(message.first().copied().unwrap_or_default())
}

/// Length of the message with its header, where the header is whole.
fn message_length(message: &[u8]) -> Option<usize> {
    let &[_, a, b, c] = message.first_chunk::<HEADER>()?;
    Some(HEADER + u32::from_be_bytes([0, a, b, c]) as usize)
}

/// Whether a record's fragment can begin in clear with a message: its type is known.
pub(super) fn begins_message(fragment: &[u8]) -> bool {
    fragment.is_empty() || kind(fragment).name().is_some()
}

/// Whether a fragment is clear beyond doubt: whole messages of known types and nothing else, or the start of a hello.
pub(super) fn is_surely_clear(fragment: &[u8]) -> bool {
    begins_hello(fragment) || tiles(fragment)
}

/// A ClientHello or ServerHello begins here: lengths and version fit.
pub(super) fn begins_hello(fragment: &[u8]) -> bool {
    matches!(fragment, [1 | 2, 0, _, _, 3, 0..=4, ..] | [1 | 2, 0, _, _, 0x7f, _, ..])
}

fn tiles(mut fragment: &[u8]) -> bool {
    while !fragment.is_empty() {
        let Some(length) = message_length(fragment) else { return false };
        // Explicit nonces are zero in front; a real HelloRequest is empty.
        let known = match kind(fragment) {
            HandshakeType::HELLO_REQUEST => length == HEADER,
            other => other.name().is_some(),
        };
        match fragment.get(length..) {
            Some(rest) if known => fragment = rest,
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: [u8; 11] = [14, 0, 0, 0, 16, 0, 0, 3, 7, 8, 9];

    /// Types and bodies of the messages in `stream`, cut into fragments of `size` bytes.
    fn cut(stream: &[u8], size: usize, bytes_max: usize) -> (Vec<(u8, Vec<u8>)>, usize) {
        let (mut messages, mut found, mut too_long) = (Messages::default(), Vec::new(), 0);
        for mut fragment in stream.chunks(size) {
            loop {
                match messages.next(&mut fragment, bytes_max) {
                    Next::Message(message) => {
                        found.push((message.kind.0, message.body.into_owned()));
                    }
                    Next::TooLong => too_long += 1,
                    Next::Nothing => break,
                }
            }
        }
        assert!(!messages.under_way());
        (found, too_long)
    }

    #[test]
    fn messages_are_the_same_however_they_are_cut() {
        for size in 1..=TWO.len() {
            let (found, _) = cut(&TWO, size, 100);
            assert_eq!(found, [(14, vec![]), (16, vec![7, 8, 9])], "fragments of {size}");
        }
    }

    #[test]
    fn a_message_that_is_too_long_is_passed_over_by_its_length() {
        let mut stream = vec![11, 0, 0, 50];
        stream.extend([0; 50]);
        stream.extend(TWO);
        for size in 1..54 {
            let (found, too_long) = cut(&stream, size, 40);
            assert_eq!((found.len(), too_long), (2, 1), "fragments of {size}");
        }
    }

    #[test]
    fn an_explicit_nonce_is_no_hello_request() {
        assert!(is_surely_clear(&[0, 0, 0, 0]));
        assert!(!is_surely_clear(&[0, 0, 0, 0, 0, 0, 0, 1, 0x5f, 0x11, 0x80, 0x3a, 0xc1]));
        assert!(is_surely_clear(&TWO));
        assert!(!is_surely_clear(&TWO[..10]));
    }
}
