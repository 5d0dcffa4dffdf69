//! The header section of a message (RFC 9112 sections 2.1 and 5): where it ends, its fields. As tolerant as recipients are:
//! a bare LF ends a line, blanks stand before colons, lines are folded.

use memchr::memchr;

/// The longest header section that is put together, bytes: it has room for the largest of tickets.
pub const HEAD_BYTES_MAX: usize = 128 << 10;

/// Length of the header section that `bytes` begin with, its empty line included. The first `looked` bytes were looked
/// through before and had no end.
pub fn head_end(bytes: &[u8], looked: usize) -> Option<usize> {
    let mut at = looked.saturating_sub(2);
    loop {
        let feed = at + memchr(b'\n', bytes.get(at..)?)?;
        match bytes.get(feed + 1..)? {
            [b'\n', ..] => return Some(feed + 2),
            [b'\r', b'\n', ..] => return Some(feed + 3),
            _ => at = feed + 1,
        }
    }
}

/// A whole header section.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The request line or status line, without its line end.
    pub line: &'a [u8],
    fields: &'a [u8],
}

impl<'a> Head<'a> {
    /// Parts the first line from the fields.
    pub fn new(bytes: &'a [u8]) -> Self {
        let (line, fields) = split_line(bytes);
        Self { line, fields }
    }

    /// Names and values, without blanks around them. The value of a folded line has its line ends within; lines without
    /// a colon are left out.
    pub fn fields(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let mut rest = self.fields;
        std::iter::from_fn(move || {
            while !rest.is_empty() {
                let line = take_folded(&mut rest);
                if let Some(colon) = memchr(b':', line) {
                    let (name, value) = line.split_at(colon);
                    return Some((name.trim_ascii(), value.get(1..)?.trim_ascii()));
                }
            }
            None
        })
    }
}

/// The first line without its end, and what follows.
fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr(b'\n', bytes).unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at(end);
    (line.strip_suffix(b"\r").unwrap_or(line), rest.get(1..).unwrap_or_default())
}

/// Takes a line with the lines that continue it (RFC 9112 section 5.2).
fn take_folded<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let whole = *rest;
    let mut end = 0;
    loop {
        let (line, after) = split_line(rest);
        end += line.len();
        *rest = after;
        if !matches!(after, [b' ' | b'\t', ..]) || line.is_empty() {
            return whole.get(..end).unwrap_or(whole);
        }
        end = whole.len() - after.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(bytes: &[u8]) -> Vec<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Head::new(bytes).fields().map(|(name, value)| (text(name), text(value))).collect()
    }

    #[test]
    fn the_end_is_found_however_the_section_is_cut() {
        for section in
            [&b"GET / HTTP/1.1\r\nHost: a\r\n\r\nbody\r\n\r\n"[..], b"HTTP/1.1 200 OK\nA: b\n\nx"]
        {
            let whole = head_end(section, 0).expect("has an end");
            for cut in 0..section.len() {
                let early = head_end(&section[..cut], 0);
                assert_eq!(early, (cut >= whole).then_some(whole));
                if early.is_none() {
                    assert_eq!(head_end(section, cut), Some(whole), "looked through {cut}");
                }
            }
        }
    }

    #[test]
    fn fields_may_be_folded_and_have_blanks_before_colons() {
        let section =
            b"GET / HTTP/1.1\r\nHost : a\r\nnonsense\r\nX: one\r\n two\r\n\tthree\r\nY:\r\n\r\n";
        let expected = [("Host", "a"), ("X", "one\r\n two\r\n\tthree"), ("Y", "")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields(section), expected);
        assert_eq!(Head::new(section).line, b"GET / HTTP/1.1");
    }

    #[test]
    fn a_section_reads_as_a_strict_parser_reads_it() {
        let section = b"HTTP/1.1 401 Unauthorized\r\nServer: x y\r\nWWW-Authenticate: Negotiate\r\nA:b \r\n\r\n";
        let mut headers = [httparse::EMPTY_HEADER; 8];
        let mut response = httparse::Response::new(&mut headers);
        assert!(response.parse(section).expect("is well-formed").is_complete());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let strict =
            response.headers.iter().map(|field| (field.name.to_owned(), text(field.value)));
        assert_eq!(fields(section), strict.collect::<Vec<_>>());
    }
}
