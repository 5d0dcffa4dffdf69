//! Captured bytes as text: valid UTF-8, bad bytes replaced.

use std::borrow::Cow;

/// As [`String::from_utf8_lossy`], which looks at one byte after the other; whether all are valid, as they mostly are, is
/// seen by words of them.
pub fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// The first `chars_max` characters.
pub fn first_chars(text: &str, chars_max: usize) -> &str {
    // No character is shorter than a byte.
    if text.len() <= chars_max {
        return text;
    }
    let cut = text.char_indices().nth(chars_max);
    cut.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_bytes_are_replaced_as_the_standard_library_does() {
        for bytes in [&b"plain"[..], "gr\u{fc}n".as_bytes(), b"\xffbad\xc3", b""] {
            assert_eq!(lossy(bytes), String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(first_chars("gr\u{fc}n", 3), "gr\u{fc}");
        assert_eq!(first_chars("gr\u{fc}n", 4), "gr\u{fc}n");
        assert_eq!(
            (first_chars("abc", 2), first_chars("", 2), first_chars("abc", 0)),
            ("ab", "", "")
        );
    }
}
