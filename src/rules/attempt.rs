//! One TLS handshake that did not go well (or carried nothing), with the questions that rules ask of it.

use super::certificate::{self, View};
use super::words;
use crate::facts::{ChainSeen, Facts, Kept, Server};
use crate::proto::tls::{Alert, Answer, Ended, EndedHow, Handshake, Outcome, Steps};
use crate::trust::Verdict;
use crate::units::{At, Close, Ends, Side};
use crate::wire::tls::ClientHello;
use crate::wire::x509::Chain;

/// TLS 1.3.
pub(super) const TLS13: u16 = 0x0304;

/// `close_notify` ends a connection politely; `user_canceled` goes before it.
pub(super) const CLOSE_NOTIFY: u8 = 0;
pub(super) const USER_CANCELED: u8 = 90;

/// Alerts that are harmless at the level "warning": no_renegotiation, unrecognized_name.
const HARMLESS_WARNINGS: [u8; 3] = [CLOSE_NOTIFY, 100, 112];

const WARNING: u8 = 1;

/// A kept handshake, with what a glance at it shows: many rules ask all of them, and most need not touch most.
#[derive(Clone, Copy)]
pub(super) struct Attempt<'a> {
    /// Where it stands, and the verdicts on its chains.
    pub(super) kept: &'a Kept,
    /// What happened.
    pub(super) handshake: &'a Handshake,
    /// What its server showed in all handshakes: asked for by most rules, so looked up once.
    pub(super) server: Option<&'a Server>,
    /// Its number among the kept ones.
    pub(super) number: u32,
    stage: Stage,
    /// The place of the readable alert that ended it, and its description.
    alert: Option<(u8, u8)>,
    tls13: bool,
    whole: bool,
    /// There is an alert that cannot be read.
    pub(super) sealed_alert: bool,
    /// There is a record of an alert's size.
    pub(super) hinted: bool,
    /// There are bytes of another protocol.
    pub(super) other_protocol: bool,
    /// It went on behind its Finished, or showed a certificate of the client: even when complete it may break off.
    pub(super) goes_on: bool,
}

/// How far a handshake got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// No ClientHello.
    Nothing,
    /// A ClientHello.
    ClientHello,
    /// A ServerHello (or HelloRetryRequest), the rest of the server's flight not whole.
    ServerHello,
    /// The server's whole flight.
    ServerFlight,
    /// The client's answer to it: keys, Finished.
    ClientFlight,
    /// All of it.
    Completed,
}

/// A certificate chain as this attempt met it, or as the same server showed it elsewhere in clear.
pub(super) struct Met<'a> {
    /// The certificates.
    pub(super) chain: &'a Chain,
    /// What they are worth.
    pub(super) verdict: &'a Verdict,
    /// Where it was learned, when it was another handshake.
    pub(super) elsewhere: Option<At>,
}

/// The kept handshakes, in frame order.
pub(super) fn attempts(facts: &Facts) -> impl Iterator<Item = Attempt<'_>> {
    facts.handshakes().zip(0..).map(|((kept, handshake), number)| {
        let alerts = &handshake.alerts;
        Attempt {
            kept,
            handshake,
            server: facts.servers.get(&kept.emitted.ends.server).map(|server| &**server),
            number,
            stage: stage(handshake),
            alert: fatal_alert(alerts),
            tls13: is_tls13(handshake),
            whole: handshake.two_sided && !handshake.incomplete,
            sealed_alert: alerts.iter().any(|alert| alert.clear.is_none()),
            hinted: !handshake.hints.is_empty(),
            other_protocol: handshake.not_tls.is_some(),
            goes_on: handshake.steps.renegotiation.is_some() || handshake.client_chain.is_some(),
        }
    })
}

fn is_tls13(handshake: &Handshake) -> bool {
    handshake.answer.as_ref().is_some_and(|answer| answer.version == TLS13)
}

fn stage(handshake: &Handshake) -> Stage {
    let steps = &handshake.steps;
    let flight = steps.server_hello_done.is_some()
        || is_tls13(handshake) && steps.server_encrypted.is_some();
    let [client, server] = steps.finished;
    // Abbreviated handshakes have no ServerHelloDone: the server's Finished ends its flight.
    let flight = flight || handshake.resumed && server.is_some();
    let answered = steps.client_key_exchange.or(client).is_some();
    match () {
        () if handshake.outcome == Outcome::Completed => Stage::Completed,
        () if answered => Stage::ClientFlight,
        () if flight => Stage::ServerFlight,
        () if steps.server_hello.is_some() => Stage::ServerHello,
        () if steps.client_hello.is_some() => Stage::ClientHello,
        () => Stage::Nothing,
    }
}

/// The place and the description of the readable alert that ended a handshake.
fn fatal_alert(alerts: &[Alert]) -> Option<(u8, u8)> {
    let read = |(alert, place): (&Alert, u8)| Some((alert.clear?, place));
    let clear = || alerts.iter().zip(0..).filter_map(read);
    let fatal = |&((level, code), _): &((u8, u8), u8)| {
        code != CLOSE_NOTIFY
            && code != USER_CANCELED
            && !(level == WARNING && HARMLESS_WARNINGS.contains(&code))
    };
    let cancelled = || clear().find(|((_, code), _)| *code == USER_CANCELED);
    let ((_, code), place) = clear().find(fatal).or_else(cancelled)?;
    Some((place, code))
}

impl<'a> Attempt<'a> {
    /// It did not complete.
    pub(super) fn failed(&self) -> bool {
        self.stage != Stage::Completed
    }

    /// Where it stands.
    pub(super) fn at(&self) -> At {
        self.kept.emitted.at
    }

    /// Between whom.
    pub(super) fn ends(&self) -> &'a Ends {
        &self.kept.emitted.ends
    }

    /// Its packets.
    pub(super) fn steps(&self) -> &'a Steps {
        &self.handshake.steps
    }

    /// The ClientHello.
    pub(super) fn hello(&self) -> Option<&'a ClientHello> {
        self.handshake.hello.as_deref()
    }

    /// The ServerHello.
    pub(super) fn answer(&self) -> Option<&'a Answer> {
        self.handshake.answer.as_ref()
    }

    /// The name that the client asked for.
    pub(super) fn name(&self) -> Option<&'a str> {
        self.hello().and_then(|hello| hello.sni.as_deref())
    }

    /// The service, by name where one was asked for.
    pub(super) fn service(&self) -> String {
        words::service(self.ends().server, self.name())
    }

    /// TLS 1.3 was chosen.
    pub(super) fn is_tls13(&self) -> bool {
        self.tls13
    }

    /// Nothing is missing that absence could be read from.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// The role of an end of the connection: the one that was called may be the TLS client.
    pub(super) fn role(&self, side: Side) -> Side {
        if self.handshake.reversed { side.other() } else { side }
    }

    /// How far it got.
    pub(super) fn stage(&self) -> Stage {
        self.stage
    }

    /// The readable alert that ended it, with its description.
    pub(super) fn fatal_alert(&self) -> Option<(&'a Alert, u8)> {
        let (place, code) = self.alert?;
        Some((self.handshake.alerts.get(usize::from(place))?, code))
    }

    /// The description of that alert.
    pub(super) fn alert_code(&self) -> Option<u8> {
        self.alert.map(|(_, code)| code)
    }

    /// Who ended it first, in its role, with how and where; an end of the capture is none.
    pub(super) fn ended(&self) -> Option<(Side, &'static str, At)> {
        let Ended { side, how, at } = self.handshake.ended_by?;
        let how = match how {
            EndedHow::Alert => "an alert",
            EndedHow::Transport(Close::Fin) => "FIN",
            EndedHow::Transport(Close::Reset) => "RST",
            EndedHow::Transport(Close::Silence | Close::CaptureEnd) => return None,
        };
        Some((self.role(side), how, at))
    }

    /// The server's chain: seen here, or shown by the same server elsewhere where this one is encrypted.
    pub(super) fn server_chain(&self) -> Option<Met<'a>> {
        if let (Some(chain), Some(verdict)) = (&self.handshake.server_chain, &self.kept.verdict) {
            return Some(Met { chain, verdict, elsewhere: None });
        }
        let known = self.server?;
        let asked = |seen: &&ChainSeen| seen.sni.as_deref() == self.name();
        let seen = match known.chains.len() {
            1 => known.chains.first(),
            _ => known.chains.iter().find(asked),
        }?;
        Some(Met { chain: &seen.chain, verdict: &seen.verdict, elsewhere: Some(seen.first) })
    }

    /// That chain as something to be judged.
    pub(super) fn view<'b>(&'b self, met: &'b Met<'a>, owner: &'b str) -> View<'b> {
        View {
            owner,
            chain: met.chain,
            verdict: met.verdict,
            time: self.at().time,
            name: self.name(),
        }
    }

    /// The fault keys of the chain that this attempt met.
    pub(super) fn chain_faults(&self) -> Vec<super::FaultKey> {
        let Some(met) = self.server_chain() else { return Vec::new() };
        let (client, server) = (self.ends().client.addr, self.ends().server);
        let mut faults = certificate::faults(server, met.chain, met.verdict);
        if met.chain.certificates.iter().any(|one| !one.ocsp.is_empty() || !one.crl.is_empty()) {
            faults.push(super::x509::revocation::fault(client, server));
        }
        faults
    }
}
