//! Stories of HTTP connections, told packet by packet.

mod auth;
mod bodies;
mod hostile;
mod pairs;
mod switches;
mod two;

use super::Exchange;
use crate::proto::feed::{Feed, Progress};
use crate::proto::{Emitted, Fact, Out};
use crate::units::{At, Close, Endpoint, Ends, Frame, SECOND, Side, Time, Transport};
use crate::wire::x509::Store;

pub(super) use Side::{Client, Server};

/// A connection under way: every step is a packet, a second apart.
pub(super) struct Talk {
    feed: Feed,
    skip: [u64; 2],
    store: Store,
    facts: Vec<Emitted>,
    frame: u64,
    stopped: bool,
    pub(super) from_start: bool,
    pub(super) two_sided: bool,
}

/// A connection that is seen whole.
pub(super) fn talk() -> Talk {
    Talk {
        feed: Feed::default(),
        skip: [0; 2],
        store: Store::new(1 << 20),
        facts: Vec::new(),
        frame: 0,
        stopped: false,
        from_start: true,
        two_sided: true,
    }
}

impl Talk {
    fn step<T>(&mut self, act: impl FnOnce(&mut Feed, At, &mut Out<'_>) -> T) -> T {
        self.frame += 1;
        let now = At { frame: Frame::new(0, self.frame), time: Time(self.frame as i64 * SECOND) };
        let end = |port| Endpoint { addr: std::net::Ipv4Addr::LOCALHOST.into(), port: Some(port) };
        let flow = Frame::new(0, 1);
        let ends = Ends { client: end(40000), server: end(80), transport: Transport::Tcp, flow };
        let mut out = Out {
            ends: &ends,
            now,
            from_start: self.from_start,
            two_sided: self.two_sided,
            store: &mut self.store,
            facts: &mut self.facts,
            message_bytes_max: 1 << 18,
        };
        act(&mut self.feed, now, &mut out)
    }

    /// A packet of `side`.
    pub(super) fn send(&mut self, side: Side, bytes: impl AsRef<[u8]>) -> &mut Self {
        let bytes = bytes.as_ref();
        let passed = self.skip[side.index()].min(bytes.len() as u64);
        self.skip[side.index()] -= passed;
        let rest = &bytes[passed as usize..];
        let progress = self.step(|feed, at, out| match rest {
            [] => None,
            rest => Some(feed.push(side, at, rest, out)),
        });
        match progress {
            Some(Progress::Skip(len)) => self.skip[side.index()] = len,
            Some(Progress::Stopped) => self.stopped = true,
            None => {}
        }
        self
    }

    /// A packet of the client.
    pub(super) fn ask(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.send(Client, bytes)
    }

    /// A packet of the server.
    pub(super) fn say(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.send(Server, bytes)
    }

    /// Bytes of `side` are not in the capture.
    pub(super) fn lose(&mut self, side: Side, len: u64) -> &mut Self {
        let passed = self.skip[side.index()].min(len);
        self.skip[side.index()] -= passed;
        if len > passed {
            self.step(|feed, at, out| feed.gap(side, at, len - passed, out));
        }
        self
    }

    pub(super) fn end(&mut self, side: Side, how: Close) -> &mut Self {
        self.step(|feed, at, out| feed.end(side, at, how, out));
        self
    }

    /// Both sides close.
    pub(super) fn close(&mut self) -> &mut Self {
        self.end(Server, Close::Fin).end(Client, Close::Fin)
    }

    /// What was reported, with where it stands.
    pub(super) fn all(&self) -> impl Iterator<Item = (u64, &Exchange)> {
        self.facts.iter().filter_map(|emitted| match &emitted.fact {
            Fact::Http(exchange) => Some((emitted.at.frame.number(), &**exchange)),
            _ => None,
        })
    }

    pub(super) fn exchanges(&self) -> Vec<&Exchange> {
        self.all().map(|(_, exchange)| exchange).collect()
    }

    pub(super) fn facts(&self) -> &[Emitted] {
        &self.facts
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Place, status and URI of each exchange.
    pub(super) fn told(&self) -> Vec<(u64, Option<u16>, String)> {
        self.all().map(|(at, told)| (at, told.status, told.uri.to_string())).collect()
    }
}

/// Shorthand for what `told` gives.
pub(super) fn line(at: u64, status: u16, uri: &str) -> (u64, Option<u16>, String) {
    (at, (status > 0).then_some(status), uri.to_owned())
}
