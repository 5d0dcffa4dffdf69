//! Exchanges of DNS put together by hand, for the stories of the rules.

use crate::facts::Lookup;
use crate::proto::Fact;
use crate::proto::dns::{Answer, Dialect, Exchange};
use crate::rules::testing::{CLIENT, Story, at};
use crate::units::{At, Endpoint, Ends, Frame, Transport};
use crate::wire::dns::kind;
use std::net::{IpAddr, Ipv4Addr};

/// The resolver of the stories, and another one.
pub(super) const RESOLVER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 6));
pub(super) const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7));

/// The client's conversation with the resolver that begins with packet `number`.
pub(super) fn ends(number: u64) -> Ends {
    Ends {
        client: Endpoint { addr: CLIENT, port: Some(50_000 + (number % 10_000) as u16) },
        server: Endpoint { addr: RESOLVER, port: Some(53) },
        transport: Transport::Udp,
        flow: Frame::new(0, number),
    }
}

/// A question for the A record of `name` that was asked at `asked`.
pub(super) fn question(name: &str, asked: At) -> Exchange {
    Exchange {
        dialect: Dialect::Dns,
        opcode: 0,
        qname: name.into(),
        qtype: kind::A,
        qclass: 1,
        question: Some(asked),
        repeated: Some(asked),
        attempts: 1,
        recursive: true,
        answer: None,
    }
}

impl Story {
    /// Packet `number` asks for `name`, the next one answers with `rcode`.
    pub(super) fn answered(self, number: u64, seconds: i64, name: &str, rcode: u16) -> Self {
        let answer = Answer { rcode, recursion_available: true, ..Answer::default() };
        let exchange = Exchange { answer: Some(answer), ..question(name, at(number, seconds)) };
        self.exchange(number, seconds, exchange)
    }

    /// An exchange whose question is packet `number`, and whose answer is the next one.
    pub(super) fn exchange(self, number: u64, seconds: i64, exchange: Exchange) -> Self {
        let place = if exchange.answer.is_some() { number + 1 } else { number };
        self.fact(at(place, seconds), ends(number), Fact::Dns(Box::new(exchange)))
    }

    /// The client found `name` at `addr`, told by `resolver`.
    pub(super) fn found(self, name: &str, seconds: i64, addr: [u8; 4]) -> Self {
        let (addr, at) = (IpAddr::from(addr), at(1000, seconds));
        self.with(|facts| {
            let mut lookup = Lookup { addresses: vec![(addr, at)], ..Lookup::default() };
            lookup.found.add(at.time);
            facts.lookups.insert((CLIENT, name.into()), lookup);
            facts.names.entry(addr).or_default().push(name.into());
        })
    }

    /// The client finds plenty of names.
    pub(super) fn busy(self) -> Self {
        let names = ["one.example", "two.example", "three.example", "four.example", "five.example"];
        names.into_iter().fold(self, |story, name| story.found(name, 30, [192, 0, 2, 1]))
    }
}
