//! Captured bytes as text of a fact: valid UTF-8, bounded.

use crate::wire::{first_chars, lossy};

/// At most `chars_max` characters, bad bytes replaced.
pub(super) fn text(bytes: &[u8], chars_max: usize) -> Box<str> {
    // No character is shorter than a byte.
    let near = bytes.get(..chars_max * 4).unwrap_or(bytes);
    first_chars(&lossy(near), chars_max).into()
}

/// A field's name in small letters, for comparison; empty when it is longer than any that matters.
pub(super) fn lower<'a>(name: &[u8], buffer: &'a mut [u8; 24]) -> &'a [u8] {
    let Some(slot) = buffer.get_mut(..name.len()) else { return &[] };
    slot.copy_from_slice(name);
    slot.make_ascii_lowercase();
    slot
}

/// The list in `value` has `word`, in any case.
pub(super) fn has_word(value: &[u8], word: &str) -> bool {
    value
        .split(|byte| *byte == b',')
        .any(|item| item.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
}

/// `text` begins with `word`, in any case.
pub(super) fn begins_with(text: &[u8], word: &str) -> bool {
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
}
