//! The clock table: how far each host's clock is from that of the capture.

use super::Facts;
use crate::proto::clock::{Reading, Source};
use crate::units::{At, Ends, Side};
use smallvec::SmallVec;
use std::net::IpAddr;

/// What is known of a host's clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// By source, the most trustworthy first.
    pub sources: SmallVec<[(Source, Offset); 1]>,
}

/// Readings of one clock from one source. Positive: the host is ahead of the capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset {
    /// The smallest offset by size, nanoseconds: what is stored on its way (a cache, a ticket) only adds to it.
    pub ns: i64,
    /// Where it was read.
    pub at: At,
    /// Smallest and largest offset, nanoseconds.
    pub range_ns: (i64, i64),
    /// First and last reading.
    pub read: (At, At),
    /// How many.
    pub count: u64,
}

impl Clock {
    /// Its best source.
    pub fn best(&self) -> Option<(Source, Offset)> {
        self.sources.first().copied()
    }

    fn add(&mut self, source: Source, ns: i64, at: At) {
        let place = self.sources.partition_point(|(known, _)| *known < source);
        match self.sources.get_mut(place).filter(|(known, _)| *known == source) {
            Some((_, offset)) => offset.add(ns, at),
            None => self.sources.insert(place, (source, Offset::new(ns, at))),
        }
    }
}

impl Offset {
    fn new(ns: i64, at: At) -> Self {
        Self { ns, at, range_ns: (ns, ns), read: (at, at), count: 1 }
    }

    fn add(&mut self, ns: i64, at: At) {
        if ns.unsigned_abs() < self.ns.unsigned_abs() {
            (self.ns, self.at) = (ns, at);
        }
        self.range_ns = (self.range_ns.0.min(ns), self.range_ns.1.max(ns));
        self.read = (self.read.0.min(at), self.read.1.max(at));
        self.count += 1;
    }
}

impl Facts {
    /// The clock of `host` beside that of the capture that `at` lies in.
    pub fn clock(&self, host: IpAddr, at: At) -> Option<&Clock> {
        let capture = self.captures.get(usize::from(at.frame.file()))?;
        self.clocks.get(&(capture.timeline, host))
    }

    /// How far the clock of `host` is ahead of that of the capture that `at` lies in, nanoseconds, by its best source,
    /// and where that was read.
    pub fn clock_offset(&self, host: IpAddr, at: At) -> Option<(i64, Source, At)> {
        let (source, offset) = self.clock(host, at)?.best()?;
        Some((offset.ns, source, offset.at))
    }

    /// Notes a reading. Captures that do not follow on from each other may have been taken with different clocks.
    pub(super) fn fold_clock(&mut self, reading: &Reading, at: At, ends: &Ends) {
        let host = match reading.side {
            Side::Client => ends.client.addr,
            Side::Server => ends.server.addr,
        };
        let key = (self.timeline(), host);
        let ns = reading.clock.since(at.time);
        if !self.room.fold(&mut self.clocks, key, |clock| clock.add(reading.source, ns, at)) {
            self.lose("clocks");
        }
    }

    /// The first file of the timeline that is being read: those before it are done.
    fn timeline(&self) -> u16 {
        u16::try_from(self.captures.len()).unwrap_or(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Capture;
    use crate::units::{Endpoint, Frame, SECOND, Time, Transport};
    use std::net::Ipv4Addr;

    const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));

    fn at(number: u64) -> At {
        At { frame: Frame::new(0, number), time: Time(1_000 * SECOND + number as i64) }
    }

    fn read(facts: &mut Facts, number: u64, source: Source, ahead: i64) {
        let end = |addr: IpAddr| Endpoint { addr, port: Some(80) };
        let (client, server) = (end(Ipv4Addr::LOCALHOST.into()), end(SERVER));
        let flow = at(1).frame;
        let ends = Ends { client, server, transport: Transport::Tcp, flow };
        let clock = Time(at(number).time.0 + ahead * SECOND);
        facts.fold_clock(&Reading { side: Side::Server, clock, source }, at(number), &ends);
    }

    fn offset(facts: &mut Facts) -> Option<(i64, Source, u64)> {
        facts.captures.push(Capture::default());
        let (ns, source, read) = facts.clock_offset(SERVER, at(1))?;
        Some((ns / SECOND, source, read.frame.number()))
    }

    #[test]
    fn the_best_source_has_the_word() {
        let mut facts = Facts::new(crate::limits::Limits::default());
        read(&mut facts, 1, Source::HttpDate, -1);
        read(&mut facts, 2, Source::Ntp, 400);
        read(&mut facts, 3, Source::Ntlm, 401);
        assert_eq!(offset(&mut facts), Some((400, Source::Ntp, 2)));
    }

    #[test]
    fn what_a_cache_kept_does_not_count() {
        let mut facts = Facts::new(crate::limits::Limits::default());
        for (number, ahead) in [(1, -9000), (2, -1), (3, -70)] {
            read(&mut facts, number, Source::HttpDate, ahead);
        }
        let offset = facts.clocks.values().next().and_then(Clock::best).map(|(_, offset)| offset);
        let Offset { ns, range_ns, read, count, .. } = offset.expect("is there");
        assert_eq!((ns, range_ns), (-SECOND, (-9000 * SECOND, -SECOND)));
        assert_eq!((read.0.frame.number(), read.1.frame.number(), count), (1, 3, 3));
    }

    #[test]
    fn captures_with_clocks_of_their_own_do_not_mix() {
        let mut facts = Facts::new(crate::limits::Limits::default());
        read(&mut facts, 1, Source::Ntp, 400);
        facts.captures.push(Capture { timeline: 0, ..Capture::default() });
        read(&mut facts, 1, Source::Ntp, 0);
        facts.captures.push(Capture { timeline: 1, ..Capture::default() });
        let later = At { frame: Frame::new(1, 1), ..at(1) };
        let seconds = |at| facts.clock_offset(SERVER, at).map(|(ns, ..)| ns / SECOND);
        assert_eq!((seconds(at(1)), seconds(later)), (Some(400), Some(0)));
    }
}
