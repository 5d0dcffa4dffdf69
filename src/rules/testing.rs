//! Builds facts by hand, for the tests of rules.

use crate::facts::{Capture, Clock, Facts, Kept, Offset, Pair};
use crate::finding::Finding;
use crate::proto::clock::Source;
use crate::proto::{Emitted, Fact};
use crate::units::{At, Endpoint, Ends, Frame, SECOND, Time, Transport};
use crate::wire::x509::Certificate;
use std::net::{IpAddr, Ipv4Addr};

/// 2026-01-01 00:00:00 UTC, when the stories begin.
pub(super) const START: i64 = 1_767_225_600;

/// The client of the stories.
pub(super) const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 5));

/// The server of the stories.
pub(super) const SERVER: Endpoint =
    Endpoint { addr: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 10)), port: Some(443) };

/// Packet `number` of the first file, `seconds` after the start.
pub(super) fn at(number: u64, seconds: i64) -> At {
    At { frame: Frame::new(0, number), time: Time((START + seconds) * SECOND) }
}

/// The client's first conversation with the server.
pub(super) fn ends() -> Ends {
    flow(1)
}

/// The client's conversation that begins with packet `number`.
pub(super) fn flow(number: u64) -> Ends {
    flow_from(CLIENT, number)
}

/// A conversation of another client with the server.
pub(super) fn flow_from(client: IpAddr, number: u64) -> Ends {
    let port = 40_000 + u16::try_from(number % 20_000).unwrap_or(0);
    Ends {
        client: Endpoint { addr: client, port: Some(port) },
        server: SERVER,
        transport: Transport::Tcp,
        flow: Frame::new(0, number),
    }
}

/// A story told in facts.
pub(super) struct Story {
    facts: Facts,
}

impl Story {
    /// Nothing has happened, in a capture of one minute.
    pub(super) fn new() -> Self {
        let capture = Capture {
            path: "story.pcapng".to_owned(),
            format: "pcapng",
            first: Some(at(1, 0).time),
            last: Some(at(1, 60).time),
            ..Capture::default()
        };
        let mut facts = Facts::default();
        facts.captures.push(capture);
        Self { facts }
    }

    /// The capture ends `seconds` after the start.
    pub(super) fn capture_until(mut self, seconds: i64) -> Self {
        self.capture().last = Some(at(1, seconds).time);
        self
    }

    /// Client and server are both heard and spoken to.
    pub(super) fn two_sided(mut self) -> Self {
        for addr in [CLIENT, SERVER.addr] {
            let host = self.facts.hosts.entry(addr).or_default();
            (host.sent, host.received) = (true, true);
        }
        self
    }

    /// The capturing system lost packets.
    pub(super) fn lost(mut self, name: &'static str, count: u64) -> Self {
        self.capture().lost.insert(name, count);
        self
    }

    /// Something happened in the conversation `ends`.
    pub(super) fn fact(mut self, at: At, ends: Ends, fact: Fact) -> Self {
        let emitted = Emitted { at, known: at.frame, ends, fact };
        let kept = Kept { emitted, verdict: None, client_verdict: None };
        self.facts.kept.push(Box::new(kept));
        self
    }

    /// What the client achieved with the server.
    pub(super) fn pair(mut self, change: impl FnOnce(&mut Pair)) -> Self {
        change(self.facts.pairs.entry((CLIENT, SERVER)).or_default());
        self
    }

    /// The clock of `host`, read in an NTLM challenge in packet 2, is this many seconds ahead of the capture's.
    pub(super) fn clock(self, host: IpAddr, ahead: i64) -> Self {
        let (ns, at) = (ahead * SECOND, at(2, 0));
        let offset = Offset { ns, at, range_ns: (ns, ns), read: (at, at), count: 1 };
        let clock = Clock { sources: [(Source::Ntlm, offset)].into_iter().collect() };
        self.with(|facts| {
            facts.clocks.insert((0, host), clock);
        })
    }

    /// Anything else about the capture.
    pub(super) fn capture_with(mut self, change: impl FnOnce(&mut Capture)) -> Self {
        change(self.capture());
        self
    }

    /// Anything else.
    pub(super) fn with(mut self, change: impl FnOnce(&mut Facts)) -> Self {
        change(&mut self.facts);
        self
    }

    /// The facts.
    pub(super) fn facts(self) -> Facts {
        self.facts
    }

    /// What the rules make of them.
    pub(super) fn findings(self) -> Vec<Finding> {
        super::diagnose(&self.facts).iter().map(|found| found.tell()).collect()
    }

    fn capture(&mut self) -> &mut Capture {
        &mut self.facts.captures[0]
    }
}

/// The ids of findings, with those that lie below in brackets: `tls-alert-unknown-ca[x509-untrusted]`.
pub(super) fn ids(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(id).collect()
}

fn id(finding: &Finding) -> String {
    let below: Vec<&str> = finding.related.iter().map(|below| below.id).collect();
    match below.is_empty() {
        true => finding.id.to_owned(),
        false => format!("{}[{}]", finding.id, below.join(" ")),
    }
}

/// One success at `at`.
pub(super) fn success(at: At) -> crate::facts::Spans {
    crate::facts::Spans { spans: smallvec::smallvec![(at.time, at.time)], count: 1 }
}

/// A certificate of `subject` that `issuer` issued, valid from 2025 to 2026.
pub(super) fn certificate(subject: &str, issuer: &str) -> Certificate {
    let der = |name: &str| name.as_bytes().to_vec().into_boxed_slice();
    let mut sha256 = [0; 32];
    for (place, byte) in sha256.iter_mut().zip(subject.bytes().chain(issuer.bytes())) {
        *place = byte;
    }
    Certificate {
        sha256,
        subject: format!("CN={subject}"),
        issuer: format!("CN={issuer}"),
        subject_der: der(subject),
        issuer_der: der(issuer),
        serial: "612021a7000000000007".to_owned(),
        not_before: START - 90 * 86_400,
        not_after: START + 90 * 86_400,
        key: "RSA 2048".to_owned(),
        key_bits: 2048,
        signature: "sha256WithRSAEncryption".to_owned(),
        version: 3,
        ..Certificate::default()
    }
}
