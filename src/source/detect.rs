//! Tells what a file is by its first bytes.

use super::unpack::Packing;
use super::{Format, pcap, pcapng};

/// Bytes that are enough to tell a capture, or what it is compressed with.
pub(super) const HEADER: usize = 24;

/// Bytes that are enough to tell anything.
pub(super) const NEEDED: usize = 4096;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A capture.
    Capture(Format),
    /// Compressed.
    Packed(Packing),
    /// Something else, as it stands behind "this looks like".
    Other(&'static str),
}

/// Compressions by their magic bytes.
const PACKINGS: &[(&[u8], Packing)] = &[
    (&[0x1f, 0x8b], Packing::Gzip),
    (&[0x28, 0xb5, 0x2f, 0xfd], Packing::Zstd),
    (&[0x04, 0x22, 0x4d, 0x18], Packing::Lz4),
    (&[0xfd, b'7', b'z', b'X', b'Z', 0x00], Packing::Xz),
];

/// Other files that people take for captures, by their magic bytes.
const OTHERS: &[(&[u8], &str)] = &[
    (b"GMBU", "a Microsoft Network Monitor 2 capture"),
    (b"RTSS", "a Microsoft Network Monitor 1 capture"),
    (b"snoop\0\0\0", "a snoop capture"),
    (b"btsnoop\0", "a Bluetooth snoop capture"),
    (b"TRSNIFF data    \x1a", "a Sniffer capture"),
    (b"XCP\0", "a NetXRay or Sniffer capture"),
    (b"VL\0\0", "a NetXRay capture"),
    (b"\x7fver", "an EtherPeek or OmniPeek capture"),
    (b"iptrace ", "an AIX iptrace capture"),
    (b"LOGG", "a Vector BLF log"),
    (b"\x0a\x0d\x0d\x0a", "a pcapng capture whose byte order mark is damaged"),
    (b"\xab\x01\x00\x1c", "an IXIA lcap capture"),
    (b"\xac\x01\x00\x1c", "an IXIA lcap capture"),
    (b"PK\x03\x04", "a zip archive (unpack it first)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive (unpack it first)"),
    (b"Rar!\x1a\x07", "a RAR archive (unpack it first)"),
    (b"BZh", "a bzip2 file (unpack it first)"),
    (b"MSCF", "a cabinet archive (unpack it first)"),
    (b"\x02\x21\x4c\x18", "an lz4 file in the legacy format (unpack it first)"),
    (b"\x5d\x00\x00", "an lzma file (unpack it first)"),
    (b"\x7fELF", "an ELF program"),
    (b"MZ", "a Windows program"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Microsoft Office document or installer"),
    (b"ElfFile\0", "a Windows event log"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
];

/// Tells what begins with `head`: at least [`NEEDED`] bytes of it, or all there are; a capture at least [`HEADER`].
pub(super) fn kind(head: &[u8]) -> Kind {
    if self::pcap::begins(head) {
        return Kind::Capture(Format::Pcap);
    }
    if pcapng::begins(head) {
        return Kind::Capture(Format::Pcapng);
    }
    if let Some((_, packing)) = PACKINGS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Kind::Packed(*packing);
    }
    let known = OTHERS.iter().find(|(magic, _)| head.starts_with(magic));
    Kind::Other(known.map_or_else(|| looks(head), |(_, what)| what))
}

/// What bytes without a magic number look like.
fn looks(head: &[u8]) -> &'static str {
    if head.is_empty() {
        return "an empty file";
    }
    if head.iter().all(|byte| *byte == 0) {
        return "a file of zeros (a copy that broke off?)";
    }
    if is_etl(head) {
        return "a Windows event trace (ETL)";
    }
    if head.get(257..262) == Some(b"ustar") {
        return "a tar archive (unpack it first)";
    }
    text(head).unwrap_or("nothing known")
}

/// An ETL file begins with a trace buffer whose header tells its size, and a system event behind it.
fn is_etl(head: &[u8]) -> bool {
    let word = |at: usize| {
        head.get(at..at + 4)
            .and_then(|quad| quad.first_chunk())
            .map(|quad| u32::from_le_bytes(*quad))
    };
    let (Some(size), Some(used)) = (word(0), word(4)) else { return false };
    let sized = size.is_power_of_two() && (1 << 10..=16 << 20).contains(&size);
    // The marker of a system trace event (TRACE_HEADER_TYPE_SYSTEM32 or 64, version 2).
    let marked = matches!(head.get(72..76), Some([2, 0, 1 | 2, 0xc0]));
    sized && used <= size && marked
}

/// What kind of text it is, if it is text.
fn text(head: &[u8]) -> Option<&'static str> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The last character may be cut.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    if whole.chars().any(|c| c.is_control() && !c.is_ascii_whitespace() && c != '\x1b') {
        return None;
    }
    let begin: String = whole.trim_start().chars().take(15).collect();
    let begin = begin.to_ascii_lowercase();
    Some(if begin.starts_with("<!doctype html") || begin.starts_with("<html") {
        "an HTML page (a download that asked to log in?)"
    } else if begin.starts_with("<?xml") {
        "an XML document"
    } else if begin.starts_with(['{', '[']) {
        "JSON"
    } else if begin.starts_with("version https:") {
        "a pointer of Git LFS, not the file itself"
    } else {
        "text"
    })
}

#[cfg(test)]
mod tests {
    use super::super::memory::capture;
    use super::*;
    use crate::limits::Limits;

    fn looks_like(head: &[u8]) -> &'static str {
        match kind(head) {
            Kind::Other(what) => what,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn other_files_are_named() {
        assert_eq!(looks_like(b"GMBU\x00\x02"), "a Microsoft Network Monitor 2 capture");
        assert_eq!(looks_like(b"snoop\0\0\0\0\0\0\x02"), "a snoop capture");
        assert_eq!(looks_like(b"\x7fELF\x02\x01"), "an ELF program");
        assert_eq!(looks_like(b"PK\x03\x04..."), "a zip archive (unpack it first)");
        assert_eq!(looks_like(b"%PDF-1.7"), "a PDF document");
        assert_eq!(looks_like(b"\x89PNG\r\n\x1a\n"), "a PNG picture");
        assert_eq!(looks_like(b""), "an empty file");
        assert_eq!(looks_like(&[0; 4096]), "a file of zeros (a copy that broke off?)");
        assert_eq!(looks_like(&[9, 8, 7, 0xff]), "nothing known");
    }

    #[test]
    fn texts_are_told_apart() {
        let page = "an HTML page (a download that asked to log in?)";
        assert_eq!(looks_like(b"<!DOCTYPE html><html>"), page);
        assert_eq!(looks_like(b"\xef\xbb\xbf\n <HTML lang=en>"), page);
        assert_eq!(looks_like(b"<?xml version=\"1.0\"?>"), "an XML document");
        assert_eq!(looks_like(b"  [{\"a\": 1}]"), "JSON");
        assert_eq!(looks_like(b"12:00:01 IP 10.0.0.1 > 10.0.0.2"), "text");
        assert_eq!(looks_like("Gr\u{fc}\u{df}e".as_bytes().split_last().unwrap().1), "text");
        assert_eq!(
            looks_like(b"version https://git-lfs.github.com/spec/v1"),
            "a pointer of Git LFS, not the file itself"
        );
    }

    #[test]
    fn a_damaged_byte_order_mark_is_named() {
        let head = [0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 1, 2, 3, 4];
        assert_eq!(looks_like(&head), "a pcapng capture whose byte order mark is damaged");
    }

    #[test]
    fn the_message_tells_what_is_read_instead() {
        let reason = capture(b"GMBU".to_vec(), &Limits::default()).err().unwrap();
        let error = super::super::OpenError { name: "a.cap".into(), reason };
        assert_eq!(
            error.to_string(),
            "a.cap: this looks like a Microsoft Network Monitor 2 capture; finwhale reads pcap and pcapng"
        );
    }
}
