//! One TCP connection: both directions put in order, fed to its analyzer, watched from SYN to end.

use super::early::{Early, Piece};
use super::table::Line;
use super::timers::Patience;
use super::{Shared, View};
use crate::net::{self, Segment, flags};
use crate::proto::feed::{Feed, Progress};
use crate::proto::tcp::{Fact, Header, Hole, Watch};
use crate::proto::{self, Out};
use crate::units::{At, Close, Ends, SECOND, Side};

/// How long, and for how many packets, a hole that the peer acknowledged may still be filled: two taps, or merged
/// files, show an acknowledgement before its data.
const ACKED_PATIENCE_NS: i64 = SECOND / 2;
const ACKED_PATIENCE_PACKETS: u32 = 16;
/// For how many packets a hole is kept open when the peer's direction was not captured.
const BLIND_PATIENCE_PACKETS: u32 = 64;
/// Segments that no network carries: the sender's kernel had not cut them yet.
const OVERSIZED: u32 = 9216;
/// Bytes that a reset may carry to say why.
const RESET_TEXT_MAX: u32 = 512;
/// Two equal packets this close are one, captured twice.
const TWIN_NS: i64 = SECOND / 1000;

/// A segment at hand, with its bytes.
pub(super) struct Input<'a> {
    pub(super) segment: &'a Segment,
    pub(super) payload: &'a [u8],
    pub(super) options: &'a [u8],
    pub(super) at: At,
    /// The capture second of `at`.
    pub(super) second: u32,
}

/// The cold part of a TCP connection. Directions are those of the key: 0 when its first endpoint sends.
#[derive(Default)]
pub(super) struct Tcp {
    watch: Watch,
    feed: Feed,
    early: [Option<Box<Early>>; 2],
    /// Sequence number of the first byte, once known.
    start: [Option<u32>; 2],
    /// Sequence number behind the last byte, once a FIN was seen.
    fin: [Option<u32>; 2],
    /// Bytes to pass over beyond what the line holds.
    more: [u64; 2],
    /// The analyzer was told of the end.
    ended: [bool; 2],
    /// The first reset: whose, where.
    reset: Option<(u8, At)>,
    /// The last packet of each direction, to know its twin.
    recent: [Option<Twin>; 2],
    /// The key's first endpoint is the server.
    flipped: bool,
    /// Payload was seen.
    talked: bool,
    /// The capture lacks bytes that the peer acknowledged: what else is missing proves nothing.
    gapped: bool,
}

/// What tells a packet captured twice from a packet sent twice.
#[derive(Clone, Copy)]
struct Twin {
    seq: u32,
    ack: u32,
    flags: u8,
    ip_id: u16,
    checksum: u16,
    len: u32,
    at: At,
}

impl Twin {
    #[inline]
    fn is_twin_of(&self, later: &Self) -> bool {
        (self.seq, self.ack, self.flags, self.len) == (later.seq, later.ack, later.flags, later.len)
            && (self.ip_id, self.checksum) == (later.ip_id, later.checksum)
            && (0..=TWIN_NS).contains(&later.at.time.since(self.at.time))
    }
}

/// A reset may carry a line of text (RFC 9293 section 3.5.3), but no full segment: its header was damaged.
fn is_damaged(segment: &Segment) -> bool {
    segment.flags & flags::RST != 0 && segment.wire_len > RESET_TEXT_MAX
}

impl Tcp {
    pub(super) fn new(flipped: bool) -> Self {
        Self { flipped, ..Self::default() }
    }

    /// A word of each of its parts.
    #[inline]
    pub(super) fn peek(&self) -> u32 {
        let recent = self.recent.iter().flatten().map(|twin| twin.seq).fold(0, u32::wrapping_add);
        let early = self.early.iter().any(Option::is_some);
        let ends = self.start[0].unwrap_or(0) ^ self.fin[0].unwrap_or(0) ^ self.more[0] as u32;
        recent ^ ends ^ self.watch.peek() ^ u32::from(self.feed.is_stopped() ^ self.gapped ^ early)
    }

    fn side(&self, dir: usize) -> Side {
        if (dir == 0) == self.flipped { Side::Server } else { Side::Client }
    }

    /// What was seen of the connection's beginning and of its sides.
    fn view(&self) -> View {
        let two_sided = self.watch.saw(Side::Client) && self.watch.saw(Side::Server);
        View { from_start: self.watch.syn().is_some(), two_sided }
    }

    fn dir(&self, side: Side) -> usize {
        side.index() ^ usize::from(self.flipped)
    }

    /// How long another packet is waited for.
    pub(super) fn patience(&self) -> Patience {
        match &self.watch {
            watch if watch.is_closed() => Patience::Closed,
            watch if watch.is_open() => Patience::Long,
            _ => Patience::Short,
        }
    }

    /// Whether this SYN opens another connection on the same ports.
    pub(super) fn is_reused_by(&self, segment: &Segment) -> bool {
        if segment.flags & (flags::SYN | flags::ACK | flags::RST) != flags::SYN {
            return false;
        }
        let dir = usize::from(segment.swapped);
        let attempt_goes_on = self.watch.began() && !self.watch.is_open() && !self.answered();
        let again = self.watch.syn_seq() == Some(segment.seq) && self.side(dir) == Side::Client;
        !again && !attempt_goes_on
    }

    /// A SYN-ACK came.
    fn answered(&self) -> bool {
        self.watch.saw(Side::Server) && !self.watch.is_reset()
    }

    /// Takes a segment that did not take the fast path.
    pub(super) fn segment(
        &mut self,
        line: &mut Line,
        input: &Input<'_>,
        ends: &mut Ends,
        shared: &mut Shared,
    ) {
        if self.is_twin(input) {
            // A host resets every segment that comes too late, with equal packets.
            if input.segment.flags & flags::RST == 0 {
                shared.quality.duplicates.add(input.at);
            }
            return;
        }
        if is_damaged(input.segment) {
            return;
        }
        let dir = usize::from(input.segment.swapped);
        self.opener(input, ends);
        let header = self.header(input);
        match input.segment.flags & (flags::SYN | flags::ACK | flags::RST) {
            bits if bits & flags::RST != 0 => self.on_reset(line, &header, input.at),
            flags::SYN => self.on_syn(line, dir, &header),
            bits if bits & flags::SYN != 0 => {
                let view = self.view();
                self.on_syn_ack(line, dir, &header, &mut shared.out(ends, view));
            }
            _ => {
                let view = self.view();
                self.watch.on_segment(&header, &mut shared.out(ends, view));
            }
        }
        if input.segment.flags & flags::RST == 0 {
            self.bytes(line, input, ends, shared);
        }
        self.choose_path(line);
    }

    fn header(&self, input: &Input<'_>) -> Header {
        let segment = input.segment;
        let syn = segment.flags & flags::SYN != 0;
        // Of other segments options matter only while losses are watched.
        let wanted = syn || self.watch.watches_losses();
        let options = if wanted { net::tcp_options(input.options) } else { Default::default() };
        Header {
            side: self.side(usize::from(segment.swapped)),
            at: input.at,
            seq: segment.seq,
            ack: (segment.flags & flags::ACK != 0).then_some(segment.ack),
            len: segment.wire_len,
            ttl: segment.ttl,
            dont_fragment: segment.dont_fragment,
            mss: options.mss.filter(|_| syn),
            selective: !options.sack.is_empty(),
        }
    }

    fn is_twin(&mut self, input: &Input<'_>) -> bool {
        let Segment { seq, ack, flags, ip_id, checksum, wire_len: len, .. } = *input.segment;
        let twin = Twin { seq, ack, flags, ip_id, checksum, len, at: input.at };
        let recent = &mut self.recent[usize::from(input.segment.swapped)];
        let is_twin = recent.as_ref().is_some_and(|old| old.is_twin_of(&twin));
        *recent = Some(twin);
        is_twin
    }

    /// Without a SYN, the first message says who the client is.
    fn opener(&mut self, input: &Input<'_>, ends: &mut Ends) {
        if self.watch.began() || self.talked || input.payload.is_empty() {
            return;
        }
        self.talked = true;
        let ports = [ends.client.port, ends.server.port];
        let speaks = proto::speaker(proto::Kind::Stream, ports, input.payload);
        if speaks.is_some_and(|side| side != self.side(usize::from(input.segment.swapped))) {
            self.flipped = !self.flipped;
            self.watch.swap_sides();
            std::mem::swap(&mut ends.client, &mut ends.server);
        }
    }

    fn on_syn(&mut self, line: &mut Line, dir: usize, header: &Header) {
        self.watch.on_syn(header);
        if !self.watch.is_open() || self.start[dir].is_none() {
            line.next[dir] = header.seq.wrapping_add(1);
            self.start[dir] = Some(line.next[dir]);
        }
    }

    fn on_syn_ack(&mut self, line: &mut Line, dir: usize, header: &Header, out: &mut Out<'_>) {
        let opened = self.watch.is_opened();
        self.watch.on_syn_ack(header, out);
        if opened {
            return;
        }
        // What came before (a challenge ACK, a refusal) belongs to an older connection.
        self.reset = None;
        line.next[dir] = header.seq.wrapping_add(1);
        self.start[dir] = Some(line.next[dir]);
        if let (None, Some(ack)) = (self.start[1 - dir], header.ack) {
            line.next[1 - dir] = ack;
            self.start[1 - dir] = Some(ack);
        }
    }

    fn on_reset(&mut self, line: &Line, header: &Header, at: At) {
        self.watch.on_reset(header, self.sent(line));
        if self.watch.is_reset() {
            self.reset.get_or_insert((self.dir(header.side) as u8, at));
        }
    }

    /// Payload bytes of client and server, by sequence numbers (modulo 2^32).
    fn sent(&self, line: &Line) -> [u64; 2] {
        [Side::Client, Side::Server].map(|side| {
            let dir = self.dir(side);
            self.start[dir].map_or(0, |start| u64::from(line.next[dir].wrapping_sub(start)))
        })
    }

    /// The payload and the FIN of a segment.
    fn bytes(&mut self, line: &mut Line, input: &Input<'_>, ends: &Ends, shared: &mut Shared) {
        let segment = input.segment;
        let dir = usize::from(segment.swapped);
        let seq = segment.seq.wrapping_add(u32::from(segment.flags & flags::SYN != 0));
        if segment.wire_len > OVERSIZED {
            shared.quality.oversized.add(input.at);
        }
        if self.start[dir].is_none() {
            self.start[dir] = Some(seq);
            line.next[dir] = seq;
        }
        if segment.wire_len > 0 {
            self.payload(line, dir, seq, input, ends, shared);
        }
        if segment.flags & flags::FIN != 0 {
            self.watch.on_fin(self.side(dir), input.at);
            self.fin[dir] = Some(seq.wrapping_add(segment.wire_len));
        }
        self.wait(line, input, ends, shared);
        self.close(line, input.at, ends, shared);
    }

    fn payload(
        &mut self,
        line: &mut Line,
        dir: usize,
        seq: u32,
        input: &Input<'_>,
        ends: &Ends,
        shared: &mut Shared,
    ) {
        let (wire, at) = (input.segment.wire_len, input.at);
        let ahead = seq.wrapping_sub(line.next[dir]) as i32;
        let hole = u32::try_from(ahead).unwrap_or(0);
        if u64::from(hole) > self.to_skip(line, dir) && !line.is_stopped() {
            let bytes = input.payload.into();
            let piece = Piece { seq, cut: wire - (input.payload.len() as u32).min(wire), bytes };
            self.early[dir]
                .get_or_insert_with(|| Box::new(Early::new(line.next[dir], at)))
                .add(piece);
            return;
        }
        let old = u32::try_from(-i64::from(ahead)).unwrap_or(0);
        if old >= wire {
            // One old byte is a keep-alive or a window probe.
            if wire > 1 {
                self.watch.on_retransmission(&self.header(input));
            }
            return;
        }
        self.pass(line, dir, hole);
        let fresh = input.payload.get(old as usize..).unwrap_or_default();
        self.deliver(line, dir, fresh, wire - old, at, ends, shared);
        self.flush(line, dir, at, ends, shared);
    }

    /// Gives the analyzer the next `wire` bytes, of which `bytes` were captured.
    #[expect(clippy::too_many_arguments, reason = "a connection's parts live in three places")]
    fn deliver(
        &mut self,
        line: &mut Line,
        dir: usize,
        bytes: &[u8],
        wire: u32,
        at: At,
        ends: &Ends,
        shared: &mut Shared,
    ) {
        let skip = self.to_skip(line, dir);
        if line.is_stopped() || skip >= u64::from(wire) {
            self.pass(line, dir, wire);
            return;
        }
        self.pass(line, dir, skip as u32);
        let rest = wire - skip as u32;
        line.next[dir] = line.next[dir].wrapping_add(rest);
        let bytes = bytes.get(skip as usize..).unwrap_or_default();
        let mut missing = u64::from(rest) - (bytes.len() as u64).min(u64::from(rest));
        if !bytes.is_empty() {
            let out = &mut shared.out(ends, self.view());
            match self.feed.push(self.side(dir), at, bytes, out) {
                Progress::Stopped => line.stop(),
                Progress::Skip(len) => {
                    let passed = len.min(missing);
                    missing -= passed;
                    self.set_skip(line, dir, len - passed);
                }
            }
        }
        if missing > 0 && !line.is_stopped() {
            let out = &mut shared.out(ends, self.view());
            self.feed.gap(self.side(dir), at, missing, out);
        }
    }

    /// Gives the analyzer the early segments that are in order now.
    fn flush(&mut self, line: &mut Line, dir: usize, at: At, ends: &Ends, shared: &mut Shared) {
        let Some(mut early) = self.early[dir].take() else { return };
        while let Some(piece) = early.take(line.next[dir]) {
            let fresh = piece.end().wrapping_sub(line.next[dir]);
            if fresh as i32 > 0 {
                let old = line.next[dir].wrapping_sub(piece.seq) as usize;
                let bytes = piece.bytes.get(old..).unwrap_or_default();
                self.deliver(line, dir, bytes, fresh, at, ends, shared);
            }
            early.renew(at);
        }
        if !early.is_empty() {
            self.early[dir] = Some(early);
        }
    }

    /// Decides whether to wait longer for holes.
    fn wait(&mut self, line: &mut Line, input: &Input<'_>, ends: &Ends, shared: &mut Shared) {
        if self.early.iter().all(Option::is_none) {
            return;
        }
        for dir in 0..2 {
            let from_peer = usize::from(input.segment.swapped) != dir;
            let blind = !self.watch.saw(self.side(1 - dir));
            let Some(early) = &mut self.early[dir] else { continue };
            let missing = input.segment.ack.wrapping_sub(line.next[dir]) as i32 > 0;
            if from_peer && input.segment.flags & flags::ACK != 0 && missing {
                early.acked.get_or_insert(input.at);
            }
            early.patience += u32::from(blind || early.acked.is_some());
            let late = early.acked.is_some_and(|since| {
                input.at.time.since(since.time) > ACKED_PATIENCE_NS
                    || early.patience > ACKED_PATIENCE_PACKETS
            });
            let full = early.held() > shared.limits.reorder_bytes_max;
            if late || full || (blind && early.patience > BLIND_PATIENCE_PACKETS) {
                if full {
                    shared.quality.lose("reorder_buffers_given_up", 1);
                }
                self.give_up(line, dir, input.at, ends, shared);
            }
        }
    }

    /// Goes on behind the hole.
    fn give_up(&mut self, line: &mut Line, dir: usize, at: At, ends: &Ends, shared: &mut Shared) {
        let Some(early) = &self.early[dir] else { return };
        let Some(first) = early.first() else { return };
        let acked = early.acked.is_some();
        let skip = self.to_skip(line, dir);
        let hole = first.wrapping_sub(line.next[dir]);
        self.pass(line, dir, hole);
        let bytes = u64::from(hole).saturating_sub(skip);
        if bytes > 0 && !line.is_stopped() {
            let side = self.side(dir);
            let mut out = shared.out(ends, self.view());
            self.feed.gap(side, at, bytes, &mut out);
            // What the peer never acknowledged may have been lost before it came here.
            if acked {
                self.gapped = true;
                out.emit(at, proto::Fact::Tcp(Fact::Gap { side, bytes }));
                shared.quality.gaps.add(at);
            }
        }
        self.flush(line, dir, at, ends, shared);
    }

    /// Tells the analyzer of FINs that are in order.
    fn close(&mut self, line: &mut Line, at: At, ends: &Ends, shared: &mut Shared) {
        if self.fin == [None; 2] {
            return;
        }
        for dir in 0..2 {
            if self.fin[dir] == Some(line.next[dir]) && !self.ended[dir] {
                self.ended[dir] = true;
                line.next[dir] = line.next[dir].wrapping_add(1);
                let out = &mut shared.out(ends, self.view());
                self.feed.end(self.side(dir), at, Close::Fin, out);
            }
        }
    }

    fn to_skip(&self, line: &Line, dir: usize) -> u64 {
        u64::from(line.skip[dir]) + self.more[dir]
    }

    fn set_skip(&mut self, line: &mut Line, dir: usize, len: u64) {
        line.skip[dir] = u32::try_from(len).unwrap_or(u32::MAX);
        self.more[dir] = len - u64::from(line.skip[dir]);
    }

    /// Passes over `len` bytes.
    fn pass(&mut self, line: &mut Line, dir: usize, len: u32) {
        let left = self.to_skip(line, dir).saturating_sub(u64::from(len));
        self.set_skip(line, dir, left);
        line.next[dir] = line.next[dir].wrapping_add(len);
    }

    /// Plain segments may take the fast path while nothing but their bytes matters.
    fn choose_path(&self, line: &mut Line) {
        let calm = self.watch.is_open()
            && !self.watch.watches_losses()
            && !self.watch.is_reset()
            && self.early.iter().all(Option::is_none);
        for dir in 0..2 {
            let going = self.start[dir].is_some() && self.fin[dir].is_none();
            line.set_fast(dir, calm && going && self.watch.saw(self.side(dir)));
        }
    }

    /// Whether a segment may change what the feed and the early segments hold: most do not, and to ask the analyzer for it
    /// would wait for memory.
    pub(super) fn may_hold_more_or_less(&self, input: &Input<'_>) -> bool {
        let plain = input.segment.flags & (flags::SYN | flags::FIN | flags::RST) == 0;
        !plain || !input.payload.is_empty() || self.early.iter().any(Option::is_some)
    }

    /// Bytes that the feed and the early segments hold.
    pub(super) fn held(&self) -> usize {
        self.feed.held() + self.early.iter().flatten().map(|early| early.held()).sum::<usize>()
    }

    /// Nothing more is expected: holes are given up, open ends are ended as `how` says, the watch reports.
    pub(super) fn finish(
        &mut self,
        line: &mut Line,
        last: At,
        how: Close,
        ends: &Ends,
        shared: &mut Shared,
    ) {
        for dir in 0..2 {
            self.note_hole(line, dir, last);
            self.drop_unreceived(dir);
            while self.early[dir].is_some() {
                self.give_up(line, dir, last, ends, shared);
            }
        }
        self.close(line, last, ends, shared);
        let mut order = [self.dir(Side::Client), self.dir(Side::Server)];
        let (at, how) = match self.reset {
            Some((dir, at)) => {
                let dir = usize::from(dir);
                order = [dir, 1 - dir];
                (at, Close::Reset)
            }
            None => (last, how),
        };
        for dir in order {
            if !std::mem::replace(&mut self.ended[dir], true) {
                let out = &mut shared.out(ends, self.view());
                self.feed.end(self.side(dir), at, how, out);
            }
        }
        let sent = self.sent(line);
        let view = self.view();
        self.watch.finish(sent, &mut shared.out(ends, view));
        self.report_quality(ends, last, shared);
    }

    /// Its room is needed, though it may go on: what only its silence would prove is not told.
    pub(super) fn evict(&mut self, line: &Line, last: At, ends: &Ends, shared: &mut Shared) {
        self.report_quality(ends, last, shared);
        let sent = self.sent(line);
        let out = &mut shared.out(ends, self.view());
        self.feed.evict(last, out);
        self.watch.evict(sent, out);
    }

    /// Bytes behind a hole that the receiver, who was captured, never acknowledged did not reach its program.
    fn drop_unreceived(&mut self, dir: usize) {
        let heard = self.watch.saw(self.side(1 - dir));
        let early = &mut self.early[dir];
        if heard && early.as_ref().is_some_and(|early| early.acked.is_none()) {
            *early = None;
        }
    }

    /// A hole that nobody filled to the end: seen from the receiver, this is what a black hole looks like.
    fn note_hole(&mut self, line: &Line, dir: usize, last: At) {
        let Some(early) = &self.early[dir] else { return };
        if early.acked.is_some() || self.gapped {
            return;
        }
        let Some(first) = early.first() else { return };
        let size = first.wrapping_sub(line.next[dir]);
        let hole = Hole { size, later: early.longest(), since: early.since, last };
        self.watch.on_hole(self.side(dir), hole);
    }

    fn report_quality(&self, ends: &Ends, last: At, shared: &mut Shared) {
        let flow = At { frame: ends.flow, time: last.time };
        let saw = [Side::Client, Side::Server].map(|side| self.watch.saw(side));
        if saw == [true, true] {
            shared.quality.two_sided += 1;
        } else if self.watch.is_open() || self.spoke_alone() {
            shared.quality.one_sided.add(flow);
        }
        if !self.watch.began() {
            shared.quality.midstream.add(flow);
        }
    }

    /// The client went on as if it had been answered, but no answer was captured.
    fn spoke_alone(&self) -> bool {
        self.watch.spoke(Side::Client)
    }

    /// An ICMP error quoted a packet of this connection.
    pub(super) fn on_icmp(&mut self, at: At) {
        self.watch.on_icmp(at);
    }

    /// Whether `seq` is that of the SYN.
    pub(super) fn is_syn(&self, seq: Option<u32>) -> bool {
        seq.is_some() && self.watch.syn_seq() == seq
    }
}
