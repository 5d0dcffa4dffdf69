//! TLS handshakes by hand, for the tests of rules: how far they got, who said what, who closed.

use super::testing::{SERVER, Story, at};
use crate::facts::{ChainSeen, Server};
use crate::proto::tls::{self, Alert, AlertHint, Answer, Ended, EndedHow, Handshake, Outcome};
use crate::proto::{Emitted, Fact};
use crate::trust::{Fault, Verdict};
use crate::units::{At, Close, Ends, Side};
use crate::wire::tls::ClientHello;
use crate::wire::x509::{Certificate, Chain};
use std::sync::Arc;

/// The name that clients of the stories ask for.
pub(super) const NAME: &str = "mail.example";

/// A handshake of TLS 1.2 that got as far as the ClientHello, in packet `number`.
pub(super) fn hello(number: u64, seconds: i64) -> Handshake {
    let offer = ClientHello {
        legacy_version: 0x0303,
        versions: vec![0x0303],
        ciphers: vec![0xc02f, 0xc030],
        sni: Some(NAME.into()),
        groups: vec![0x001d, 0x0017],
        signature_algorithms: vec![0x0804, 0x0401],
        extensions: vec![0, 10, 13],
        secure_renegotiation: true,
        length: 300,
        ..ClientHello::default()
    };
    let mut handshake = Handshake {
        outcome: Outcome::Failed,
        hello: Some(Box::new(offer)),
        two_sided: true,
        ..Handshake::default()
    };
    let at = at(number, seconds);
    handshake.steps.first = Some(at);
    handshake.steps.client_hello = Some(at);
    handshake.last_record = Some((Side::Client, at));
    handshake
}

/// … as far as the server's whole flight, two packets later.
pub(super) fn flight(number: u64, seconds: i64, certificates: Vec<Certificate>) -> Handshake {
    let mut handshake = hello(number, seconds);
    let at = Some(at(number + 2, seconds));
    handshake.answer = Some(Answer {
        version: 0x0303,
        cipher: 0xc02f,
        secure_renegotiation: true,
        ..Answer::default()
    });
    handshake.server_chain = Some(chain(certificates));
    let steps = &mut handshake.steps;
    (steps.server_hello, steps.certificate) = (at, at);
    (steps.server_key_exchange, steps.server_hello_done) = (at, at);
    handshake
}

/// … as far as the client's Finished.
pub(super) fn answered(number: u64, seconds: i64, certificates: Vec<Certificate>) -> Handshake {
    let mut handshake = flight(number, seconds, certificates);
    let at = Some(at(number + 4, seconds));
    handshake.steps.client_key_exchange = at;
    handshake.steps.change_cipher_spec[0] = at;
    handshake.steps.finished[0] = at;
    handshake
}

/// … to the end.
pub(super) fn completed(number: u64, seconds: i64, certificates: Vec<Certificate>) -> Handshake {
    let mut handshake = answered(number, seconds, certificates);
    handshake.outcome = Outcome::Completed;
    handshake.steps.change_cipher_spec[1] = Some(at(number + 5, seconds));
    handshake.steps.finished[1] = Some(at(number + 5, seconds));
    handshake
}

/// TLS 1.3, as far as the server's flight.
pub(super) fn flight_13(number: u64, seconds: i64) -> Handshake {
    let mut handshake = hello(number, seconds);
    if let Some(hello) = &mut handshake.hello {
        hello.versions = vec![0x0304, 0x0303];
        hello.has_supported_versions = true;
    }
    handshake.answer = Some(Answer { version: 0x0304, cipher: 0x1301, ..Answer::default() });
    handshake.steps.server_hello = Some(at(number + 2, seconds));
    handshake.steps.server_encrypted = Some(at(number + 2, seconds));
    handshake
}

/// TLS 1.3 to the end.
pub(super) fn completed_13(number: u64, seconds: i64) -> Handshake {
    let mut handshake = flight_13(number, seconds);
    handshake.outcome = Outcome::Completed;
    handshake.steps.finished = [Some(at(number + 4, seconds)), Some(at(number + 2, seconds))];
    handshake
}

/// What happens at the end of a handshake.
pub(super) trait Then {
    /// A fatal alert in clear.
    fn alert(self, sender: Side, code: u8, at: At) -> Self;
    /// A record of TLS 1.3 with an alert's size.
    fn hint(self, sender: Side, at: At) -> Self;
    /// A close.
    fn ends(self, side: Side, how: Close, at: At) -> Self;
}

impl Then for Handshake {
    fn alert(mut self, sender: Side, code: u8, at: At) -> Self {
        self.alerts.push(Alert { sender, at, clear: Some((2, code)), record_length: 2 });
        self
    }

    fn hint(mut self, sender: Side, at: At) -> Self {
        self.hints.push(AlertHint { sender, at, record_length: 19 });
        self
    }

    fn ends(mut self, side: Side, how: Close, at: At) -> Self {
        self.ended_by = Some(Ended { side, how: EndedHow::Transport(how), at });
        if how == Close::Silence {
            self.outcome = Outcome::Abandoned;
        }
        self
    }
}

/// Certificates as a chain.
pub(super) fn chain(certificates: Vec<Certificate>) -> Arc<Chain> {
    let certificates = certificates.into_iter().map(Arc::new).collect();
    Arc::new(Chain { id: 1, certificates, ..Chain::default() })
}

/// A verdict with these faults of the leaf.
pub(super) fn verdict(faults: &[Fault]) -> Arc<Verdict> {
    let at = faults.iter().map(|_| 0).collect();
    Arc::new(Verdict { faults: faults.to_vec(), judged: true, at, ..Verdict::default() })
}

impl Story {
    /// A handshake whose server chain (if readable) has `faults`.
    pub(super) fn handshake(self, ends: Ends, handshake: Handshake, faults: &[Fault]) -> Self {
        self.judged(ends, handshake, faults, None)
    }

    /// A handshake with the faults of the server's and of the client's chain.
    pub(super) fn judged(
        self,
        ends: Ends,
        handshake: Handshake,
        faults: &[Fault],
        of_client: Option<&[Fault]>,
    ) -> Self {
        let shown = handshake.server_chain.clone();
        let at = handshake.steps.client_hello.unwrap_or_default();
        let told = match &shown {
            Some(chain) => self.shows(chain.clone(), faults, at),
            None => self,
        };
        let fact = Fact::Tls(tls::Fact::Handshake(Box::new(handshake)));
        told.with(|facts| {
            facts.kept.push(Box::new(crate::facts::Kept {
                emitted: Emitted { at, known: at.frame, ends, fact },
                verdict: shown.is_some().then(|| verdict(faults)),
                client_verdict: of_client.map(verdict),
            }));
        })
    }

    /// The server showed `chain` in clear.
    pub(super) fn shows(self, chain: Arc<Chain>, faults: &[Fault], at: At) -> Self {
        let mismatch = faults.contains(&Fault::NameMismatch).then(|| (NAME.into(), at));
        let seen = ChainSeen {
            chain,
            verdict: verdict(faults),
            first: at,
            last: at,
            count: 1,
            mismatch,
            sni: Some(NAME.into()),
            clients: vec![super::testing::CLIENT],
        };
        self.server(|server| {
            server.chains.push(seen);
        })
    }

    /// What the server showed in healthy exchanges.
    pub(super) fn server(self, change: impl FnOnce(&mut Server)) -> Self {
        self.with(|facts| change(facts.servers.entry(SERVER).or_default()))
    }
}
