//! Feeds one analyzer the ordered bytes of both sides: finds the protocol, keeps unread tails, passes over what need not be seen.

use super::{Analyzer, Chunk, Kind, Out, PROTOCOLS, Protocol, Then, Verdict};
use crate::units::{At, Close, Ends, ProtocolId, Side};

/// The most that a side may leave unread: the header section of an HTTP message with the largest of tickets.
const TAIL_BYTES_MAX: usize = 136 << 10;

/// Room that is made at once for the rest of a message whose length is known; more only as its bytes come.
const ROOM_MAX: usize = 16 << 10;

/// An analyzer (once the protocol is known) and what each side sent that it has not read.
#[derive(Default)]
pub struct Feed {
    analyzer: Option<Box<dyn Analyzer>>,
    tails: [Vec<u8>; 2],
    stopped: bool,
    /// The ends of both sides, as they came.
    ends: [Option<(Side, At, Close)>; 2],
    /// How many of them the analyzer at work has heard of; those that came before it did wait.
    heard: u8,
}

/// How far a push came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// More bytes are wanted after passing over this many.
    Skip(u64),
    /// Nothing more is wanted of either side.
    Stopped,
}

impl Feed {
    /// Bytes that wait to be read, those of the analyzer, and those that it keeps.
    pub fn held(&self) -> usize {
        let tails: usize = self.tails.iter().map(Vec::capacity).sum();
        let analyzer = self.analyzer.as_ref();
        tails + analyzer.map_or(0, |analyzer| size_of_val(&**analyzer) + analyzer.held())
    }

    /// Nothing more is read.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    fn missing(&self, side: Side) -> usize {
        self.analyzer.as_ref().map_or(0, |analyzer| analyzer.missing(side))
    }

    /// Takes the next bytes of `side`.
    pub fn push(&mut self, side: Side, at: At, bytes: &[u8], out: &mut Out<'_>) -> Progress {
        if self.stopped {
            return Progress::Stopped;
        }
        if !self.tails[side.index()].is_empty() {
            return self.push_behind(side, at, bytes, out);
        }
        let (progress, left) = self.work(side, at, bytes, out);
        if progress != Progress::Stopped && left == 0 {
            return progress;
        }
        let mut tail = Vec::new();
        if left > 0 {
            tail.reserve_exact(left + self.missing(side).min(ROOM_MAX));
            tail.extend_from_slice(&bytes[bytes.len() - left..]);
        }
        self.keep(side, tail, progress)
    }

    /// Takes them behind those that wait to be read.
    fn push_behind(&mut self, side: Side, at: At, bytes: &[u8], out: &mut Out<'_>) -> Progress {
        let mut tail = std::mem::take(&mut self.tails[side.index()]);
        tail.extend_from_slice(bytes);
        let (progress, left) = self.work(side, at, &tail, out);
        tail.drain(..tail.len() - left);
        self.keep(side, tail, progress)
    }

    /// Keeps what was left unread.
    fn keep(&mut self, side: Side, tail: Vec<u8>, progress: Progress) -> Progress {
        if progress == Progress::Stopped || tail.len() > TAIL_BYTES_MAX {
            return self.stop();
        }
        if !tail.is_empty() {
            self.tails[side.index()] = tail;
        }
        progress
    }

    /// Gives the analyzer what it wants of `bytes`; how many of them it leaves unread.
    fn work(
        &mut self,
        side: Side,
        at: At,
        mut bytes: &[u8],
        out: &mut Out<'_>,
    ) -> (Progress, usize) {
        loop {
            let Some(analyzer) = self.analyzer(side, bytes, out) else {
                return (Progress::Skip(0), bytes.len());
            };
            let (used, then) = analyzer.data(Chunk { side, at, bytes }, out);
            bytes = bytes.get(used..).unwrap_or_default();
            match then {
                Then::More => return (Progress::Skip(0), bytes.len()),
                Then::Skip(len) => match usize::try_from(len).ok().and_then(|len| bytes.get(len..))
                {
                    Some([]) => return (Progress::Skip(0), 0),
                    Some(rest) => bytes = rest,
                    None => return (Progress::Skip(len - bytes.len() as u64), 0),
                },
                Then::Stop => return (Progress::Stopped, 0),
                Then::Become(id) => (self.analyzer, self.heard) = (started(id, out), 0),
                Then::Detect => (self.analyzer, self.heard) = (None, 0),
            }
            if bytes.is_empty() {
                return (Progress::Skip(0), 0);
            }
        }
    }

    /// The analyzer at work, or the one that recognises these first bytes.
    fn analyzer(
        &mut self,
        side: Side,
        bytes: &[u8],
        out: &Out<'_>,
    ) -> Option<&mut Box<dyn Analyzer>> {
        if self.analyzer.is_none() {
            self.analyzer = detect(side, bytes, out.ends).map(|protocol| (protocol.new)(out.ends));
        }
        self.analyzer.as_mut()
    }

    /// Gives up: nothing more is read of either side.
    pub fn stop(&mut self) -> Progress {
        self.stopped = true;
        self.tails = [Vec::new(), Vec::new()];
        Progress::Stopped
    }

    /// Nothing more is read, for want of room: what is known by now is told.
    pub fn evict(&mut self, at: At, out: &mut Out<'_>) {
        if let Some(mut analyzer) = self.analyzer.take() {
            analyzer.evict(at, out);
        }
        self.stop();
    }

    /// `len` bytes of `side` were not captured; what it had left unread is lost with them.
    pub fn gap(&mut self, side: Side, at: At, len: u64, out: &mut Out<'_>) {
        self.tails[side.index()] = Vec::new();
        if let Some(analyzer) = self.analyzer.as_mut().filter(|_| !self.stopped) {
            analyzer.gap(side, at, len, out);
        }
    }

    /// `side` sends nothing more. An analyzer that stopped reading still hears of it, and one that came later hears of
    /// both ends when the second comes.
    pub fn end(&mut self, side: Side, at: At, how: Close, out: &mut Out<'_>) {
        if let Some(slot) = self.ends.iter_mut().find(|slot| slot.is_none()) {
            *slot = Some((side, at, how));
        }
        if let Some(analyzer) = self.analyzer.as_mut() {
            let unheard = self.ends.iter().skip(self.heard.into()).flatten();
            for &(side, at, how) in unheard {
                analyzer.end(side, at, how, out);
                self.heard += 1;
            }
        }
        if self.heard >= 2 {
            // A closed connection waits for late packets a while, but nobody reads it any more.
            self.analyzer = None;
            self.stop();
        }
    }
}

/// The first protocol of the list that knows these bytes; none while one of them wants more to tell.
fn detect(side: Side, bytes: &[u8], ends: &Ends) -> Option<&'static Protocol> {
    for protocol in fitting(Kind::Stream, ends) {
        match (protocol.probe)(side, bytes) {
            Verdict::Yes => return Some(protocol),
            Verdict::More => return None,
            Verdict::No => {}
        }
    }
    None
}

/// The analyzer for a conversation of datagrams that begins with `bytes`; none when nobody knows them.
pub fn datagrams(side: Side, bytes: &[u8], ends: &Ends) -> Option<Box<dyn Analyzer>> {
    let knows = |protocol: &&Protocol| (protocol.probe)(side, bytes) == Verdict::Yes;
    let protocol = fitting(Kind::Datagram, ends).find(knows)?;
    Some((protocol.new)(ends))
}

fn fitting(kind: Kind, ends: &Ends) -> impl Iterator<Item = &'static Protocol> {
    let ports = [ends.client.port, ends.server.port];
    PROTOCOLS.iter().filter(move |protocol| protocol.fits(kind, ports))
}

fn started(id: ProtocolId, out: &Out<'_>) -> Option<Box<dyn Analyzer>> {
    let protocol = PROTOCOLS.iter().find(|protocol| protocol.id == id)?;
    Some((protocol.new)(out.ends))
}
