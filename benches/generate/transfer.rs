//! A large transfer on its way: TCP packets of a script, one by one.

use super::random::Random;
use super::script::{SEGMENT, Script, Turn};
use etherparse::PacketBuilder;
use finwhale::net::flags::{ACK, FIN, PSH, SYN};
use finwhale::units::{SECOND, Side};
use std::net::Ipv4Addr;

/// Nanoseconds between packets before and after the data.
const PAUSE: i64 = SECOND / 1000;

/// Nanoseconds between a segment and its acknowledgement.
const ACKNOWLEDGED: i64 = SECOND / 100_000;

/// One of so many pairs of segments arrives in the wrong order.
const SWAPPED: u64 = 1000;

/// How a connection begins, and how it ends: who sends what.
const HELLO: [(Side, u8); 3] =
    [(Side::Client, SYN), (Side::Server, SYN | ACK), (Side::Client, ACK)];
const FAREWELL: [(Side, u8); 3] =
    [(Side::Server, FIN | ACK), (Side::Client, FIN | ACK), (Side::Server, ACK)];

/// Two ends that exchange segments.
pub(crate) struct Connection {
    /// Addresses and ports of client and server.
    ends: [(Ipv4Addr, u16); 2],
    /// Sequence number that comes next, of each side.
    next: [u32; 2],
}

impl Connection {
    /// Nothing was sent yet.
    pub(crate) fn new(client: (Ipv4Addr, u16), server: (Ipv4Addr, u16)) -> Self {
        let ends = [client, server];
        let next = ends.map(|(address, port)| address.to_bits() ^ (u32::from(port) << 16));
        Self { ends, next }
    }

    /// A segment in order.
    fn send(&mut self, side: Side, flags: u8, data: &[u8], frame: &mut Vec<u8>) {
        let [own, other] = [side, side.other()].map(|side| self.next[side.index()]);
        self.write(side, flags, (own, other), data, frame);
        let length = data.len() as u32 + u32::from(flags & (SYN | FIN) != 0);
        self.next[side.index()] = own.wrapping_add(length);
    }

    /// A segment with these sequence and acknowledgement numbers.
    fn write(&self, side: Side, flags: u8, at: (u32, u32), data: &[u8], frame: &mut Vec<u8>) {
        let [(source, from), (target, to)] =
            [side, side.other()].map(|side| self.ends[side.index()]);
        let ip = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]).ipv4(
            source.octets(),
            target.octets(),
            64,
        );
        let mut tcp = ip.tcp(from, to, at.0, 64_000);
        if flags & ACK != 0 {
            tcp = tcp.ack(at.1);
        }
        if flags & SYN != 0 {
            tcp = tcp.syn();
        }
        if flags & FIN != 0 {
            tcp = tcp.fin();
        }
        if flags & PSH != 0 {
            tcp = tcp.psh();
        }
        frame.clear();
        tcp.write(frame, data).expect("a vector takes all");
    }
}

/// One transfer over a connection of its own.
pub(crate) struct Transfer {
    connection: Connection,
    /// Bytes of data.
    length: u64,
    /// Nanoseconds between segments of data.
    pace: i64,
    /// What both sides send before the data.
    opening: Vec<Turn>,
    /// Packets sent.
    step: usize,
}

impl Transfer {
    /// A transfer of so many bytes, whole records of the script, that has not begun.
    pub(crate) fn new(script: &Script, connection: Connection, length: u64, pace: i64) -> Self {
        Self { connection, length, pace, opening: script.opening(length), step: 0 }
    }

    /// Writes the next packet and says after how many nanoseconds the one behind it comes, or that none does.
    ///
    /// Must not be called again once none comes.
    pub(crate) fn write(&mut self, script: &Script, frame: &mut Vec<u8>) -> Option<i64> {
        let mut step = self.step;
        self.step += 1;
        if let Some(&(side, flags)) = HELLO.get(step) {
            self.connection.send(side, flags, &[], frame);
            return Some(PAUSE);
        }
        step -= HELLO.len();
        if let Some((side, data)) = self.opening.get(step) {
            self.connection.send(*side, ACK | PSH, data, frame);
            return Some(PAUSE);
        }
        step -= self.opening.len();
        if step < self.data_packets() {
            return Some(self.data(step, script, frame));
        }
        step -= self.data_packets();
        self.end(step, script, frame)
    }

    fn segments(&self) -> u64 {
        self.length.div_ceil(SEGMENT as u64)
    }

    /// Each two segments are acknowledged.
    fn data_packets(&self) -> usize {
        (self.segments() + self.segments().div_ceil(2)) as usize
    }

    fn data(&mut self, step: usize, script: &Script, frame: &mut Vec<u8>) -> i64 {
        let (pair, part) = (step as u64 / 3, step as u64 % 3);
        let [client, server] = self.connection.next;
        let last = step + 1 == self.data_packets();
        if part == 2 || last {
            let upto = (pair * 2 + 2).min(self.segments()) * SEGMENT as u64;
            let at = (client, server.wrapping_add(upto.min(self.length) as u32));
            self.connection.write(Side::Client, ACK, at, &[], frame);
        } else {
            let at = self.segment(pair, part) * SEGMENT as u64;
            let length = (self.length - at).min(SEGMENT as u64) as usize;
            let numbers = (server.wrapping_add(at as u32), client);
            let data = script.data(at, length);
            self.connection.write(Side::Server, ACK, numbers, data, frame);
        }
        if last {
            self.connection.next[1] = server.wrapping_add(self.length as u32);
        }
        if part == 1 { ACKNOWLEDGED } else { self.pace }
    }

    /// The number of the segment that comes first or second of a pair.
    fn segment(&self, pair: u64, part: u64) -> u64 {
        let whole = pair * 2 + 1 < self.segments();
        let swapped = whole && Random::new(self.length ^ pair).below(SWAPPED) == 0;
        pair * 2 + (part ^ u64::from(swapped))
    }

    fn end(&mut self, step: usize, script: &Script, frame: &mut Vec<u8>) -> Option<i64> {
        if let Some((side, data)) = script.closing().get(step) {
            self.connection.send(*side, ACK | PSH, data, frame);
            return Some(PAUSE);
        }
        let step = step - script.closing().len();
        let (side, flags) = FAREWELL[step];
        self.connection.send(side, flags, &[], frame);
        (step + 1 < FAREWELL.len()).then_some(PAUSE)
    }
}
