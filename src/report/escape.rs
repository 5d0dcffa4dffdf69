//! Captured strings made harmless for a terminal: nothing in them moves the cursor, hides text or turns its direction.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with control characters, line breaks, direction marks and invisible characters written as `\x1b`, `\n` or `\u{202e}`.
pub fn printable(text: &str) -> Cow<'_, str> {
    // Nearly all text is plain ASCII, which is seen without a look at each character.
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if plain || !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        push(&mut safe, c);
    }
    Cow::Owned(safe)
}

fn push(safe: &mut String, c: char) {
    // Writing to a String cannot fail.
    let _ = match c {
        '\n' => safe.write_str("\\n"),
        '\r' => safe.write_str("\\r"),
        '\t' => safe.write_str("\\t"),
        '\0'..='\u{7f}' if is_harmful(c) => write!(safe, "\\x{:02x}", u32::from(c)),
        _ if is_harmful(c) => write!(safe, "\\u{{{:x}}}", u32::from(c)),
        _ => safe.write_char(c),
    };
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::printable;
    use std::borrow::Cow;

    #[test]
    fn a_plain_name_is_not_copied() {
        assert!(matches!(printable("bücher.example"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_terminal_escape_loses_its_power() {
        assert_eq!(printable("a\x1b]0;pwned\x07b\u{9b}2J"), "a\\x1b]0;pwned\\x07b\\u{9b}2J");
        assert_eq!(printable("one\r\ntwo\t\x7f"), "one\\r\\ntwo\\t\\x7f");
    }

    #[test]
    fn a_name_cannot_turn_its_direction_or_hide_letters() {
        assert_eq!(printable("moc.\u{202e}elgoog"), "moc.\\u{202e}elgoog");
        assert_eq!(printable("pay\u{200b}pal\u{2066}"), "pay\\u{200b}pal\\u{2066}");
    }
}
