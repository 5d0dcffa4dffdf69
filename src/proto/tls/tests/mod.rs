//! Stories of TLS connections, told record by record.

mod built;
mod holes;
mod outcomes;
mod tls12;
mod tls13;

use super::{Alert, AlertHint, CertificateSeen, Fact, Handshake, Traffic};
use crate::proto::feed::{Feed, Progress};
use crate::proto::{self, Emitted, Out};
use crate::units::{At, Close, Endpoint, Ends, Frame, Side, Time, Transport};
use crate::wire::x509::Store;

pub(super) use Side::{Client, Server};

/// A connection under way: every `send` is a packet.
pub(super) struct Talk {
    feed: Feed,
    skip: [u64; 2],
    ends: Ends,
    store: Store,
    facts: Vec<Emitted>,
    frame: u64,
    pub(super) from_start: bool,
    pub(super) two_sided: bool,
}

impl Talk {
    pub(super) fn new() -> Self {
        let addr = std::net::Ipv4Addr::LOCALHOST.into();
        let end = |port| Endpoint { addr, port: Some(port) };
        let flow = Frame::new(0, 1);
        Self {
            feed: Feed::default(),
            skip: [0; 2],
            ends: Ends { client: end(40000), server: end(443), transport: Transport::Tcp, flow },
            store: Store::new(1 << 20),
            facts: Vec::new(),
            frame: 0,
            from_start: true,
            two_sided: true,
        }
    }

    /// The next packet; what is done with it.
    fn packet(&mut self, act: impl FnOnce(&mut Feed, At, &mut Out<'_>)) {
        self.frame += 1;
        let at = at(self.frame);
        let mut out = Out {
            ends: &self.ends,
            now: at,
            from_start: self.from_start,
            two_sided: self.two_sided,
            store: &mut self.store,
            facts: &mut self.facts,
            message_bytes_max: 1 << 16,
        };
        act(&mut self.feed, at, &mut out);
    }

    pub(super) fn send(&mut self, side: Side, bytes: impl AsRef<[u8]>) -> &mut Self {
        let mut left = self.skip[side.index()];
        let bytes = bytes.as_ref();
        self.packet(|feed, at, out| {
            let passed = usize::try_from(left).unwrap().min(bytes.len());
            left -= passed as u64;
            let rest = &bytes[passed..];
            if !rest.is_empty()
                && let Progress::Skip(len) = feed.push(side, at, rest, out)
            {
                left = len;
            }
        });
        self.skip[side.index()] = left;
        self
    }

    pub(super) fn lose(&mut self, side: Side, len: u64) -> &mut Self {
        let passed = self.skip[side.index()].min(len);
        self.skip[side.index()] -= passed;
        self.packet(|feed, at, out| feed.gap(side, at, len - passed, out));
        self
    }

    pub(super) fn end(&mut self, side: Side, how: Close) -> &mut Self {
        self.packet(|feed, at, out| feed.end(side, at, how, out));
        self
    }

    pub(super) fn fin(&mut self, first: Side) -> &mut Self {
        self.end(first, Close::Fin).end(first.other(), Close::Fin)
    }

    pub(super) fn reset(&mut self, sender: Side) -> &mut Self {
        self.packet(|feed, at, out| {
            feed.end(sender, at, Close::Reset, out);
            feed.end(sender.other(), at, Close::Reset, out);
        });
        self
    }

    fn tls(&self) -> impl Iterator<Item = (u64, &Fact)> {
        self.facts.iter().filter_map(|emitted| match &emitted.fact {
            proto::Fact::Tls(fact) => Some((emitted.at.frame.number(), fact)),
            _ => None,
        })
    }

    /// The one handshake, and its frame.
    pub(super) fn handshake(&self) -> (u64, &Handshake) {
        let mut all = self.tls().filter_map(|(frame, fact)| match fact {
            Fact::Handshake(handshake) => Some((frame, &**handshake)),
            _ => None,
        });
        let first = all.next().expect("a handshake");
        assert!(all.next().is_none(), "one handshake a connection");
        first
    }

    pub(super) fn is_reported(&self) -> bool {
        self.tls().any(|(_, fact)| matches!(fact, Fact::Handshake(_)))
    }

    pub(super) fn alerts(&self) -> Vec<&Alert> {
        self.tls()
            .filter_map(|(_, fact)| if let Fact::Alert(alert) = fact { Some(alert) } else { None })
            .collect()
    }

    pub(super) fn hints(&self) -> Vec<&AlertHint> {
        self.tls()
            .filter_map(
                |(_, fact)| if let Fact::AlertHint(hint) = fact { Some(hint) } else { None },
            )
            .collect()
    }

    pub(super) fn certificates(&self) -> Vec<(u64, &CertificateSeen)> {
        self.tls()
            .filter_map(
                |(at, fact)| {
                    if let Fact::Certificate(seen) = fact { Some((at, seen)) } else { None }
                },
            )
            .collect()
    }

    pub(super) fn ended(&self) -> Option<Traffic> {
        self.tls().find_map(
            |(_, fact)| if let Fact::Ended(traffic) = fact { Some(*traffic) } else { None },
        )
    }

    /// Everything found, in words, without frames.
    pub(super) fn story(&self) -> String {
        let mut words = format!("{:?}", self.facts);
        for from in ["0:", "Time(", "Chain { id: "] {
            let parts = words.split(from).map(|part| part.trim_start_matches(char::is_numeric));
            words = parts.collect::<Vec<_>>().join(from);
        }
        words
    }
}

/// Packet `number`, a second after the one before.
pub(super) fn at(number: u64) -> At {
    let time = Time(i64::try_from(number).unwrap() * 1_000_000_000);
    At { frame: Frame::new(0, number), time }
}

/// The frame numbers of steps.
pub(super) fn frame(step: Option<At>) -> u64 {
    step.map_or(0, |at| at.frame.number())
}

pub(super) fn frames(steps: [Option<At>; 2]) -> [u64; 2] {
    steps.map(frame)
}
