//! HTTP/2 in clear: header blocks of streams paired, everything else passed over.

mod table;

use super::REQUEST_BYTES;
use super::request::Asked;
use super::response::Answer;
use super::talk::Talk;
use crate::proto::{Chunk, Out, Then};
use crate::units::{Close, Side};
use crate::wire::http2::{self, Frame, HEADER, PREFACE, flag, kind};
use std::collections::BTreeMap;
use table::Table;

/// Requests that may wait for their response at one time.
const STREAMS_MAX: usize = 1024;
/// The longest header block, bytes; both larger frames and larger blocks end the reading.
const BLOCK_BYTES_MAX: usize = 64 << 10;

/// Follows the frames of one connection.
#[derive(Default)]
pub(super) struct Two {
    /// Client, server.
    directions: [Direction; 2],
    /// Requests without a final response.
    streams: BTreeMap<u32, Asked>,
    /// The stream whose response is held for its words.
    held: u32,
}

/// One side's frames.
#[derive(Default)]
struct Direction {
    /// The preface is over.
    greeted: bool,
    table: Table,
    /// A header block that CONTINUATION frames complete.
    block: Option<(Frame, Vec<u8>)>,
    /// Bytes are missing: header blocks cannot be read any more.
    lost: bool,
}

impl Two {
    /// Goes on with the first stream, whose request came in HTTP/1.
    pub(super) fn upgraded(asked: Asked) -> Self {
        let streams = BTreeMap::from([(1, asked)]);
        Self { streams, ..Self::default() }
    }

    /// Bytes of a side are missing.
    pub(super) fn lose(&mut self, side: Side) {
        self.directions[side.index()].lost = true;
        self.streams.clear();
    }

    /// About how many bytes are kept.
    pub(super) fn held(&self) -> usize {
        let directions: usize = self.directions.iter().map(Direction::held).sum();
        size_of::<Self>() + self.streams.len() * REQUEST_BYTES + directions
    }

    /// The requests that wait.
    pub(super) fn take(&mut self) -> Vec<Asked> {
        std::mem::take(&mut self.streams).into_values().collect()
    }

    pub(super) fn data(
        &mut self,
        chunk: Chunk<'_>,
        talk: &mut Talk,
        out: &mut Out<'_>,
    ) -> (usize, Then) {
        let direction = &mut self.directions[chunk.side.index()];
        if direction.lost {
            return (0, Then::Stop);
        }
        if !direction.greeted && chunk.side == Side::Client {
            return direction.greet(chunk.bytes);
        }
        let Ok(frame) = http2::frame(chunk.bytes) else { return (0, Then::More) };
        let length = frame.length as usize;
        let rest = chunk.bytes.get(HEADER..).unwrap_or_default();
        match frame.kind {
            kind::HEADERS | kind::PUSH_PROMISE | kind::CONTINUATION | kind::RST_STREAM => {
                if length > BLOCK_BYTES_MAX {
                    return (0, Then::Stop);
                }
                let Some(payload) = rest.get(..length) else { return (0, Then::More) };
                let chunk = Chunk { bytes: payload, ..chunk };
                match self.frame(frame, chunk, talk, out) {
                    Some(()) => (HEADER + length, Then::Skip(0)),
                    None => (0, Then::Stop),
                }
            }
            kind::DATA => {
                self.note_data(
                    frame,
                    Chunk { bytes: rest.get(..length).unwrap_or(rest), ..chunk },
                    talk,
                    out,
                );
                (HEADER, Then::Skip(u64::from(frame.length)))
            }
            _ => (HEADER, Then::Skip(u64::from(frame.length))),
        }
    }

    /// Notes where a request's body begins, and the words of an error as far as they came at once.
    fn note_data(&mut self, frame: Frame, chunk: Chunk<'_>, talk: &mut Talk, out: &mut Out<'_>) {
        match (chunk.side, self.streams.get_mut(&frame.stream)) {
            (Side::Client, Some(asked)) => {
                asked.exchange.body.get_or_insert(chunk.at);
            }
            (Side::Server, _) if self.held == frame.stream => {
                talk.gather(chunk.bytes, out);
                talk.release(out);
            }
            _ => {}
        }
    }

    /// Takes a whole frame in; `None`: it breaks the rules, or nothing can be read behind it.
    fn frame(
        &mut self,
        frame: Frame,
        chunk: Chunk<'_>,
        talk: &mut Talk,
        out: &mut Out<'_>,
    ) -> Option<()> {
        if frame.kind == kind::RST_STREAM {
            if let Some(asked) = self.streams.remove(&frame.stream) {
                talk.give_up(asked, Some((chunk.side, Close::Reset, chunk.at)), out);
            }
            return Some(());
        }
        let direction = &mut self.directions[chunk.side.index()];
        let (first, block) = match (direction.block.take(), frame.kind) {
            (Some((first, mut block)), kind::CONTINUATION) if first.stream == frame.stream => {
                block.extend_from_slice(chunk.bytes);
                (first, block)
            }
            (None, kind::HEADERS | kind::PUSH_PROMISE) => {
                (frame, http2::block(frame, chunk.bytes).ok()?.to_vec())
            }
            _ => return None,
        };
        if block.len() > BLOCK_BYTES_MAX {
            return None;
        }
        if frame.flags & flag::END_HEADERS == 0 {
            direction.block = Some((first, block));
            return Some(());
        }
        self.block(first, Chunk { bytes: &block, ..chunk }, talk, out)
    }

    /// Takes a whole header block in.
    fn block(
        &mut self,
        frame: Frame,
        chunk: Chunk<'_>,
        talk: &mut Talk,
        out: &mut Out<'_>,
    ) -> Option<()> {
        let (stream, block) = match frame.kind {
            kind::PUSH_PROMISE => http2::promise(chunk.bytes).ok()?,
            _ => (frame.stream, chunk.bytes),
        };
        let fields = self.directions[chunk.side.index()].table.read(block)?;
        if chunk.side == Side::Client || frame.kind == kind::PUSH_PROMISE {
            if let Some(mut asked) = Asked::collect(chunk, &fields) {
                talk.ask(&mut asked, chunk.at, out);
                self.streams.insert(stream, asked);
            }
            return (self.streams.len() <= STREAMS_MAX).then_some(());
        }
        // Fields behind a body have no status.
        let Some(answer) = Answer::collect(&fields) else { return Some(()) };
        talk.release(out);
        if answer.is_interim() {
            talk.go_on(self.streams.get_mut(&stream), chunk.at, answer, out);
            return Some(());
        }
        let asked = self.streams.remove(&stream).unwrap_or_default();
        talk.answer(asked.exchange, chunk.at, answer, out);
        self.held = stream;
        if frame.flags & flag::END_STREAM != 0 {
            talk.release(out);
        }
        Some(())
    }
}

impl Direction {
    fn held(&self) -> usize {
        self.table.size() + self.block.as_ref().map_or(0, |(_, block)| block.capacity())
    }

    /// Passes over what the client begins with.
    fn greet(&mut self, bytes: &[u8]) -> (usize, Then) {
        if bytes.starts_with(PREFACE) {
            self.greeted = true;
            return (PREFACE.len(), Then::Skip(0));
        }
        (0, if PREFACE.starts_with(bytes) { Then::More } else { Then::Stop })
    }
}
