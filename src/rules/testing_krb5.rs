//! Builds exchanges of Kerberos by hand, for the tests of rules.

use super::testing::{CLIENT, at};
use crate::facts::{Facts, Spans};
use crate::proto::Fact;
use crate::proto::krb5::{self, Exchange, KrbError, Outcome, Place, Request};
use crate::units::{At, Endpoint, Ends, Frame, Transport};
use std::net::{IpAddr, Ipv4Addr};

/// The KDC of the stories.
pub(super) const KDC: Endpoint = kdc(88);

/// A KDC by the last number of its address.
pub(super) const fn kdc(host: u8) -> Endpoint {
    Endpoint { addr: IpAddr::V4(Ipv4Addr::new(192, 0, 2, host)), port: Some(88) }
}

/// The client's conversation with a KDC that begins with packet `number`.
pub(super) fn asking(kdc: Endpoint, number: u64) -> Ends {
    let client = Endpoint { addr: CLIENT, port: Some(50_000) };
    let flow = Frame::new(0, number);
    Ends { client, server: kdc, transport: Transport::Udp, flow }
}

/// An AS-REQ of alice, as yet unanswered.
pub(super) fn logon() -> Exchange {
    Exchange {
        request: Request::As,
        place: Place::Kdc,
        cname: Some("alice".into()),
        crealm: None,
        sname: Some("krbtgt/EXAMPLE.COM".into()),
        realm: Some("EXAMPLE.COM".into()),
        name_type: Some(1),
        etypes: vec![18, 17],
        padata: Vec::new(),
        options: 0x4081_0010,
        for_user: None,
        question: Some(at(1, 0)),
        attempts: 1,
        outcome: Outcome::Unanswered,
    }
}

/// A TGS-REQ for `service`, as yet unanswered.
pub(super) fn ticket_for(service: &str) -> Exchange {
    let (request, sname) = (Request::Tgs, Some(service.into()));
    Exchange { request, cname: None, sname, ..logon() }
}

/// `exchange`, refused with `code`.
pub(super) fn refused(exchange: Exchange, code: i32) -> Exchange {
    with_error(exchange, KrbError { code, ..KrbError::default() })
}

/// `exchange`, refused with `code` and an NT status.
pub(super) fn refused_as(exchange: Exchange, code: i32, status: u32) -> Exchange {
    with_error(exchange, KrbError { code, nt_status: Some(status), ..KrbError::default() })
}

/// `exchange`, refused with `error`.
pub(super) fn with_error(exchange: Exchange, error: KrbError) -> Exchange {
    Exchange { outcome: Outcome::Error(Box::new(error)), ..exchange }
}

/// The exchange as a fact.
pub(super) fn fact(exchange: Exchange) -> Fact {
    Fact::Krb5(krb5::Fact::Exchange(Box::new(exchange)))
}

/// The client got a ticket for `principal` (lower case) at `at`, on behalf of `user` (`alice@example.com`).
pub(super) fn issue(facts: &mut Facts, principal: &str, user: &str, at: At) {
    let tickets = facts.tickets.entry((CLIENT, principal.into())).or_default();
    tickets.name = principal.into();
    tickets.issued.add(at.time);
    tickets.first.get_or_insert((at, KDC));
    *tickets.etypes.entry((18, 18)).or_default() += 1;
    let known = tickets.users.iter_mut().find(|(known, _)| **known == *user);
    match known {
        Some((_, spans)) => spans.add(at.time),
        None => {
            let mut spans = Spans::default();
            spans.add(at.time);
            tickets.users.push((user.into(), spans));
        }
    }
}
