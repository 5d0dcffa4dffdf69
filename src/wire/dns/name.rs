//! Names in messages: labels, compressed by pointers (RFC 1035 sections 3.1 and 4.1.4).

use crate::wire::{Error, ErrorKind};

/// The longest name, bytes of its labels with their lengths.
const NAME_BYTES_MAX: usize = 255;

/// Pointers followed for one name.
const JUMPS_MAX: u32 = 32;

/// A name in a message, read when it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a> {
    message: &'a [u8],
    at: usize,
}

/// What stands at an offset of a name.
enum Step<'a> {
    Label(&'a [u8], usize),
    Pointer(usize, usize),
    End(usize),
}

impl<'a> Name<'a> {
    /// The name at `at`, whatever can be read of it.
    pub(super) fn at(message: &'a [u8], at: usize) -> Self {
        Self { message, at }
    }

    /// The name at `at`, and the offset behind it. Where its pointers lead is not looked at.
    pub(super) fn read(
        message: &'a [u8],
        at: usize,
        field: &'static str,
    ) -> Result<(Self, usize), Error> {
        let mut next = at;
        while next - at <= NAME_BYTES_MAX {
            match step(message, next, field)? {
                Step::Label(_, behind) => next = behind,
                Step::Pointer(_, behind) | Step::End(behind) => {
                    return Ok((Self { message, at }, behind));
                }
            }
        }
        Err(Error { field, at, kind: ErrorKind::Invalid })
    }

    /// The labels in order; the last item is an error where pointers go in circles, or out of the message.
    pub fn labels(self) -> impl Iterator<Item = Result<&'a [u8], Error>> {
        Labels { message: self.message, next: Some(self.at), jumps: 0, bytes: 0 }
    }

    /// In lower case, without the last dot, bytes that are no UTF-8 replaced, dots inside labels as `\.`; `.` for the root.
    /// With a flaw: the labels before it.
    pub fn text(self) -> (String, Option<Error>) {
        if let Some(text) = self.plain() {
            return (text, None);
        }
        let mut text = String::new();
        let whole = self.spell(|part| text.push_str(part));
        text.make_ascii_lowercase();
        (text, whole.err())
    }

    /// The text where each byte stands for itself, as it does in nearly all names; of exactly its length.
    fn plain(self) -> Option<String> {
        let lengths = self.labels().map(|label| label.map(|label| label.len() + 1));
        let length = lengths.sum::<Result<usize, _>>().ok()?.checked_sub(1)?;
        let mut text = Vec::with_capacity(length);
        for label in self.labels().map_while(Result::ok) {
            if !text.is_empty() {
                text.push(b'.');
            }
            text.extend(label.iter().map(|byte| plain(*byte)));
        }
        String::from_utf8(text).ok()
    }

    /// Its text is this, whatever the case of letters.
    pub fn is(self, text: &str) -> bool {
        self.is_plainly(text.as_bytes()) || self.is_spelled(text)
    }

    /// It is plain, and its text is this.
    fn is_plainly(self, text: &[u8]) -> bool {
        let (mut rest, mut first) = (text, true);
        for label in self.labels() {
            let Ok(label) = label else { return false };
            if !std::mem::replace(&mut first, false) {
                let Some((b'.', behind)) = rest.split_first() else { return false };
                rest = behind;
            }
            let Some((head, behind)) = rest.split_at_checked(label.len()) else { return false };
            if !label.iter().zip(head).all(|(byte, text)| plain(*byte) == *text) {
                return false;
            }
            rest = behind;
        }
        !first && rest.is_empty()
    }

    fn is_spelled(self, text: &str) -> bool {
        let mut rest = Some(text.as_bytes());
        // A flaw shows in the text that lies before it.
        let _ = self.spell(|part| {
            let split = rest.and_then(|rest| rest.split_at_checked(part.len()));
            let same = split.filter(|(head, _)| head.eq_ignore_ascii_case(part.as_bytes()));
            rest = same.map(|(_, tail)| tail);
        });
        rest.is_some_and(<[u8]>::is_empty)
    }

    fn spell(self, mut say: impl FnMut(&str)) -> Result<(), Error> {
        let mut first = true;
        for label in self.labels() {
            let label = label?;
            if !std::mem::replace(&mut first, false) {
                say(".");
            }
            spell_label(label, &mut say);
        }
        if first {
            say(".");
        }
        Ok(())
    }
}

/// What a byte of a label is in text: a small letter, itself, or 0xFF, which no text has, where it is escaped.
fn plain(byte: u8) -> u8 {
    if matches!(byte, b'.' | b'\\') { 0xFF } else { byte.to_ascii_lowercase() }
}

/// A label as text, its dots escaped.
pub(super) fn spell_label(label: &[u8], say: &mut impl FnMut(&str)) {
    for chunk in label.utf8_chunks() {
        for part in chunk.valid().split_inclusive(['.', '\\']) {
            let special = part.ends_with(['.', '\\']);
            let (plain, last) = part.split_at(part.len() - usize::from(special));
            say(plain);
            if special {
                say("\\");
                say(last);
            }
        }
        if !chunk.invalid().is_empty() {
            say("\u{fffd}");
        }
    }
}

struct Labels<'a> {
    message: &'a [u8],
    next: Option<usize>,
    jumps: u32,
    bytes: usize,
}

impl<'a> Iterator for Labels<'a> {
    type Item = Result<&'a [u8], Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let at = self.next.take()?;
            match step(self.message, at, "name") {
                Err(flaw) => return Some(Err(flaw)),
                Ok(Step::End(_)) => return None,
                Ok(Step::Label(label, behind)) => {
                    self.bytes += label.len() + 1;
                    if self.bytes >= NAME_BYTES_MAX {
                        return Some(Err(invalid("name", at)));
                    }
                    self.next = Some(behind);
                    return Some(Ok(label));
                }
                Ok(Step::Pointer(target, _)) => {
                    self.jumps += 1;
                    if self.jumps > JUMPS_MAX {
                        return Some(Err(invalid("compression pointer", at)));
                    }
                    self.next = Some(target);
                }
            }
        }
    }
}

fn invalid(field: &'static str, at: usize) -> Error {
    Error { field, at, kind: ErrorKind::Invalid }
}

fn step<'a>(message: &'a [u8], at: usize, field: &'static str) -> Result<Step<'a>, Error> {
    let short = |need| Error { field, at, kind: ErrorKind::Short { need } };
    let length = *message.get(at).ok_or(short(1))?;
    match length >> 6 {
        0 if length == 0 => Ok(Step::End(at + 1)),
        0 => {
            let (from, to) = (at + 1, at + 1 + usize::from(length));
            let missing = to.saturating_sub(message.len());
            message.get(from..to).map(|label| Step::Label(label, to)).ok_or(short(missing))
        }
        3 => {
            let low = *message.get(at + 1).ok_or(short(1))?;
            let target = usize::from(length & 0x3f) << 8 | usize::from(low);
            Ok(Step::Pointer(target, at + 2))
        }
        _ => Err(invalid(field, at)),
    }
}
