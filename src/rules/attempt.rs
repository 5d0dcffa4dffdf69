//! One TLS handshake that did not go well (or carried nothing), with the questions that rules ask of it.

use super::certificate::{self, View};
use super::words;
use crate::facts::{ChainSeen, Facts, Kept};
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

/// A kept handshake.
#[derive(Clone, Copy)]
pub(super) struct Attempt<'a> {
    /// Where it stands, and the verdicts on its chains.
    pub(super) kept: &'a Kept,
    /// What happened.
    pub(super) handshake: &'a Handshake,
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
    facts.handshakes().map(|(kept, handshake)| Attempt { kept, handshake })
}

/// Those that did not complete.
pub(super) fn failures(facts: &Facts) -> impl Iterator<Item = Attempt<'_>> {
    attempts(facts).filter(|attempt| attempt.handshake.outcome != Outcome::Completed)
}

impl<'a> Attempt<'a> {
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
        self.answer().is_some_and(|answer| answer.version == TLS13)
    }

    /// Nothing is missing that absence could be read from.
    pub(super) fn is_whole(&self) -> bool {
        self.handshake.two_sided && !self.handshake.incomplete
    }

    /// The role of an end of the connection: the one that was called may be the TLS client.
    pub(super) fn role(&self, side: Side) -> Side {
        if self.handshake.reversed { side.other() } else { side }
    }

    /// How far it got.
    pub(super) fn stage(&self) -> Stage {
        let steps = self.steps();
        let tls13 = self.is_tls13();
        let flight = steps.server_hello_done.is_some() || tls13 && steps.server_encrypted.is_some();
        let [client, server] = steps.finished;
        // Abbreviated handshakes have no ServerHelloDone: the server's Finished ends its flight.
        let flight = flight || self.handshake.resumed && server.is_some();
        let answered = steps.client_key_exchange.or(client).is_some();
        match () {
            () if self.handshake.outcome == Outcome::Completed => Stage::Completed,
            () if answered => Stage::ClientFlight,
            () if flight => Stage::ServerFlight,
            () if steps.server_hello.is_some() => Stage::ServerHello,
            () if steps.client_hello.is_some() => Stage::ClientHello,
            () => Stage::Nothing,
        }
    }

    /// The readable alert that ended it, with its level and description.
    pub(super) fn fatal_alert(&self) -> Option<(&'a Alert, u8)> {
        let read = |alert: &'a Alert| alert.clear.map(|(level, code)| (alert, level, code));
        let clear = || self.handshake.alerts.iter().filter_map(read);
        let fatal = |&(_, level, code): &(&Alert, u8, u8)| {
            code != CLOSE_NOTIFY
                && code != USER_CANCELED
                && !(level == WARNING && HARMLESS_WARNINGS.contains(&code))
        };
        let cancelled = || clear().find(|(_, _, code)| *code == USER_CANCELED);
        let found = clear().find(fatal).or_else(cancelled)?;
        Some((found.0, found.2))
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
    pub(super) fn server_chain(&self, facts: &'a Facts) -> Option<Met<'a>> {
        if let (Some(chain), Some(verdict)) = (&self.handshake.server_chain, &self.kept.verdict) {
            return Some(Met { chain, verdict, elsewhere: None });
        }
        let known = facts.servers.get(&self.ends().server)?;
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
    pub(super) fn chain_faults(&self, facts: &'a Facts) -> Vec<super::FaultKey> {
        let Some(met) = self.server_chain(facts) else { return Vec::new() };
        let (client, server) = (self.ends().client.addr, self.ends().server);
        let mut faults = certificate::faults(server, met.chain, met.verdict);
        if met.chain.certificates.iter().any(|one| !one.ocsp.is_empty() || !one.crl.is_empty()) {
            faults.push(super::x509::revocation::fault(client, server));
        }
        faults
    }
}
