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
