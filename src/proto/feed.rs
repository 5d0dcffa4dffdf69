//! Feeds one analyzer the ordered bytes of both sides: finds the protocol, keeps unread tails, passes over what need not be seen.

use super::{Analyzer, Chunk, Out, PROTOCOLS, Protocol, Then, Verdict};
use crate::units::{At, Close, ProtocolId, Side};

/// The most that a side may leave unread: a whole TLS record and its header, with room to spare.
const TAIL_BYTES_MAX: usize = 20 << 10;

/// An analyzer (once the protocol is known) and what each side sent that it has not read.
#[derive(Default)]
pub struct Feed {
    analyzer: Option<Box<dyn Analyzer>>,
    tails: [Vec<u8>; 2],
    stopped: bool,
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
    /// Bytes that wait to be read.
    pub fn held(&self) -> usize {
        self.tails.iter().map(Vec::capacity).sum()
    }

    /// Takes the next bytes of `side`.
    pub fn push(&mut self, side: Side, at: At, bytes: &[u8], out: &mut Out<'_>) -> Progress {
        if self.stopped {
            return Progress::Stopped;
        }
        let mut tail = std::mem::take(&mut self.tails[side.index()]);
        if tail.is_empty() {
            return self.work(side, at, bytes, out);
        }
        tail.extend_from_slice(bytes);
        self.work(side, at, &tail, out)
    }

    /// Gives the analyzer what it wants of `bytes` and keeps what it leaves.
    fn work(&mut self, side: Side, at: At, mut bytes: &[u8], out: &mut Out<'_>) -> Progress {
        loop {
            let Some(analyzer) = self.analyzer(side, bytes, out) else {
                return self.keep(side, bytes);
            };
            let (used, then) = analyzer.data(Chunk { side, at, bytes }, out);
            bytes = bytes.get(used..).unwrap_or_default();
            match then {
                Then::More => return self.keep(side, bytes),
                Then::Skip(len) => match usize::try_from(len).ok().and_then(|len| bytes.get(len..))
                {
                    Some([]) => return Progress::Skip(0),
                    Some(rest) => bytes = rest,
                    None => return Progress::Skip(len - bytes.len() as u64),
                },
                Then::Stop => return self.stop(),
                Then::Become(id) => self.analyzer = started(id, out),
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
            self.analyzer = detect(side, bytes).map(|protocol| (protocol.new)(out.ends));
        }
        self.analyzer.as_mut()
    }

    fn keep(&mut self, side: Side, rest: &[u8]) -> Progress {
        if rest.len() > TAIL_BYTES_MAX {
            return self.stop();
        }
        if !rest.is_empty() {
            self.tails[side.index()] = rest.to_vec();
        }
        Progress::Skip(0)
    }

    fn stop(&mut self) -> Progress {
        self.stopped = true;
        self.tails = [Vec::new(), Vec::new()];
        Progress::Stopped
    }

    /// `len` bytes of `side` were not captured; what it had left unread is lost with them.
    pub fn gap(&mut self, side: Side, at: At, len: u64, out: &mut Out<'_>) {
        self.tails[side.index()] = Vec::new();
        if let Some(analyzer) = self.analyzer.as_mut().filter(|_| !self.stopped) {
            analyzer.gap(side, at, len, out);
        }
    }

    /// `side` sends nothing more. An analyzer that stopped reading still hears of it.
    pub fn end(&mut self, side: Side, at: At, how: Close, out: &mut Out<'_>) {
        if let Some(analyzer) = self.analyzer.as_mut() {
            analyzer.end(side, at, how, out);
        }
    }
}

/// The first protocol of the list that knows these bytes; none while one of them wants more to tell.
fn detect(side: Side, bytes: &[u8]) -> Option<&'static Protocol> {
    for protocol in PROTOCOLS {
        match (protocol.probe)(side, bytes) {
            Verdict::Yes => return Some(protocol),
            Verdict::More => return None,
            Verdict::No => {}
        }
    }
    None
}

fn started(id: ProtocolId, out: &Out<'_>) -> Option<Box<dyn Analyzer>> {
    let protocol = PROTOCOLS.iter().find(|protocol| protocol.id == id)?;
    Some((protocol.new)(out.ends))
}
