//! Takes facts in: judges certificates, keeps failures, folds what went well into aggregates.

use super::heap::{self, Heap, grown};
use super::{Facts, Kept, Pair, Server, Success};
use crate::proto::tcp;
use crate::proto::tls::{self, Answer, CertificateSeen, Handshake, Outcome};
use crate::proto::{Fact, plain};
use crate::trust::{Trust, Verdict, key_exchange_verifies};
use crate::units::{At, Ends, Side};
use crate::wire::x509::Chain;
use smallvec::SmallVec;
use std::sync::Arc;

/// The alert with which a peer takes its leave.
const CLOSE_NOTIFY: u8 = 0;

/// Puts the verdicts in that analyzers leave open.
pub fn judge(kept: &mut Kept, trust: &mut Trust) {
    let at = kept.emitted.at;
    match &mut kept.emitted.fact {
        Fact::Tls(tls::Fact::Certificate(seen)) => {
            let CertificateSeen { side, chain, sni, key_transport } = seen;
            kept.verdict = Some(trust.judge(chain, *side, at.time, sni.as_deref(), *key_transport));
        }
        Fact::Tls(tls::Fact::Handshake(handshake)) => {
            kept.verdict = server_verdict(handshake, at, trust);
            kept.client_verdict = client_verdict(handshake, at, trust);
            handshake.key_exchange_verified = key_exchange_verified(handshake);
        }
        _ => {}
    }
}

fn server_verdict(handshake: &Handshake, at: At, trust: &mut Trust) -> Option<Arc<Verdict>> {
    let chain = handshake.server_chain.as_ref()?;
    let time = handshake.steps.certificate.unwrap_or(at).time;
    let name = handshake.hello.as_ref().and_then(|hello| hello.sni.as_deref());
    let key_transport = handshake.answer.as_ref().is_some_and(Answer::is_key_transport);
    Some(trust.judge(chain, Side::Server, time, name, key_transport))
}

fn client_verdict(handshake: &Handshake, at: At, trust: &mut Trust) -> Option<Arc<Verdict>> {
    let chain = handshake.client_chain.as_ref().filter(|chain| !chain.certificates.is_empty())?;
    let time = handshake.steps.client_certificate.unwrap_or(at).time;
    Some(trust.judge(chain, Side::Client, time, None, false))
}

/// Asked only where the signature may be why the handshake failed. The signed bytes are not needed any more.
fn key_exchange_verified(handshake: &mut Handshake) -> Option<bool> {
    let exchange = handshake.key_exchange.take().filter(|_| stopped_at_signature(handshake))?;
    let leaf = handshake.server_chain.as_ref()?.certificates.first()?;
    key_exchange_verifies(&exchange, leaf)
}

/// The client got no further than the ServerKeyExchange: one that went on has verified it, one that complained of the
/// certificates did so before it looked at the signature.
fn stopped_at_signature(handshake: &Handshake) -> bool {
    const ABOUT_CERTIFICATES: [u8; 6] = [42, 43, 44, 45, 46, 48];
    let mut codes = handshake.alerts.iter().filter_map(|alert| Some(alert.clear?.1));
    handshake.steps.client_key_exchange.is_none()
        && !codes.any(|code| ABOUT_CERTIFICATES.contains(&code))
}

impl Facts {
    /// Takes a fact in.
    pub fn add(&mut self, kept: Kept) {
        let Kept { emitted, verdict, .. } = &kept;
        let (at, ends) = (emitted.at, emitted.ends);
        let keep = match &emitted.fact {
            Fact::Tcp(tcp::Fact::Opened(_)) => {
                self.pair(&ends, at, Success::Opened);
                false
            }
            Fact::Tcp(tcp::Fact::Closed { .. } | tcp::Fact::Gap { .. }) => false,
            Fact::Tcp(_) => true,
            Fact::Tls(tls::Fact::Handshake(handshake)) => self.fold_handshake(handshake, at, &ends),
            Fact::Tls(tls::Fact::Certificate(seen)) => {
                if let (Side::Server, Some(verdict)) = (seen.side, verdict) {
                    let room = self.hold_chains(&[&seen.chain]);
                    let client = ends.client.addr;
                    self.server(&ends, |server| server.show(seen, verdict, at, client, room));
                }
                false
            }
            Fact::Tls(tls::Fact::Alert(alert)) => {
                alert.clear.is_some_and(|(_, description)| description != CLOSE_NOTIFY)
            }
            Fact::Tls(_) => false,
            Fact::Plain(exchange) => self.fold_plain(exchange, at, &ends),
            Fact::Dns(exchange) => self.fold_dns(exchange, at, &ends),
            Fact::Http(exchange) => self.fold_http(exchange, at, &ends),
            Fact::Krb5(fact) => self.fold_krb5(fact, at, &ends),
            Fact::Auth(fact) => Self::fold_auth(fact),
            Fact::Smb(_) => true,
            Fact::Clock(reading) => {
                self.fold_clock(reading, at, &ends);
                false
            }
        };
        if keep {
            self.keep(kept);
        }
    }

    fn keep(&mut self, kept: Kept) {
        let bytes = size_of::<Box<Kept>>() + heap::piece(size_of::<Kept>()) + kept.heap();
        if self.kept_bytes + bytes <= self.limits.fact_bytes && self.hold_chains(&chains(&kept)) {
            self.kept_bytes += bytes;
            self.kept.push(Box::new(kept));
        } else {
            self.lose("facts");
        }
    }

    /// Takes chains into the room of what is kept, a certificate once; whether there is room for them.
    fn hold_chains(&mut self, chains: &[&Chain]) -> bool {
        let all = chains.iter().flat_map(|chain| &chain.certificates);
        for certificate in all {
            let (print, _) = certificate.sha256.split_first_chunk().unwrap_or((&[0; 16], &[]));
            let print = u128::from_be_bytes(*print);
            if self.certificates.contains(&print) {
                continue;
            }
            let bytes = heap::of_certificate(certificate);
            if self.kept_bytes + bytes > self.limits.fact_bytes {
                return false;
            }
            self.kept_bytes += bytes;
            self.certificates.insert(print);
        }
        true
    }

    /// Brings what is kept into the order of the frames at which it stands.
    pub fn sort(&mut self) {
        self.kept.sort_by_cached_key(|kept| (kept.emitted.at.frame, kept.emitted.ends.flow));
    }

    /// A completed handshake whose client went on to send data is not kept.
    fn fold_handshake(&mut self, handshake: &Handshake, at: At, ends: &Ends) -> bool {
        self.tls.count(handshake.outcome);
        let completed = handshake.outcome == Outcome::Completed;
        if completed || handshake.steps.server_hello.is_some() {
            self.server(ends, |server| {
                let grown = server.answer(handshake);
                if completed { grown + server.complete(handshake, at) } else { grown }
            });
        }
        if !completed {
            return true;
        }
        // A server may refuse the client, or ask it for a certificate, behind its first request.
        let with_data = handshake.data_records.iter().all(|records| *records > 0);
        self.pair(ends, at, Success::Completed);
        if with_data {
            self.pair(ends, at, Success::WithData);
        }
        !with_data || is_notable(handshake)
    }

    /// Plain exchanges are kept where one of the sides expected TLS or another protocol, or the server left plain
    /// words unanswered.
    fn fold_plain(&mut self, exchange: &plain::Fact, at: At, ends: &Ends) -> bool {
        if exchange.server.is_some() {
            self.pair(ends, at, Success::PlainAnswered);
        }
        let unanswered = exchange.client.is_some() && exchange.server.is_none();
        let apart = match (exchange.client, exchange.server) {
            (Some((client, _)), Some((server, _))) => {
                client != server && client.names_protocol() && server.names_protocol()
            }
            _ => false,
        };
        exchange.server_wants_tls || exchange.server_alert.is_some() || unanswered || apart
    }

    /// Notes a success of a client with a server.
    pub(super) fn pair(&mut self, ends: &Ends, at: At, success: Success) {
        let key = (ends.client.addr, ends.server);
        let add = |pair: &mut Pair| grown(pair, |pair| pair.entry(success).add(at.time));
        if !self.room.grow(&mut self.pairs, key, add) {
            self.lose("client_server_pairs");
        }
    }

    /// The change says by how many bytes the server grew.
    fn server(&mut self, ends: &Ends, change: impl FnOnce(&mut Server) -> usize) {
        if !self.room.grow(&mut self.servers, ends.server, |server| change(server)) {
            self.lose("servers");
        }
    }
}

/// It went well, but in a way that rules have something to say of: renegotiation, an ancient hello, a mark that says
/// that the version was capped.
fn is_notable(handshake: &Handshake) -> bool {
    let ancient = handshake.hello.as_ref().is_some_and(|hello| hello.sslv2 || hello.fallback_scsv);
    let marked = handshake.answer.as_ref().is_some_and(|answer| answer.sentinel.is_some());
    handshake.steps.renegotiation.is_some() || ancient || marked
}

/// The chains of a kept fact.
fn chains(kept: &Kept) -> SmallVec<[&Chain; 2]> {
    match &kept.emitted.fact {
        Fact::Tls(tls::Fact::Handshake(handshake)) => {
            let both = [&handshake.server_chain, &handshake.client_chain];
            both.into_iter().flatten().map(|chain| &**chain).collect()
        }
        _ => SmallVec::new(),
    }
}

impl super::Outcomes {
    fn count(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Completed => &mut self.completed,
            Outcome::Failed => &mut self.failed,
            Outcome::Abandoned => &mut self.abandoned,
            Outcome::Unknown => &mut self.unknown,
        } += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::proto::{Emitted, plain};
    use crate::units::{Endpoint, Frame, Time, Transport};
    use std::net::Ipv4Addr;

    fn kept(number: u64, flow: u64) -> Kept {
        let at = At { frame: Frame::new(0, number), time: Time(0) };
        let end = Endpoint { addr: Ipv4Addr::LOCALHOST.into(), port: Some(1) };
        let flow = Frame::new(0, flow);
        let ends = Ends { client: end, server: end, transport: Transport::Tcp, flow };
        let fact = plain::Fact { server_wants_tls: true, ..plain::Fact::default() };
        let fact = Fact::Plain(Box::new(fact));
        let emitted = Emitted { at, known: at.frame, ends, fact };
        Kept { emitted, verdict: None, client_verdict: None }
    }

    #[test]
    fn facts_come_into_the_order_of_their_frames_whatever_their_order_was() {
        let mut facts = Facts::new(Limits::default());
        (0..1000).for_each(|n| facts.add(kept(n * 7919 % 1000 / 2, n * 31 % 7)));
        facts.sort();
        let place = |kept: &Kept| (kept.emitted.at.frame, kept.emitted.ends.flow);
        assert!(facts.kept.iter().map(|kept| place(kept)).is_sorted());
        let sum: u64 = facts.kept.iter().map(|kept| kept.emitted.at.frame.number()).sum();
        assert_eq!((facts.kept.len(), sum), (1000, 249_500));
    }

    #[test]
    fn what_finds_no_room_is_counted() {
        let mut facts = Facts::new(Limits { fact_bytes: 10_000, ..Limits::default() });
        (0..1000).for_each(|n| facts.add(kept(n, n)));
        assert!(facts.kept_bytes <= 10_000);
        assert_eq!(facts.kept.len() as u64 + facts.lost["facts"], 1000);
    }
}
