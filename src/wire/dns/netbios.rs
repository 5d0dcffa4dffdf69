//! NetBIOS names in labels of DNS: half a byte a letter (RFC 1001 section 14.1).

use super::Name;
use super::name::spell_label;

/// Letters of an encoded name, and bytes of the name.
const LETTERS: usize = 32;
const BYTES: usize = 16;

impl Name<'_> {
    /// The NetBIOS name in lower case, without padding, with its suffix: `fileserver<20>`, and its scope behind a dot;
    /// `None` when the first label encodes none.
    pub fn netbios(self) -> Option<String> {
        let mut labels = self.labels().map_while(Result::ok);
        let bytes = decoded(labels.next()?)?;
        let (suffix, name) = bytes.split_last()?;
        let end =
            name.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
        let mut text = String::new();
        spell_label(name.get(..end)?, &mut |part| text.push_str(part));
        text.push_str(&format!("<{suffix:02x}>"));
        for label in labels {
            text.push('.');
            spell_label(label, &mut |part| text.push_str(part));
        }
        text.make_ascii_lowercase();
        Some(text)
    }
}

fn decoded(label: &[u8]) -> Option<[u8; BYTES]> {
    let letters: &[u8; LETTERS] = label.try_into().ok()?;
    let mut bytes = [0; BYTES];
    for (byte, pair) in bytes.iter_mut().zip(letters.chunks_exact(2)) {
        let &[high, low] = pair else { return None };
        *byte = half(high)? << 4 | half(low)?;
    }
    Some(bytes)
}

fn half(letter: u8) -> Option<u8> {
    matches!(letter, b'A'..=b'P').then(|| letter - b'A')
}
