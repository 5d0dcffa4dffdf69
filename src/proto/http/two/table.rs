//! The dynamic table of HPACK (RFC 7541 section 2.3), and header blocks read with it.

use crate::wire::http2::{Field, Name, STATIC_ENTRIES, entry, fields};
use std::collections::VecDeque;

/// The size of a new table, bytes (RFC 9113 section 6.5.2).
const BYTES_DEFAULT: usize = 4096;
/// The largest table that is kept.
const BYTES_MAX: usize = 64 << 10;
/// What an entry counts beside its bytes.
const ENTRY_BYTES: usize = 32;
/// What a header list may come to: few bytes can name large entries many times.
const LIST_BYTES_MAX: usize = 256 << 10;

/// Names and values that later blocks refer to, the newest first.
pub(super) struct Table {
    entries: VecDeque<(Vec<u8>, Vec<u8>)>,
    bytes: usize,
    bytes_max: usize,
}

impl Default for Table {
    fn default() -> Self {
        Self { entries: VecDeque::new(), bytes: 0, bytes_max: BYTES_DEFAULT }
    }
}

impl Table {
    /// Names and values of a block; `None` when it cannot be read, and nothing behind it can.
    pub(super) fn read(&mut self, block: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
        let (mut list, mut bytes) = (Vec::new(), 0);
        for field in fields(block) {
            let (name, value, kept) = match field.ok()? {
                Field::Resize(size) => {
                    self.resize(size)?;
                    continue;
                }
                Field::Indexed(index) => {
                    let (name, value) = self.get(index)?;
                    (name.to_vec(), value.to_vec(), false)
                }
                Field::Literal { name: Name::Literal(name), value, kept } => {
                    (name.into_owned(), value.into_owned(), kept)
                }
                Field::Literal { name: Name::Indexed(index), value, kept } => {
                    (self.get(index)?.0.to_vec(), value.into_owned(), kept)
                }
            };
            bytes += size(&name, &value);
            if bytes > LIST_BYTES_MAX {
                return None;
            }
            if kept {
                self.add(name.clone(), value.clone());
            }
            list.push((name, value));
        }
        Some(list)
    }

    /// Bytes of its entries, as they are counted.
    pub(super) fn size(&self) -> usize {
        self.bytes
    }

    fn get(&self, index: usize) -> Option<(&[u8], &[u8])> {
        if index <= STATIC_ENTRIES {
            return entry(index);
        }
        let (name, value) = self.entries.get(index - STATIC_ENTRIES - 1)?;
        Some((name, value))
    }

    fn add(&mut self, name: Vec<u8>, value: Vec<u8>) {
        self.bytes += size(&name, &value);
        self.entries.push_front((name, value));
        self.shrink();
    }

    fn resize(&mut self, size: usize) -> Option<()> {
        self.bytes_max = size;
        self.shrink();
        (size <= BYTES_MAX).then_some(())
    }

    /// Lets the oldest entries go.
    fn shrink(&mut self) {
        while self.bytes > self.bytes_max
            && let Some((name, value)) = self.entries.pop_back()
        {
            self.bytes -= size(&name, &value);
        }
    }
}

fn size(name: &[u8], value: &[u8]) -> usize {
    name.len() + value.len() + ENTRY_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: &mut Table, block: &[u8]) -> Vec<(String, String)> {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("is text");
        let list = table.read(block).expect("is well-formed");
        list.into_iter().map(|(name, value)| (text(name), text(value))).collect()
    }

    // RFC 7541 appendix C.3.
    #[test]
    fn three_requests_share_a_table() {
        let mut table = Table::default();
        let first = read(&mut table, b"\x82\x86\x84\x41\x0fwww.example.com");
        assert_eq!(first[3], (":authority".to_owned(), "www.example.com".to_owned()));
        let second = read(&mut table, b"\x82\x86\x84\xbe\x58\x08no-cache");
        assert_eq!(second[3], first[3]);
        let third = read(&mut table, b"\x82\x87\x85\xbf\x40\x0acustom-key\x0ccustom-value");
        assert_eq!(third[4], ("custom-key".to_owned(), "custom-value".to_owned()));
        assert_eq!((table.entries.len(), table.bytes), (3, 164));
        assert_eq!(table.read(&[0xff, 0]), None, "no such entry");
    }

    #[test]
    fn small_blocks_do_not_make_large_lists() {
        let mut table = Table::default();
        let entry = [&b"\x40\x01a\x7f\xa1\x1e"[..], &[b'x'; 4000]].concat();
        assert_eq!(table.read(&entry).map(|list| list.len()), Some(1));
        assert_eq!(table.read(&[0xbe; 1000]), None);
        assert_eq!(table.read(&[0x3f, 0xe1, 0xff, 0x7f]), None, "a table of two megabytes");
        assert_eq!((table.read(&[0x20]).map(|list| list.len()), table.bytes), (Some(0), 0));
    }
}
