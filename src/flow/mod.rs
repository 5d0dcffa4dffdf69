//! Conversations: the flow table, TCP streams in order, ICMP errors brought to what they quote.

mod conns;
mod course;
mod early;
mod engine;
mod plan;
mod quality;
mod room;
mod table;
mod tcp;
mod timers;

pub use engine::{Engine, Order, Shards, order};
pub use plan::Plan;
pub use quality::Quality;

use crate::limits::Limits;
use crate::net::{Decoder, IcmpError, Key, Kind, Segment, flags, protocol};
use crate::proto::tcp::{Fact, Unreachable};
use crate::proto::{self, Analyzer, Chunk, Emitted, Out, Then, feed};
use crate::source::Batch;
use crate::units::{At, Close, Endpoint, Ends, Frame, SECOND, Side, Transport};
use crate::wire::x509::Store;
use conns::Conns;
use room::Holders;
use smallvec::SmallVec;
use std::hint::black_box;
use std::sync::Arc;
use table::{Line, Place, Table};
use tcp::{Input, Tcp};
use timers::{Due, Patience, Timers};

/// Conversations retired at most for one packet: a clock that steps ahead must not end them all.
const RETIRED_A_PACKET: usize = 4;
/// Closed conversations of a shard that wait for late packets: together some thousands, whatever their rate, so that they stay
/// in the processor's cache.
const CLOSED_MAX: usize = 64;
/// Datagrams of a conversation in which a protocol is looked for.
const PROBES_MAX: u8 = 4;
/// From this silence on, an open end is called silent.
const SILENCE_NS: i64 = 30 * SECOND;

/// Follows the conversations of one shard: nothing of it depends on other shards, nor on the thread that works it.
struct Shard {
    table: Table,
    conns: Conns,
    timers: Timers,
    holders: Holders,
    shared: Shared,
    /// Capture time, seconds: see [`course::Course`].
    clock: u32,
}

/// What was seen of a conversation so far.
#[derive(Clone, Copy, Debug, Default)]
struct View {
    /// Its opening SYN.
    from_start: bool,
    /// Packets of both sides.
    two_sided: bool,
}

/// What the conversations share.
struct Shared {
    limits: Limits,
    store: Arc<Store>,
    /// The packet at hand.
    now: At,
    facts: Vec<Emitted>,
    quality: Quality,
    /// What conversations hold beyond their fixed parts: see [`Conn::held`].
    held: usize,
}

impl Shared {
    /// An analyzer's way out.
    fn out<'a>(&'a mut self, ends: &'a Ends, view: View) -> Out<'a> {
        let (now, message_bytes_max) = (self.now, self.limits.message_bytes_max);
        let View { from_start, two_sided } = view;
        let (store, facts) = (&self.store, &mut self.facts);
        Out { ends, now, from_start, two_sided, store, facts, message_bytes_max }
    }
}

/// The cold part of a conversation.
struct Conn {
    key: Key,
    hash: u64,
    ends: Ends,
    last: At,
    patience: Patience,
    /// A bit for each direction of the key in which a packet was seen.
    heard: u8,
    /// Datagrams in which a protocol is still looked for: the first may be junk.
    probes_left: u8,
    /// It stands among those that hold much.
    is_holder: bool,
    /// Bytes in early segments, unread tails and the analyzer, as counted in the total.
    held: u32,
    tcp: Option<Box<Tcp>>,
    /// Reads the datagrams of a conversation, where somebody knows them.
    datagrams: Option<Box<dyn Analyzer>>,
}

impl Conn {
    /// A word of each of its parts.
    fn peek(&self) -> u32 {
        let fixed = self.held ^ self.last.time.0 as u32 ^ u32::from(self.heard);
        fixed ^ self.tcp.as_ref().map_or(0, |tcp| tcp.peek())
    }
}

impl Shard {
    /// Keeps within `limits`, which are its share; `seed` is that of the decoder's hashes.
    fn new(limits: Limits, seed: u64, store: Arc<Store>) -> Self {
        let quality = Quality::default();
        Self {
            table: Table::new(seed),
            conns: Conns::default(),
            timers: Timers::default(),
            holders: Holders::default(),
            shared: Shared {
                limits,
                store,
                now: At::default(),
                facts: Vec::new(),
                quality,
                held: 0,
            },
            clock: 0,
        }
    }

    /// Works on the shard, and gives what it finds to `facts`.
    #[inline]
    fn gives<T>(&mut self, facts: &mut Vec<Emitted>, work: impl FnOnce(&mut Self) -> T) -> T {
        std::mem::swap(&mut self.shared.facts, facts);
        let result = work(self);
        std::mem::swap(&mut self.shared.facts, facts);
        result
    }

    /// The clock went on, to `clock` at the packet `now`: retires conversations that idle too long.
    fn tick(&mut self, clock: u32, now: At) {
        self.clock = clock;
        self.retire_idle(now);
    }

    /// A word of the line where a segment's conversation would stand.
    #[inline]
    fn peek(&self, segment: &Segment) -> u32 {
        self.table.first(segment.hash).seen
    }

    /// Words of what lies behind that line, unless the segment will need the line alone.
    #[inline]
    fn peek_cold(&self, segment: &Segment) -> u32 {
        let line = self.table.first(segment.hash);
        if line.is_fast(usize::from(segment.swapped)) {
            return 0;
        }
        let Some(conn) = self.conns.get(line.conn()) else { return 0 };
        conn.peek()
    }

    /// The bulk of a capture: a plain segment whose bytes nobody needs touches one cache line and no payload.
    #[inline]
    fn fast(&mut self, place: Place, segment: &Segment, now: u32) -> bool {
        const ODD: u8 = flags::SYN | flags::FIN | flags::RST;
        let dir = usize::from(segment.swapped);
        let Some(line) = self.table.line(place) else { return false };
        if !line.is_fast(dir) || segment.flags & ODD != 0 || segment.kind == Kind::IcmpError {
            return false;
        }
        let len = segment.wire_len;
        let ahead = segment.seq.wrapping_sub(line.next[dir]);
        if len == 0 || segment.kind != Kind::Tcp {
            line.seen = now;
            return true;
        }
        if line.is_stopped() && ahead as i32 >= 0 {
            line.seen = now;
            line.next[dir] = segment.seq.wrapping_add(len);
            return true;
        }
        // A hole within what is passed over does not matter.
        let Some(left) = line.skip[dir].checked_sub(ahead).and_then(|left| left.checked_sub(len))
        else {
            return false;
        };
        line.seen = now;
        line.skip[dir] = left;
        line.next[dir] = segment.seq.wrapping_add(len);
        true
    }

    /// Takes a segment of this shard, at a packet and its capture second.
    #[inline]
    fn take(
        &mut self,
        segment: &Segment,
        (at, second): (At, u32),
        decoder: &Decoder,
        batch: &Batch<'_>,
        facts: &mut Vec<Emitted>,
    ) {
        let place = self.table.place(segment.hash, &segment.key);
        if self.fast(place, segment, second) {
            return;
        }
        let payload = decoder.payload(batch.bytes, segment);
        let options = decoder.options(batch.bytes, segment);
        self.gives(facts, |shard| {
            let input = Input { segment, payload, options, at, second };
            shard.slow(place, &input, decoder.icmp());
        });
    }

    /// Everything that [`Self::fast`] refuses.
    fn slow(&mut self, place: Place, input: &Input<'_>, icmp: &[IcmpError]) {
        let segment = input.segment;
        self.shared.now = input.at;
        let moved = self.retire_idle(input.at);
        if segment.kind == Kind::IcmpError {
            if let Some(error) = icmp.get(segment.seq as usize) {
                self.icmp(input, error);
            }
            return;
        }
        let place = if moved { self.table.place(segment.hash, &segment.key) } else { place };
        let place = self.conversation(place, input);
        let Some(line) = self.table.line(place) else { return };
        let index = line.conn();
        let Some(conn) = self.conns.get_mut(index) else { return };
        conn.last = input.at;
        conn.heard |= 1 << u8::from(segment.swapped);
        line.seen = input.second;
        let (patience, holds_as_before) = match &mut conn.tcp {
            Some(tcp) => {
                let as_before = !tcp.may_hold_more_or_less(input);
                tcp.segment(line, input, &mut conn.ends, &mut self.shared);
                (tcp.patience(), as_before)
            }
            None => (datagram(conn, line, input, &mut self.shared), false),
        };
        if patience != conn.patience {
            conn.patience = patience;
            let seen = line.seen;
            self.wait(patience, index, seen);
        }
        if !holds_as_before {
            self.settle(index, input.at);
        }
    }

    /// Where the conversation stands that a segment belongs to, for which `place` was found; it is opened if need be.
    fn conversation(&mut self, place: Place, input: &Input<'_>) -> Place {
        if let Some(line) = self.table.line(place) {
            let index = line.conn();
            let tcp = self.conns.get(index).and_then(|conn| conn.tcp.as_ref());
            if !tcp.is_some_and(|tcp| tcp.is_reused_by(input.segment)) {
                return place;
            }
            self.retire(index, input.at, false);
        }
        self.make_room(input.at);
        self.open(input)
    }

    fn open(&mut self, input: &Input<'_>) -> Place {
        let segment = input.segment;
        let (sender_is_client, transport) = (opens(input), transport(segment.key.protocol));
        let client = usize::from(segment.swapped) ^ usize::from(!sender_is_client);
        let end = |which: usize| endpoint(&segment.key, which, transport);
        let ends =
            Ends { client: end(client), server: end(1 - client), transport, flow: input.at.frame };
        let tcp = (segment.kind == Kind::Tcp).then(|| Box::new(Tcp::new(client == 1)));
        let patience = if tcp.is_some() { Patience::Short } else { Patience::Datagram };
        let (key, hash, last) = (segment.key, segment.hash, input.at);
        let probes_left = if segment.kind == Kind::Udp { PROBES_MAX } else { 0 };
        let conn = Conn {
            key,
            hash,
            ends,
            last,
            patience,
            heard: 0,
            probes_left,
            is_holder: false,
            held: 0,
            tcp,
            datagrams: None,
        };
        let (index, seen) = (self.conns.add(conn), input.second);
        self.shared.quality.flows += 1;
        self.wait(patience, index, seen);
        self.table.insert(hash, &key, index as u32, seen)
    }

    /// Has a conversation looked at again when its patience is over, and not earlier.
    fn wait(&mut self, patience: Patience, index: usize, seen: u32) {
        self.timers.push(patience, index as u32, self.conns.renew(index), seen);
        if self.timers.len() > 4 * self.table.len() + 4096 {
            let conns = &self.conns;
            self.timers.retain(|due| conns.is(due.conn as usize, due.stamp));
        }
    }

    /// Retires conversations that idle too long, a few a packet; whether there were any.
    fn retire_idle(&mut self, now: At) -> bool {
        let mut retired = self.retire_closed(now);
        let Some(first) = self.timers.due(self.clock) else { return retired };
        let mut due = SmallVec::<[Due; RETIRED_A_PACKET]>::from_iter([first]);
        due.extend(std::iter::from_fn(|| self.timers.due(self.clock)).take(RETIRED_A_PACKET - 1));
        self.look_at(&due);
        for due in due {
            let Some(seen) = self.seen(due) else { continue };
            let index = due.conn as usize;
            let Some(conn) = self.conns.get(index) else { continue };
            if self.clock.saturating_sub(seen) >= conn.patience.seconds() {
                self.retire(index, now, false);
                retired = true;
            } else {
                self.timers.push(conn.patience, due.conn, due.stamp, seen);
            }
        }
        retired
    }

    /// Retires those that are closed and for which there is no room to wait; whether there were any.
    #[inline]
    fn retire_closed(&mut self, now: At) -> bool {
        let mut retired = false;
        for _ in 0..RETIRED_A_PACKET {
            let Some(due) = self.timers.beyond(CLOSED_MAX) else { break };
            if self.conns.is(due.conn as usize, due.stamp) {
                self.retire(due.conn as usize, now, false);
                retired = true;
            }
        }
        retired
    }

    /// Reads a word of all that their retirement will need, so that they wait for memory together.
    fn look_at(&self, due: &[Due]) {
        let conns = || due.iter().filter_map(|due| self.conns.get(due.conn as usize));
        black_box(conns().fold(0, |words, conn| words ^ conn.hash));
        black_box(conns().fold(0, |words, conn| words ^ self.table.first(conn.hash).seen));
        black_box(conns().fold(0, |words, conn| words ^ conn.peek()));
    }

    /// When a queued conversation was last seen; `None` when it is gone or stands elsewhere in the queues.
    fn seen(&mut self, due: Due) -> Option<u32> {
        let index = due.conn as usize;
        let conn = self.conns.get(index).filter(|_| self.conns.is(index, due.stamp))?;
        self.table.find(conn.hash, &conn.key).map(|line| line.seen)
    }

    /// Ends a conversation and frees its place. One that is `evicted` may go on: of it only what is certain is told.
    fn retire(&mut self, index: usize, now: At, evicted: bool) {
        self.shared.now = now;
        let Some(conn) = self.conns.get_mut(index) else { return };
        self.shared.held = self.shared.held.saturating_sub(conn.held as usize);
        (conn.held, conn.is_holder) = (0, false);
        let (hash, key) = (conn.hash, conn.key);
        if let Some(line) = self.table.find(hash, &key)
            && let Some(mut tcp) = conn.tcp.take()
        {
            let last = conn.last;
            let silent = now.time.since(last.time) >= SILENCE_NS;
            match (silent, evicted) {
                (true, _) => tcp.finish(line, last, Close::Silence, &conn.ends, &mut self.shared),
                (_, true) => tcp.evict(line, last, &conn.ends, &mut self.shared),
                _ => tcp.finish(line, last, Close::CaptureEnd, &conn.ends, &mut self.shared),
            }
        }
        let patience = i64::from(Patience::Datagram.seconds()) * SECOND;
        let silent = now.time.since(conn.last.time) >= patience;
        if let Some(mut datagrams) = conn.datagrams.take().filter(|_| silent || !evicted) {
            let how = if silent { Close::Silence } else { Close::CaptureEnd };
            let mut out = self.shared.out(&conn.ends, DATAGRAMS);
            for side in [Side::Client, Side::Server] {
                datagrams.end(side, conn.last, how, &mut out);
            }
        }
        let (hosts, sent) =
            ([0, 1].map(|which| key.addr(which)), [0, 1].map(|dir| conn.heard & 1 << dir != 0));
        self.shared.quality.note(hosts, sent, self.shared.limits.aggregates);
        self.table.remove(hash, &key);
        self.conns.free(index);
    }

    fn icmp(&mut self, input: &Input<'_>, error: &IcmpError) {
        let Segment { hash, key, swapped, .. } = *input.segment;
        let transport = transport(key.protocol);
        let source = usize::from(swapped);
        let mut ends = Ends {
            client: endpoint(&key, source, transport),
            server: endpoint(&key, 1 - source, transport),
            transport,
            flow: input.at.frame,
        };
        let mut quotes_syn = false;
        let too_big = is_too_big(error);
        if let Some(line) = self.table.find(hash, &key) {
            let conn = self.conns.get_mut(line.conn());
            ends = conn.as_ref().map_or(ends, |conn| conn.ends);
            if let Some(tcp) = conn.and_then(|conn| conn.tcp.as_mut()) {
                quotes_syn = tcp.is_syn(error.seq);
                if quotes_syn && !too_big {
                    tcp.on_icmp(input.at);
                }
            }
        }
        let mut out = self.shared.out(&ends, View::default());
        let IcmpError { v6, kind, code, sender, mtu, .. } = *error;
        if (!v6 && kind == 3) || (v6 && kind == 1) {
            let fact = Fact::Unreachable(Unreachable { v6, kind, code, sender, quotes_syn });
            out.emit(input.at, proto::Fact::Tcp(fact));
        }
        if too_big {
            out.emit(input.at, proto::Fact::Tcp(Fact::TooBig { sender, mtu }));
        }
    }

    /// All conversations: when each began, and its index.
    fn live(&self) -> impl Iterator<Item = (Frame, usize)> {
        let began =
            |index: &u32| Some((self.conns.get(*index as usize)?.ends.flow, *index as usize));
        self.table.conns().filter_map(move |index| began(&index))
    }
}

/// Datagrams have no beginning that could be missing.
const DATAGRAMS: View = View { from_start: true, two_sided: true };

/// A packet that is not TCP: to its analyzer, or past everybody from now on. How long another is waited for.
fn datagram(conn: &mut Conn, line: &mut Line, input: &Input<'_>, shared: &mut Shared) -> Patience {
    let (dir, side) = (usize::from(input.segment.swapped), sender(&conn.ends, input.segment));
    if conn.datagrams.is_none() && conn.probes_left > 0 {
        conn.probes_left -= 1;
        conn.datagrams = feed::datagrams(side, input.payload, &conn.ends);
    }
    let Some(analyzer) = &mut conn.datagrams else {
        line.set_fast(dir, conn.probes_left == 0);
        return Patience::Datagram;
    };
    let chunk = Chunk { side, at: input.at, bytes: input.payload };
    let (_, then) = analyzer.data(chunk, &mut shared.out(&conn.ends, DATAGRAMS));
    let waiting = analyzer.is_waiting();
    if then == Then::Stop {
        conn.datagrams = None;
        conn.probes_left = 0;
    }
    if waiting { Patience::Datagram } else { Patience::Closed }
}

/// "Fragmentation needed" and Packet Too Big.
fn is_too_big(error: &IcmpError) -> bool {
    matches!((error.v6, error.kind, error.code), (false, 3, 4) | (true, 2, _))
}

fn seconds(at: At) -> u32 {
    u32::try_from(at.time.seconds()).unwrap_or(0)
}

fn transport(number: u8) -> Transport {
    match number {
        protocol::TCP => Transport::Tcp,
        protocol::UDP => Transport::Udp,
        _ => Transport::Ip,
    }
}

fn endpoint(key: &Key, which: usize, transport: Transport) -> Endpoint {
    let port = (transport != Transport::Ip).then_some(key.ports[which]);
    Endpoint { addr: key.addr(which), port }
}

/// Whose segment it is.
fn sender(ends: &Ends, segment: &Segment) -> Side {
    let which = usize::from(segment.swapped);
    let port = ends.client.port.is_none_or(|port| port == segment.key.ports[which]);
    if port && ends.client.addr == segment.key.addr(which) { Side::Client } else { Side::Server }
}

/// Whether the sender of a conversation's first packet is its client: by SYN, by what a datagram says, else by
/// well-known ports.
fn opens(input: &Input<'_>) -> bool {
    let segment = input.segment;
    if segment.kind == Kind::Udp {
        let ports = segment.key.ports.map(Some);
        if let Some(side) = proto::speaker(proto::Kind::Datagram, ports, input.payload) {
            return side == Side::Client;
        }
    }
    let from = segment.key.ports[usize::from(segment.swapped)];
    let to = segment.key.ports[usize::from(!segment.swapped)];
    match segment.flags & (flags::SYN | flags::ACK) {
        flags::SYN => true,
        bits if bits & flags::SYN != 0 => false,
        _ if segment.kind == Kind::Tcp => from >= to,
        _ => from >= 1024 || to < 1024,
    }
}
