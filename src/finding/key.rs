//! What tells causes apart, small enough to be made for every failed attempt.

use smallvec::SmallVec;
use std::fmt;

/// Bytes that take no room of their own: `client x509-not-yet-valid 391428515c317100` fits.
const INLINE: usize = 44;

/// A short text that is compared and hashed, and seldom shown: equal keys of one id and parties are one episode.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(SmallVec<[u8; INLINE]>);

impl Key {
    /// `words` with blanks between them.
    pub fn of(words: &[&str]) -> Self {
        let mut key = Self::default();
        for (index, word) in words.iter().enumerate() {
            if index > 0 {
                key.0.push(b' ');
            }
            key.0.extend_from_slice(word.as_bytes());
        }
        key
    }

    /// `parts` on end in lower case.
    pub fn lower(parts: &[&str]) -> Self {
        if !parts.iter().all(|part| part.is_ascii()) {
            return Self::from(parts.concat().to_lowercase());
        }
        let mut key = Self::zeros(parts.iter().map(|part| part.len()).sum());
        let mut rest = key.0.as_mut_slice();
        for part in parts {
            let Some((place, behind)) = rest.split_at_mut_checked(part.len()) else { break };
            place.copy_from_slice(part.as_bytes());
            place.make_ascii_lowercase();
            rest = behind;
        }
        key
    }

    /// Bytes in hexadecimal digits.
    pub fn hex(bytes: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut key = Self::zeros(bytes.len() * 2);
        for (digits, byte) in key.0.chunks_exact_mut(2).zip(bytes) {
            digits.copy_from_slice(&[byte >> 4, byte & 15].map(|half| DIGITS[usize::from(half)]));
        }
        key
    }

    /// Room for a text of this length, which is filled at once: bytes that are added one by one take ten times longer.
    fn zeros(bytes: usize) -> Self {
        match bytes <= INLINE {
            true => Self(SmallVec::from_buf_and_len([0; INLINE], bytes)),
            false => Self(SmallVec::from_vec(vec![0; bytes])),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        // Only whole texts come in.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self(SmallVec::from_slice(text.as_bytes()))
    }
}

impl From<String> for Key {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_its_words() {
        let key = Key::of(&["client", "x509-expired", Key::hex(&[0x39, 0x0a]).as_str()]);
        assert_eq!(key.to_string(), "client x509-expired 390a");
        assert_eq!(Key::of(&["client", ""]).as_str(), "client ");
        assert_eq!(Key::from("ä"), Key::from("ä".to_owned()));
        assert_eq!(Key::lower(&["Alice", "@EXAMPLE"]).as_str(), "alice@example");
        assert_eq!(Key::lower(&["J", "ÄGER"]).as_str(), "jäger");
    }
}
