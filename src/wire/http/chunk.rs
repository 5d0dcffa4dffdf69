//! Chunk sizes (RFC 9112 section 7.1).

use memchr::memchr;

/// The longest line with a chunk's size; extensions are rare and short.
const LINE_BYTES_MAX: usize = 4096;

/// Size of the chunk whose line `bytes` begin with, and the length of that line; the line end of the chunk before may stand
/// in front. `Ok(None)`: the line is not whole yet.
///
/// # Errors
/// There is no size.
pub fn chunk_size(bytes: &[u8]) -> Result<Option<(u64, usize)>, NoSize> {
    let before = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let line = bytes.get(before..).unwrap_or_default();
    let Some(end) = memchr(b'\n', line) else {
        return if line.len() > LINE_BYTES_MAX { Err(NoSize) } else { Ok(None) };
    };
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let text = line.get(..digits).and_then(|digits| std::str::from_utf8(digits).ok());
    let size = text.and_then(|text| u64::from_str_radix(text, 16).ok()).ok_or(NoSize)?;
    Ok(Some((size, before + end + 1)))
}

/// No chunk size where one should stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSize;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_hexadecimal_and_may_have_extensions() {
        assert_eq!(chunk_size(b"1a\r\nabc"), Ok(Some((26, 4))));
        assert_eq!(chunk_size(b"\r\n0;name=value\r\n\r\n"), Ok(Some((0, 16))));
        assert_eq!(chunk_size(b"5 \n"), Ok(Some((5, 3))));
        assert_eq!(chunk_size(b"12"), Ok(None));
        assert_eq!(chunk_size(b"<html>\r\n"), Err(NoSize));
        assert_eq!(chunk_size(b"11111111111111111\r\n"), Err(NoSize), "no such chunk exists");
        assert_eq!(chunk_size(&[b'1'; LINE_BYTES_MAX + 1]), Err(NoSize));
    }

    #[test]
    fn a_size_reads_as_another_parser_reads_it() {
        for line in [&b"1a\r\nabc"[..], b"FfF\r\n", b"0\r\n\r\n"] {
            let theirs = match httparse::parse_chunk_size(line) {
                Ok(httparse::Status::Complete((used, size))) => Some((size, used)),
                _ => None,
            };
            assert_eq!(chunk_size(line), Ok(theirs));
        }
    }
}
