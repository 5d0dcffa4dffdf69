//! Bodies: how long they are, and how they are passed over.

use super::{Http, begins};
use crate::proto::{Chunk, Out, Then};
use crate::units::Side;
use crate::wire::http::{Start, chunk_size, start};
use memchr::memchr;

/// Longer than any connection.
const FOREVER: u64 = 1 << 62;

/// The longest line behind the last chunk.
const LINE_BYTES_MAX: usize = 8 << 10;

/// How the length of a body is told (RFC 9112 section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is none.
    None,
    /// Content-Length
    Length(u64),
    /// Transfer-Encoding: chunked
    Chunked,
    /// It ends with the connection.
    Close,
}

/// What a side sends next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Expect {
    /// A header section.
    #[default]
    Head,
    /// This much of a body.
    Body {
        /// Bytes to come.
        left: u64,
        /// Its first byte was seen.
        begun: bool,
        /// The response came before the body, which may never come.
        optional: bool,
    },
    /// The line with a chunk's size.
    Size,
    /// This much of a chunk.
    Data(u64),
    /// The fields behind the last chunk.
    Trailers,
    /// A body up to the end of the connection.
    Close {
        /// The sender said so; else the next message may show that it was none.
        said: bool,
    },
    /// Nothing, before the server has answered.
    Answer,
    /// The next message, whatever comes before it.
    Lost,
}

impl Framing {
    /// What comes behind the header section.
    pub(super) fn expect(self, closes: bool) -> Expect {
        match self {
            Self::None | Self::Length(0) => Expect::Head,
            Self::Length(left) => Expect::Body { left, begun: false, optional: false },
            Self::Chunked => Expect::Size,
            Self::Close => Expect::Close { said: closes },
        }
    }
}

impl Expect {
    /// The client's request was answered: what is left of its body may stay away (RFC 9110 section 10.1.1).
    pub(super) fn answered(&mut self) {
        if let Self::Body { begun: false, optional, .. } = self {
            *optional = true;
        }
    }
}

impl Http {
    /// Passes over a body, or a part of it.
    pub(super) fn body(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        if chunk.side == Side::Client
            && let Some(asked) = self.requests.back_mut()
        {
            asked.exchange.body.get_or_insert(chunk.at);
        }
        match self.reader(chunk.side).expect {
            Expect::Body { begun: false, optional: true, .. }
                if start(chunk.bytes) == Start::Request =>
            {
                self.ends(chunk.side, out)
            }
            Expect::Body { left, .. } => self.content(chunk, left, out),
            Expect::Size => self.size(chunk, out),
            Expect::Data(left) => self.content(chunk, left, out),
            Expect::Trailers => self.trailers(chunk, out),
            _ => self.until_close(chunk, out),
        }
    }

    /// Bytes of a body whose number is known.
    fn content(&mut self, chunk: Chunk<'_>, left: u64, out: &mut Out<'_>) -> (usize, Then) {
        let here = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.bytes.len());
        let taken = self.gather(chunk.side, chunk.bytes.get(..here).unwrap_or_default(), out);
        let left = left - taken as u64;
        let more = left > 0 && taken > 0 && self.talk.holds();
        let reader = self.reader(chunk.side);
        let chunked = matches!(reader.expect, Expect::Data(_));
        if more {
            let body = Expect::Body { left, begun: true, optional: false };
            reader.expect = if chunked { Expect::Data(left) } else { body };
            return (taken, Then::More);
        }
        if chunked {
            reader.expect = Expect::Size;
        } else {
            self.ends(chunk.side, out);
        }
        (taken, Then::Skip(left))
    }

    /// The line in front of a chunk.
    fn size(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        match chunk_size(chunk.bytes) {
            Ok(None) => (0, Then::More),
            Ok(Some((size, used))) => {
                let next = if size == 0 { Expect::Trailers } else { Expect::Data(size) };
                self.reader(chunk.side).expect = next;
                (used, Then::Skip(0))
            }
            // A body that stayed away, or ended too early.
            Err(_) if begins(chunk.bytes) => self.ends(chunk.side, out),
            Err(_) => {
                self.talk.release(out);
                self.lose(chunk, out)
            }
        }
    }

    /// Lines up to an empty one.
    fn trailers(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        let mut used = 0;
        while let Some(line) = chunk.bytes.get(used..) {
            let Some(end) = memchr(b'\n', line) else { break };
            used += end + 1;
            if matches!(line.get(..end), Some([] | [b'\r'])) {
                self.ends(chunk.side, out);
                return (used, Then::Skip(0));
            }
        }
        if chunk.bytes.len() - used > LINE_BYTES_MAX {
            return self.lose(chunk, out);
        }
        (used, Then::More)
    }

    /// A body that ends with the connection, or with the next response where the server did not say that it closes.
    fn until_close(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        let said = self.reader(chunk.side).expect == Expect::Close { said: true };
        if !said && start(chunk.bytes) == Start::Response && !self.requests.is_empty() {
            return self.ends(chunk.side, out);
        }
        let taken = self.gather(chunk.side, chunk.bytes, out);
        if self.talk.holds() || !said {
            return (chunk.bytes.len(), Then::More);
        }
        (taken, Then::Skip(FOREVER))
    }

    /// Adds to the words of an error; how many bytes that took.
    fn gather(&mut self, side: Side, bytes: &[u8], out: &mut Out<'_>) -> usize {
        if side == Side::Server { self.talk.gather(bytes, out) } else { 0 }
    }

    /// The message is whole; nothing of what stands here belongs to it.
    fn ends(&mut self, side: Side, out: &mut Out<'_>) -> (usize, Then) {
        if side == Side::Server {
            self.talk.release(out);
        }
        self.reader(side).expect = Expect::Head;
        (0, Then::Skip(0))
    }
}
