//! Tickets that were issued, folded.

use super::{Facts, Spans, Success};
use crate::proto::krb5::{Exchange, Fact, KrbError, Outcome, Place};
use crate::units::{At, Endpoint, Ends};
use std::collections::BTreeMap;

/// Users kept a principal.
const USERS_MAX: usize = 8;
/// Kinds of encryption counted a principal.
const ETYPES_MAX: usize = 16;
/// KDC_ERR_PREAUTH_REQUIRED and KDC_ERR_MORE_PREAUTH_DATA_REQUIRED: the normal beginning of a logon.
const BEGINNINGS: [i32; 2] = [25, 91];
/// Ticket-granting services.
const GRANTING: &str = "krbtgt/";

/// Tickets that one client got for one principal (a service, or a ticket-granting service).
#[derive(Clone, Debug, Default)]
pub struct Tickets {
    /// The principal as the first of them wrote it.
    pub name: Box<str>,
    /// When.
    pub issued: Spans,
    /// Encryption types of ticket and reply, with how often.
    pub etypes: BTreeMap<(i32, i32), u64>,
    /// The first of them, and the KDC.
    pub first: Option<(At, Endpoint)>,
    /// For whom (`user@REALM`, as first written) and when, at most 8.
    pub users: Vec<(Box<str>, Spans)>,
}

impl Facts {
    /// Folds tickets, and that a KDC answered at all; whether the fact is kept: what was refused, and requests to a KDC
    /// or to kpasswd that were not answered.
    pub(super) fn fold_krb5(&mut self, fact: &Fact, at: At, ends: &Ends) -> bool {
        let Fact::Exchange(exchange) = fact else { return true };
        let by_kdc = exchange.place == Place::Kdc;
        if by_kdc && !matches!(exchange.outcome, Outcome::Unanswered) {
            self.pair(ends, at, Success::PlainAnswered);
        }
        match &exchange.outcome {
            Outcome::Ticket { issued, ticket_etype, enc_part_etype, .. } => {
                let issued = issued.as_deref().filter(|issued| issued.starts_with(GRANTING));
                if let Some(principal) = issued.or(exchange.sname.as_deref()) {
                    let etypes = (*ticket_etype, *enc_part_etype);
                    self.fold_ticket(principal, etypes, exchange, at, ends);
                }
                false
            }
            Outcome::Accepted => {
                self.pair(ends, at, Success::TicketAccepted);
                false
            }
            Outcome::Error(error) => !is_beginning(exchange, error),
            Outcome::Unanswered => true,
        }
    }

    fn fold_ticket(
        &mut self,
        principal: &str,
        etypes: (i32, i32),
        exchange: &Exchange,
        at: At,
        ends: &Ends,
    ) {
        let key = (ends.client.addr, principal.to_lowercase().into());
        let add = |tickets: &mut Tickets| {
            if tickets.first.is_none() {
                tickets.name = principal.into();
            }
            tickets.add(etypes, exchange, at, ends);
        };
        if !self.room.fold(&mut self.tickets, key, add) {
            self.lose("tickets");
        }
    }
}

/// The KDC only asks for a proof, and the client can give one: they have an encryption type in common.
fn is_beginning(exchange: &Exchange, error: &KrbError) -> bool {
    let common = error.hints.iter().any(|hint| exchange.etypes.contains(&hint.etype));
    let unknown = error.hints.is_empty() || exchange.etypes.is_empty();
    BEGINNINGS.contains(&error.code) && (common || unknown)
}

impl Tickets {
    fn add(&mut self, etypes: (i32, i32), exchange: &Exchange, at: At, ends: &Ends) {
        self.issued.add(at.time);
        if self.etypes.len() < ETYPES_MAX || self.etypes.contains_key(&etypes) {
            *self.etypes.entry(etypes).or_default() += 1;
        }
        self.first.get_or_insert((at, ends.server));
        if let Some(spans) = user(exchange).and_then(|user| self.of_user(user)) {
            spans.add(at.time);
        }
    }

    /// When `user` got one; `None` when there is no room for him.
    fn of_user(&mut self, user: Box<str>) -> Option<&mut Spans> {
        let place = self.users.iter().position(|(known, _)| known.eq_ignore_ascii_case(&user));
        let place = place.unwrap_or(self.users.len());
        if place == self.users.len() && place < USERS_MAX {
            self.users.push((user, Spans::default()));
        }
        self.users.get_mut(place).map(|(_, spans)| spans)
    }
}

/// `user@REALM`.
fn user(exchange: &Exchange) -> Option<Box<str>> {
    let cname = exchange.cname.as_deref()?;
    let realm = exchange.crealm.as_deref().unwrap_or_default();
    Some(format!("{cname}@{realm}").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Kept;
    use crate::limits::Limits;
    use crate::proto::krb5::{EtypeInfo, Request};
    use crate::proto::{self, Emitted};
    use crate::units::{Frame, SECOND, Time, Transport};

    fn exchange(request: Request, sname: &str, outcome: Outcome) -> Exchange {
        Exchange {
            cname: Some("Alice".into()),
            crealm: Some("EXAMPLE.COM".into()),
            sname: Some(sname.into()),
            etypes: vec![18, 17],
            outcome,
            ..Exchange::new(request)
        }
    }

    fn ticket(issued: Option<&str>) -> Outcome {
        let issued = issued.map(Into::into);
        Outcome::Ticket { issued, ticket_etype: 18, enc_part_etype: 17, kvno: None }
    }

    fn error(code: i32, hints: &[i32]) -> Outcome {
        let hints = hints.iter().map(|etype| EtypeInfo { etype: *etype, salt: None }).collect();
        Outcome::Error(Box::new(KrbError { code, hints, ..KrbError::default() }))
    }

    /// The facts of these exchanges, one a second.
    fn folded(exchanges: Vec<Exchange>) -> Facts {
        let mut facts = Facts::new(Limits::default());
        let end = |host: u8, port| Endpoint { addr: [10, 0, 0, host].into(), port: Some(port) };
        let flow = Frame::new(0, 1);
        let (client, server) = (end(1, 50_000), end(2, 88));
        let ends = Ends { client, server, transport: Transport::Udp, flow };
        for (exchange, number) in exchanges.into_iter().zip(1..) {
            let frame = Frame::new(0, number);
            let at = At { frame, time: Time(number as i64 * SECOND) };
            let fact = proto::Fact::Krb5(Fact::Exchange(Box::new(exchange)));
            let emitted = Emitted { at, known: frame, ends, fact };
            facts.add(Kept { emitted, verdict: None, client_verdict: None });
        }
        facts
    }

    #[test]
    fn tickets_are_folded_by_what_they_are_for() {
        let facts = folded(vec![
            exchange(Request::As, "krbtgt/EXAMPLE.COM", ticket(None)),
            exchange(Request::Tgs, "HTTP/Web", ticket(None)),
            exchange(Request::Tgs, "HTTP/WEB", ticket(Some("http/web.example.com"))),
            exchange(Request::Tgs, "HTTP/other.example.org", ticket(Some("krbtgt/EXAMPLE.ORG"))),
        ]);
        let counts: Vec<_> = crate::facts::sorted(&facts.tickets)
            .into_iter()
            .map(|((_, name), tickets)| (&**name, tickets.issued.count))
            .collect();
        let expected = [("http/web", 2), ("krbtgt/example.com", 1), ("krbtgt/example.org", 1)];
        assert_eq!(counts, expected);
        let web = facts.tickets.iter().find(|((_, name), _)| &**name == "http/web");
        let (_, web) = web.expect("is there");
        assert_eq!(web.etypes, BTreeMap::from([((18, 17), 2)]));
        let [(user, spans)] = &web.users[..] else { panic!("{:?}", web.users) };
        assert_eq!((&**user, spans.count), ("Alice@EXAMPLE.COM", 2));
        assert_eq!(&*web.name, "HTTP/Web");
        assert!(facts.kept.is_empty());
    }

    #[test]
    fn the_beginning_of_a_logon_is_not_kept_unless_it_is_its_end() {
        let facts = folded(vec![
            exchange(Request::As, "krbtgt/EXAMPLE.COM", error(25, &[18, 23])),
            exchange(Request::As, "krbtgt/EXAMPLE.COM", error(25, &[])),
            exchange(Request::As, "krbtgt/EXAMPLE.COM", error(25, &[23])),
            exchange(Request::As, "krbtgt/EXAMPLE.COM", error(24, &[18])),
            exchange(Request::As, "krbtgt/EXAMPLE.COM", Outcome::Unanswered),
        ]);
        let kept: Vec<_> = facts.kept.iter().map(|kept| kept.emitted.at.frame.number()).collect();
        assert_eq!(kept, [3, 4, 5]);
        let answered: u64 =
            facts.pairs.values().map(|pair| pair.when(Success::PlainAnswered).count).sum();
        assert_eq!(answered, 4);
    }

    #[test]
    fn users_beyond_eight_have_no_room() {
        let mut many = Vec::new();
        for user in 0..20 {
            let one = exchange(Request::As, "krbtgt/EXAMPLE.COM", ticket(None));
            many.push(Exchange { cname: Some(format!("user{user}").into()), ..one });
        }
        let facts = folded(many);
        let tickets = facts.tickets.values().next().expect("is there");
        assert_eq!((tickets.users.len(), tickets.issued.count), (8, 20));
    }
}
