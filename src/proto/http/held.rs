//! A response with the words of its body, as far as they came.

use super::Exchange;
use super::response::Answer;
use crate::proto::{Fact, Out};
use crate::units::At;
use crate::wire::http::words;

/// Bytes of a body in which words are looked for.
const PAGE_BYTES_MAX: usize = 2048;
/// Characters of words that are kept.
const TEXT_CHARS_MAX: usize = 300;

/// A response at whose body somebody may want to look.
pub(super) struct Held {
    exchange: Box<Exchange>,
    at: At,
    /// It is an error, and its body is text.
    pub(super) is_page: bool,
    /// What a proxy says of the error in a field of its own.
    note: Option<Box<str>>,
    page: Vec<u8>,
}

impl Held {
    /// Puts the answer to the request.
    pub(super) fn new(mut exchange: Box<Exchange>, at: At, mut answer: Answer) -> Self {
        let is_page = answer.status >= 400 && answer.is_text;
        let note = answer.note.take();
        answer.fill(&mut exchange);
        Self { exchange, at, is_page, note, page: Vec::new() }
    }

    /// Takes as many bytes of the body as there is room for; how many.
    pub(super) fn add(&mut self, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(PAGE_BYTES_MAX.saturating_sub(self.page.len()));
        self.page.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        taken
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        size_of::<Exchange>() + self.page.capacity()
    }

    /// No more bytes are wanted.
    pub(super) fn is_full(&self) -> bool {
        self.page.len() >= PAGE_BYTES_MAX
    }

    /// Reports it.
    pub(super) fn report(mut self, out: &mut Out<'_>) {
        let mut text = words(&self.page, TEXT_CHARS_MAX);
        if let Some(note) = self.note {
            let blank = if text.is_empty() { "" } else { " " };
            text = format!("{note}{blank}{text}").chars().take(TEXT_CHARS_MAX).collect();
        }
        self.exchange.text = (!text.is_empty()).then(|| text.into());
        out.emit(self.at, Fact::Http(self.exchange));
    }
}
