//! Follows the headers of one TCP connection, from its first SYN to its end, and says what happened to it.

use super::loss::Loss;
use super::{Attempts, Blackhole, Fact, HalfOpen, Opened, Reset};
use crate::proto::{self, Out};
use crate::units::{At, SECOND, Side};

/// A sender that is heard would have filled a hole by then: it sends again after a second or less, and again.
const HOLE_NS: i64 = 3 * SECOND;

/// After this many full segments' worth of bytes the large ones evidently pass: not every length is looked at.
const PASSED_SEGMENTS: u32 = 16;

/// The fields of a segment that matter here.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// Who sent it.
    pub side: Side,
    /// Its packet.
    pub at: At,
    /// Sequence number.
    pub seq: u32,
    /// Acknowledgement number, where the ACK flag is set.
    pub ack: Option<u32>,
    /// Payload bytes on the wire.
    pub len: u32,
    /// TTL or hop limit.
    pub ttl: u8,
    /// "Don't fragment".
    pub dont_fragment: bool,
    /// MSS option, on a SYN.
    pub mss: Option<u16>,
    /// It acknowledges bytes behind a hole (SACK).
    pub selective: bool,
}

/// Bytes that never arrived, though later ones did.
#[derive(Clone, Copy, Debug)]
pub struct Hole {
    /// How many.
    pub size: u32,
    /// The longest segment that arrived behind them.
    pub later: u32,
    /// The first segment behind them.
    pub since: At,
    /// The last packet of the connection.
    pub last: At,
}

/// What a connection has shown so far.
#[derive(Debug, Default)]
pub struct Watch {
    syn: Option<Syn>,
    syn_acks: u32,
    last_syn_ack: Option<At>,
    opened: bool,
    sides: [Seen; 2],
    last: Option<At>,
    /// Apart, for every packet of a healthy connection has to fetch what stands here.
    trouble: Option<Box<Trouble>>,
}

/// What most connections never meet.
#[derive(Debug, Default)]
struct Trouble {
    first_repeat: Option<At>,
    refused: Option<(At, u8)>,
    icmp: Option<At>,
    reset: Option<(At, Reset)>,
    /// The sequence number of that reset.
    reset_seq: u32,
    closed_early: Option<(At, bool)>,
}

/// SYNs of the client.
#[derive(Debug)]
struct Syn {
    seq: u32,
    first: At,
    last: At,
    attempts: u32,
}

/// What one side sent.
#[derive(Debug, Default)]
struct Seen {
    /// Anything but a SYN.
    spoke: bool,
    /// Any packet at all.
    packets: bool,
    /// Payload.
    data: bool,
    /// FIN, in or out of order.
    fin: bool,
    ttl: Option<(u8, u8)>,
    /// Packets other than resets, as far as the TTLs were looked at.
    count: u32,
    mss: Option<u16>,
    /// The sequence number of its SYN.
    start: Option<u32>,
    /// The longest segment on its way: its length, and the sequence number behind it.
    longest: Option<(u32, u32)>,
    loss: Option<Box<Loss>>,
    /// The longest payload that the peer is known to have acknowledged.
    passed: u32,
    /// The peer acknowledged bytes behind a hole.
    selective: bool,
    /// A hole that was never filled.
    hole: Option<Box<Hole>>,
}

impl Watch {
    /// A word of each of its parts, to have them fetched from memory.
    #[inline]
    pub fn peek(&self) -> u32 {
        self.syn_acks ^ self.sides[0].count ^ self.sides[1].count
    }

    /// The first SYN, where it is in the capture.
    pub fn syn(&self) -> Option<At> {
        self.syn.as_ref().map(|syn| syn.first)
    }

    /// The sequence number of the SYN that is being answered.
    pub fn syn_seq(&self) -> Option<u32> {
        self.syn.as_ref().map(|syn| syn.seq)
    }

    /// A connection stands, or its beginning was not seen.
    pub fn is_open(&self) -> bool {
        self.opened || self.syn.is_none()
    }

    /// The three-way handshake was seen to its end.
    pub fn is_opened(&self) -> bool {
        self.opened
    }

    /// An RST ended it, or refused it.
    pub fn is_reset(&self) -> bool {
        let over = |trouble: &Trouble| trouble.reset.is_some() || trouble.refused.is_some();
        self.trouble.as_deref().is_some_and(over)
    }

    fn trouble(&mut self) -> &mut Trouble {
        self.trouble.get_or_insert_default()
    }

    /// Both sides closed, or a reset did.
    pub fn is_closed(&self) -> bool {
        self.is_reset() || self.sides.iter().all(|seen| seen.fin)
    }

    /// Packets of that side were seen.
    pub fn saw(&self, side: Side) -> bool {
        self.sides[side.index()].packets
    }

    /// Packets of that side other than SYNs and resets were seen.
    pub fn spoke(&self, side: Side) -> bool {
        self.sides[side.index()].spoke
    }

    /// The connection began in the capture, or not.
    pub fn began(&self) -> bool {
        self.syn.is_some() || self.syn_acks > 0
    }

    /// Losses are being watched, so every acknowledgement counts.
    pub fn watches_losses(&self) -> bool {
        self.sides.iter().any(|seen| seen.loss.is_some())
    }

    /// A SYN of the client, first or repeated.
    pub fn on_syn(&mut self, header: &Header) {
        self.note(header);
        self.begin(header);
        match &mut self.syn {
            Some(syn) => {
                syn.attempts += 1;
                syn.last = header.at;
                syn.seq = header.seq;
            }
            None => {
                let Header { seq, at, .. } = *header;
                self.syn = Some(Syn { seq, first: at, last: at, attempts: 1 });
            }
        }
    }

    fn begin(&mut self, header: &Header) {
        let seen = &mut self.sides[header.side.index()];
        (seen.mss, seen.start) = (header.mss, Some(header.seq));
    }

    /// Client and server were taken for each other.
    pub fn swap_sides(&mut self) {
        self.sides.swap(0, 1);
    }

    /// A SYN-ACK of the server, first or repeated. Refusals before it are reported: this attempt is another one.
    pub fn on_syn_ack(&mut self, header: &Header, out: &mut Out<'_>) {
        self.note(header);
        if let (false, Some(trouble)) = (self.opened, &mut self.trouble) {
            trouble.reset = None;
        }
        let refused = self.trouble.as_ref().is_some_and(|trouble| trouble.refused.is_some());
        if let (true, Some(syn)) = (refused, &mut self.syn) {
            // The SYN that is answered now is the last one.
            syn.attempts = syn.attempts.saturating_sub(1).max(1);
            self.finish_attempt(out);
            self.trouble().refused = None;
        }
        if let (None, Some(syn)) = (self.last_syn_ack, &mut self.syn) {
            (syn.first, syn.attempts) = (syn.last, 1);
        }
        self.begin(header);
        self.syn_acks += 1;
        if self.syn_acks > 1 {
            self.trouble().first_repeat.get_or_insert(header.at);
        }
        self.last_syn_ack = Some(header.at);
    }

    /// Any packet that is neither SYN nor RST and took the slow path.
    pub fn on_segment(&mut self, header: &Header, out: &mut Out<'_>) {
        self.note(header);
        let seen = &mut self.sides[header.side.index()];
        seen.spoke = true;
        seen.data |= header.len > 0;
        seen.sent(header);
        if let Some(trouble) = &mut self.trouble {
            trouble.goes_on(header);
        }
        if self.syn_acks > 0 && (header.side == Side::Client || header.len > 0) {
            self.open(out);
        }
        if let Some(ack) = header.ack {
            self.sides[header.side.other().index()].acked(ack, header.selective);
        }
    }

    fn open(&mut self, out: &mut Out<'_>) {
        if let Some(syn) = self.syn.as_ref().filter(|_| !self.opened) {
            let answered = self.last_syn_ack.unwrap_or(syn.last);
            let answer_ns = answered.time.since(syn.last.time);
            let opened = Opened { syn: syn.first, answer_ns };
            out.emit(out.now, proto::Fact::Tcp(Fact::Opened(opened)));
        }
        self.opened = true;
    }

    /// A FIN.
    pub fn on_fin(&mut self, side: Side, at: At) {
        self.closed_first(side, at, false);
        self.sides[side.index()].fin = true;
    }

    /// A reset; `bytes` were sent before by each side.
    pub fn on_reset(&mut self, header: &Header, bytes: [u64; 2]) {
        let usual_ttl = self.sides[header.side.index()].ttl;
        let idle_ns = self.last.map_or(0, |last| header.at.time.since(last.time));
        let unanswered = self.syn.is_some() && self.syn_acks == 0 && !self.sides[1].spoke;
        if unanswered && !self.sides[0].spoke {
            // The client's own reset of its attempt answers nothing.
            if header.side == Side::Server {
                self.sides[1].packets = true;
                self.trouble().refused.get_or_insert((header.at, header.ttl));
            }
            return;
        }
        self.sides[header.side.index()].packets = true;
        self.closed_first(header.side, header.at, true);
        let (sender, ttl) = (header.side, header.ttl);
        let after_fin = self.sides[sender.index()].fin;
        let established = self.is_open();
        let trouble = self.trouble();
        if let Some((_, reset)) = &mut trouble.reset {
            let other = reset.sender == sender && header.seq != trouble.reset_seq;
            reset.further += u32::from(other && !after_fin);
            return;
        }
        let reset = Reset {
            sender,
            ttl,
            usual_ttl,
            references: 0,
            established,
            after_fin,
            sender_went_on: None,
            further: 0,
            bytes,
            idle_ns,
        };
        trouble.reset_seq = header.seq;
        trouble.reset = Some((header.at, reset));
    }

    /// The server closes an open connection before anybody sent a byte.
    fn closed_first(&mut self, side: Side, at: At, reset: bool) {
        let somebody_before = self.sides.iter().any(|seen| seen.fin || seen.data)
            || self.trouble.as_ref().is_some_and(|trouble| trouble.reset.is_some());
        if side == Side::Server && self.opened && self.syn.is_some() && !somebody_before {
            self.trouble().closed_early = Some((at, reset));
        }
    }

    /// An ICMP error quoted the SYN.
    pub fn on_icmp(&mut self, at: At) {
        if self.syn_acks == 0 {
            self.trouble().icmp.get_or_insert(at);
        }
    }

    /// A segment whose bytes had all been sent before.
    pub fn on_retransmission(&mut self, header: &Header) {
        // A receiver that closed or reset acknowledges nothing more.
        let reset = self.trouble.as_ref().is_some_and(|trouble| trouble.reset.is_some());
        if reset || self.sides[header.side.other().index()].fin {
            return;
        }
        let seen = &mut self.sides[header.side.index()];
        seen.loss.get_or_insert_default().repeated(header);
    }

    /// A hole in what `side` sent was never filled, and never acknowledged.
    pub fn on_hole(&mut self, side: Side, hole: Hole) {
        self.sides[side.index()].hole = Some(Box::new(hole));
    }

    fn note(&mut self, header: &Header) {
        let seen = &mut self.sides[header.side.index()];
        seen.packets = true;
        seen.count = seen.count.saturating_add(1);
        let (low, high) = seen.ttl.unwrap_or((header.ttl, header.ttl));
        seen.ttl = Some((low.min(header.ttl), high.max(header.ttl)));
        self.last = Some(header.at);
    }

    /// Says what the connection came to. Called once, when nothing more is expected of it.
    pub fn finish(&mut self, bytes: [u64; 2], out: &mut Out<'_>) {
        self.finish_attempt(out);
        self.finish_losses(out);
        let trouble = self.trouble.take().unwrap_or_default();
        if let Some((at, mut reset)) = trouble.reset {
            reset.references = self.sides[reset.sender.index()].count;
            out.emit(at, proto::Fact::Tcp(Fact::Reset(reset)));
        }
        if let Some((at, reset)) = trouble.closed_early {
            out.emit(at, proto::Fact::Tcp(Fact::AcceptClose { reset }));
        } else if self.opened {
            out.emit(out.now, proto::Fact::Tcp(Fact::Closed { bytes }));
        }
    }

    /// As [`Self::finish`], of a connection that may go on: what only its silence would prove is not told.
    pub fn evict(&mut self, bytes: [u64; 2], out: &mut Out<'_>) {
        let refused = |trouble: &Trouble| trouble.refused.is_some();
        if !self.trouble.as_deref().is_some_and(refused) {
            self.syn = None;
        }
        self.sides.iter_mut().for_each(|seen| (seen.loss, seen.hole) = (None, None));
        self.finish(bytes, out);
    }

    fn finish_attempt(&mut self, out: &mut Out<'_>) {
        let Some(syn) = &self.syn else { return };
        let (attempts, first, last) = (syn.attempts, syn.first, syn.last);
        let one_sided = self.sides[0].spoke;
        let healthy = Trouble::default();
        let trouble = self.trouble.as_deref().unwrap_or(&healthy);
        let rst_ttl = trouble.refused.map(|(_, ttl)| ttl);
        let tried = Attempts { attempts, first, last, rst_ttl, icmp: trouble.icmp, one_sided };
        if let Some((at, _)) = trouble.refused {
            out.emit(at, proto::Fact::Tcp(Fact::Refused(tried)));
        } else if !self.sides[1].packets {
            out.emit(first, proto::Fact::Tcp(Fact::Unanswered(tried)));
        } else if let (false, Some(at), Some(last)) =
            (one_sided, trouble.first_repeat, self.last_syn_ack)
        {
            let half = HalfOpen { syn_acks: self.syn_acks, syn: first, last };
            out.emit(at, proto::Fact::Tcp(Fact::HalfOpen(half)));
        }
    }

    fn finish_losses(&mut self, out: &mut Out<'_>) {
        for sender in [Side::Client, Side::Server] {
            let mss = self.sides[sender.other().index()].mss;
            let seen = &mut self.sides[sender.index()];
            let first = seen.loss.as_ref().and_then(|loss| loss.first());
            first.into_iter().for_each(|first| seen.acked(first, false));
            if let Some(loss) = seen.loss.take()
                && let Some((at, mut hole)) = loss.blackhole(sender, seen.passed, mss)
                && !loss.is_behind(seen.start, PASSED_SEGMENTS * hole.lost_size)
            {
                hole.later_arrived = seen.selective;
                out.emit(at, proto::Fact::Tcp(Fact::Blackhole(hole)));
            } else if let Some(hole) = seen.hole.take()
                && hole.last.time.since(hole.since.time) >= HOLE_NS
            {
                let fact = Fact::Blackhole(hole.blackhole(sender, mss));
                out.emit(hole.since, proto::Fact::Tcp(fact));
            }
        }
    }
}

impl Trouble {
    /// A segment that is neither SYN nor RST: the side that reset may go on all the same.
    fn goes_on(&mut self, header: &Header) {
        if let Some((_, reset)) = &mut self.reset
            && reset.sender == header.side
            && header.seq.wrapping_add(header.len).wrapping_sub(self.reset_seq) as i32 > 0
        {
            reset.sender_went_on.get_or_insert(header.at);
        }
    }
}

impl Seen {
    /// A segment left, or was repeated.
    fn sent(&mut self, header: &Header) {
        let behind = header.seq.wrapping_add(header.len);
        if self.longest.is_none_or(|(longest, _)| header.len > longest) && header.len > self.passed
        {
            self.longest = Some((header.len, behind));
        }
    }

    /// The peer acknowledged up to `ack`.
    fn acked(&mut self, ack: u32, selective: bool) {
        if let Some((len, behind)) = self.longest
            && ack.wrapping_sub(behind) as i32 >= 0
        {
            self.passed = self.passed.max(len);
            self.longest = None;
        }
        self.selective |= selective && self.loss.is_some();
        let Some(loss) = &mut self.loss else { return };
        self.passed = self.passed.max(loss.acked(ack));
        if loss.is_over() {
            self.loss = None;
        }
    }
}

impl Hole {
    /// The full-size segments that the hole must have been.
    fn blackhole(&self, sender: Side, mss: Option<u16>) -> Blackhole {
        let full = mss.map_or(self.size, u32::from).max(1);
        Blackhole {
            sender,
            lost_size: self.size.min(full),
            passed_size: self.later,
            lost_segments: self.size.div_ceil(full),
            transmissions: 0,
            mss,
            dont_fragment: true,
            backed_off: false,
            last: self.last,
            later_arrived: true,
        }
    }
}
