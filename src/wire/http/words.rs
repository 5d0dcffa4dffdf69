//! The words of a page: what a reader sees of HTML.

use crate::wire::{first_chars, lossy};

/// Elements whose contents nobody reads.
const HIDDEN: &[&str] = &["script", "style"];

/// What entities stand for.
const ENTITIES: &[(&str, &str)] = &[
    ("&nbsp;", " "),
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&apos;", "'"),
];

/// At most `chars_max` characters of the text in `page`: markup left out, blanks run together, bad bytes replaced.
pub fn words(page: &[u8], chars_max: usize) -> String {
    let page = lossy(page);
    let (mut rest, mut text) = (&*page, Text { chars_max, ..Text::default() });
    while !rest.is_empty() && text.count < chars_max {
        let special = memchr::memchr2(b'<', b'&', rest.as_bytes());
        let (plain, behind) = rest.split_at(special.unwrap_or(rest.len()));
        text.take_plain(plain);
        let used = text.take_special(behind);
        rest = behind.get(used..).unwrap_or_default();
    }
    text.text
}

#[derive(Default)]
struct Text {
    text: String,
    count: usize,
    chars_max: usize,
    /// A blank is due before the next word.
    blank: bool,
}

impl Text {
    /// Takes markup, an entity, or the character alone that neither begins; its length.
    fn take_special(&mut self, rest: &str) -> usize {
        if is_markup(rest) {
            self.blank = true;
            return markup(rest);
        }
        let entity = ENTITIES.iter().find(|(name, _)| rest.starts_with(name));
        let (taken, meaning) = entity.copied().unwrap_or_else(|| {
            let alone = first_chars(rest, 1);
            (alone, alone)
        });
        self.take_plain(meaning);
        taken.len()
    }

    /// Takes text without markup, most of it in runs of plain characters.
    fn take_plain(&mut self, mut plain: &str) {
        while let Some(next) = plain.chars().next() {
            let run = plain.bytes().take_while(u8::is_ascii_graphic).count();
            let (head, tail) = plain.split_at(if run > 0 { run } else { next.len_utf8() });
            if next.is_whitespace() || next.is_control() {
                self.blank = true;
            } else {
                self.push(head, run.max(1));
            }
            plain = tail;
        }
    }

    /// Adds so many characters without a blank among them, as far as there is room.
    fn push(&mut self, word: &str, count: usize) {
        if self.count >= self.chars_max {
            return;
        }
        if self.blank && self.count > 0 && self.count + 1 < self.chars_max {
            self.text.push(' ');
            self.count += 1;
        }
        self.blank = false;
        let room = self.chars_max - self.count;
        self.text.push_str(first_chars(word, room));
        self.count += count.min(room);
    }
}

fn is_markup(rest: &str) -> bool {
    let follows = |next: &u8| next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?');
    matches!(rest.as_bytes(), [b'<', next, ..] if follows(next))
}

/// Length of the tag or comment at the beginning, with what it hides.
fn markup(rest: &str) -> usize {
    if rest.starts_with("<!--") {
        return rest.find("-->").map_or(rest.len(), |at| at + 3);
    }
    let Some(tag) = memchr::memchr(b'>', rest.as_bytes()).map(|at| at + 1) else {
        return rest.len();
    };
    let hidden = |name: &&&str| {
        let named = rest.get(1..=name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name));
        named && !rest.as_bytes().get(name.len() + 1).is_some_and(u8::is_ascii_alphanumeric)
    };
    let Some(name) = HIDDEN.iter().find(hidden) else { return tag };
    closing(rest, name).unwrap_or(rest.len())
}

/// Where the closing tag of an element begins.
fn closing(rest: &str, name: &str) -> Option<usize> {
    let mut ends = memchr::memmem::find_iter(rest.as_bytes(), b"</");
    ends.find(|at| {
        rest.get(at + 2..at + 2 + name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_what_a_reader_sees() {
        let page = b"<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>\r\n<body>\r\n\
            <center><h1>400 Bad Request</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
        assert_eq!(
            words(page, 300),
            "400 No required SSL certificate was sent 400 Bad Request nginx"
        );
        assert_eq!(words(page, 12), "400 No requi");
    }

    #[test]
    fn styles_scripts_and_comments_are_not_read() {
        let page = b"<!DOCTYPE html><!-- <p>no --><STYLE type=x>a>b{}</STYLE><script>if(a<b)</script>yes &amp; \xff<b>!";
        assert_eq!(words(page, 300), "yes & \u{fffd} !");
        assert_eq!(words(b"<style>cut off", 300), "");
        assert_eq!(words(b"1 < 2, a<", 300), "1 < 2, a<");
    }

    #[test]
    fn text_without_markup_stays() {
        assert_eq!(words(b"{\"error\":\n\t\"no\"}", 300), "{\"error\": \"no\"}");
    }
}
