//! Records at the front of a byte stream, and whether bytes may be records at all.

use crate::proto::Verdict;
use crate::wire::tls::{
    ContentType, RecordHeader, is_client_hello_start, is_sslv2_hello_start, record_header,
};

/// Length of a record header, bytes.
pub(super) const HEADER: usize = 5;

/// What stands at the front.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Front {
    /// A record header.
    Record(RecordHeader),
    /// Too few bytes for a header, and they may become one.
    Short,
    /// No TLS record.
    Foreign,
}

/// Reads the header at the front of `bytes`.
pub(super) fn front(bytes: &[u8]) -> Front {
    match record_header(bytes) {
        Some(header) => Front::Record(header),
        None if may_begin(bytes) => Front::Short,
        None => Front::Foreign,
    }
}

/// Fewer bytes than a header has, and none that speaks against one.
fn may_begin(bytes: &[u8]) -> bool {
    match bytes {
        [] => true,
        [20..=24] | [20..=24, 3] | [20..=24, 3, 0..=4] => true,
        [20..=24, 3, 0..=4, high] => *high <= 0x48,
        _ => false,
    }
}

/// Whether bytes of unknown origin are TLS records, in a row to their end.
pub(in crate::proto) fn are_records(bytes: &[u8]) -> Verdict {
    match front(bytes) {
        Front::Short => Verdict::More,
        Front::Foreign => Verdict::No,
        Front::Record(header) if !fits(&header, bytes) => Verdict::No,
        Front::Record(_) if in_a_row(bytes) => Verdict::Yes,
        Front::Record(_) => Verdict::No,
    }
}

/// Whether `bytes` begin with a ClientHello, also one in SSLv2 format.
pub(in crate::proto) fn is_hello(bytes: &[u8]) -> Verdict {
    if is_client_hello_start(bytes) || is_sslv2_hello_start(bytes) {
        return Verdict::Yes;
    }
    let short = match bytes {
        [22, ..] => bytes.len() <= HEADER && may_become_hello(bytes),
        [0x80..=0x8f, rest @ ..] => bytes.len() < 11 && matches!(rest, [] | [_] | [_, 1, ..]),
        _ => false,
    };
    if short { Verdict::More } else { Verdict::No }
}

fn may_become_hello(bytes: &[u8]) -> bool {
    may_begin(bytes) || record_header(bytes).is_some()
}

/// The first record's length, and what is seen of its content, suit its type.
fn fits(header: &RecordHeader, bytes: &[u8]) -> bool {
    let content = bytes.get(HEADER..).unwrap_or_default();
    match header.content_type {
        ContentType::CHANGE_CIPHER_SPEC => header.length == 1 && matches!(content, [] | [1, ..]),
        ContentType::ALERT if header.length == 2 => matches!(content, [] | [1 | 2, ..]),
        ContentType::ALERT => (16..=512).contains(&header.length),
        ContentType::HANDSHAKE => header.length >= 4 || matches!(content, [1 | 2, ..]),
        ContentType::APPLICATION_DATA => true,
        _ => false,
    }
}

/// Record follows record to the end of `bytes`; the last one may be cut. Every step passes over a header at least.
fn in_a_row(mut bytes: &[u8]) -> bool {
    loop {
        let header = match front(bytes) {
            Front::Short => return true,
            Front::Foreign => return false,
            Front::Record(header) => header,
        };
        match bytes.get(HEADER + usize::from(header.length)..) {
            Some(rest) => bytes = rest,
            None => return true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_whole_or_waited_for() {
        for length in 0..HEADER {
            assert_eq!(front(&[22, 3, 1, 0, 4][..length]), Front::Short, "{length} bytes");
        }
        assert!(matches!(front(&[22, 3, 1, 0, 4]), Front::Record(_)));
        assert_eq!(front(&[22, 4]), Front::Foreign);
        assert_eq!(front(&[22, 3, 3, 0xff]), Front::Foreign);
        assert_eq!(front(b"HTTP/1.1"), Front::Foreign);
    }

    #[test]
    fn records_in_the_middle_of_a_stream_are_known_by_their_row() {
        let two = [23, 3, 3, 0, 2, 7, 7, 21, 3, 3, 0, 26, 9];
        assert_eq!(are_records(&two), Verdict::Yes);
        let mut broken = two;
        broken[7] = 99;
        assert_eq!(are_records(&broken), Verdict::No);
        assert_eq!(are_records(&[21, 3, 1, 0, 2, 9, 9]), Verdict::No, "no such level");
        assert_eq!(are_records(&[20, 3, 1, 0, 2]), Verdict::No, "too long for its type");
        assert_eq!(are_records(&[21, 3]), Verdict::More);
    }

    #[test]
    fn a_hello_in_either_format_is_waited_for() {
        let hello = [22, 3, 1, 1, 0, 1, 0, 0, 252, 3, 3];
        let sslv2 = [0x80, 0x2e, 1, 3, 1, 0, 0x15, 0, 0, 0, 0x10];
        for whole in [hello, sslv2] {
            for length in 1..whole.len() {
                let verdict = is_hello(&whole[..length]);
                assert_ne!(verdict, Verdict::No, "{length} of {whole:02x?}");
            }
            assert_eq!(is_hello(&whole), Verdict::Yes);
        }
        assert_eq!(is_hello(b"GET / HTTP/1.1"), Verdict::No);
        assert_eq!(is_hello(&[23, 3, 3, 0, 9, 1]), Verdict::No);
    }
}
