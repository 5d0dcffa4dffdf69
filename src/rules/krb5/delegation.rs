//! `krb-delegation`: a front end may not act for its user, so the back end sees nobody it can let in.

use super::failure::{Failure, Group, Hosts, grouped};
use super::{principal, said};
use crate::facts::{Facts, Map};
use crate::finding::Confidence::{Likely, Possible};
use crate::proto::http::Exchange;
use crate::rules::{Episodes, Found, Id, Rule, Topic, words};
use crate::units::{At, Ends, SECOND, Time};
use std::net::IpAddr;

const ID: Id = Id::error("krb-delegation", Likely, "Delegation refused, the back end sees no user");

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/krb-delegation.md"),
    explains: &["krb-ntlm-fallback", "http-401-loop", "http-neg-fallback", "http-5xx-auth"],
    check,
};

/// KDC_ERR_BADOPTION
const BADOPTION: i32 = 13;

/// STATUS_NO_S4U_PROT_SUPPORT, STATUS_CROSSREALM_DELEGATION_FAILURE
const STATUSES: [u32; 2] = [0xC000_040A, 0xC000_040B];

/// KDC option of S4U2Proxy (MS-SFU section 3.1.5.2.1).
const CNAME_IN_ADDL_TKT: u32 = 0x0002_0000;

/// The refusal that comes of it follows this soon.
const SOON: i64 = 30 * SECOND;

/// Answers that one failure is compared with.
const ANSWERS_MAX: usize = 64;

/// A web server that refused, or failed.
#[derive(Clone, Copy)]
struct Refusal<'a> {
    at: At,
    ends: &'a Ends,
    exchange: &'a Exchange,
}

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let groups = grouped(episodes.failures().iter().filter(|failure| is_delegation(failure)));
    let fronts: Hosts = groups.iter().map(|group| group.first.asked.client()).collect();
    let refusals = refusals(facts, &fronts);
    for group in &groups {
        let known = refusals.get(&group.first.asked.client());
        let found = known.and_then(|known| consequence(group, known));
        found.into_iter().for_each(|found| episodes.add(found));
    }
}

/// Somebody asks in the name of another, and may not.
fn is_delegation(failure: &Failure<'_>) -> bool {
    let exchange = failure.asked.exchange;
    let for_another = exchange.for_user.is_some() || exchange.options & CNAME_IN_ADDL_TKT != 0;
    let refused = failure.error.code == BADOPTION
        || failure.error.nt_status.is_some_and(|status| STATUSES.contains(&status));
    for_another && refused
}

/// Refusals that front ends met or made, in frame order.
fn refusals<'a>(facts: &'a Facts, fronts: &Hosts) -> Map<IpAddr, Vec<Refusal<'a>>> {
    let mut refusals: Map<IpAddr, Vec<Refusal<'a>>> = Map::default();
    if fronts.is_empty() {
        return refusals;
    }
    for (kept, exchange) in facts.http() {
        let (at, ends) = (kept.emitted.at, &kept.emitted.ends);
        let status = exchange.status.unwrap_or_default();
        let met = matches!(status, 401 | 403) && fronts.contains(&ends.client.addr);
        let made =
            matches!(status, 401 | 403 | 500 | 502 | 503) && fronts.contains(&ends.server.addr);
        let front = if met { ends.client.addr } else { ends.server.addr };
        if met || made {
            refusals.entry(front).or_default().push(Refusal { at, ends, exchange });
        }
    }
    refusals
}

fn consequence<'a>(group: &Group<'a>, known: &[Refusal<'a>]) -> Option<Found<'a>> {
    let failure = &group.first;
    let (front, time) = (failure.asked.client(), failure.asked.at.time);
    let host = failure.asked.service().and_then(principal::host);
    let until = Time(time.0.saturating_add(SOON));
    let from = known.partition_point(|refusal| refusal.at.time < time);
    let soon = known.iter().skip(from).take(ANSWERS_MAX);
    let soon = || soon.clone().take_while(|refusal| refusal.at.time <= until);
    let by_back_end = soon().find(|refusal| {
        let asked = refusal.exchange.host.as_deref();
        let same = asked.zip(host).is_some_and(|(asked, host)| principal::same_host(asked, host));
        refusal.ends.client.addr == front && same
    });
    let to_client = || soon().find(|refusal| refusal.ends.server.addr == front);
    by_back_end.or_else(to_client).map(|refusal| found(group, refusal))
}

fn found<'a>(group: &Group<'a>, refusal: &Refusal<'a>) -> Found<'a> {
    let Failure { asked, error, .. } = group.first;
    let front = asked.client();
    let by_back_end = refusal.ends.client.addr == front;
    let user =
        asked.exchange.for_user.as_deref().map_or_else(|| "its user".to_owned(), words::name);
    let service = asked.service().map_or_else(|| "the back end".to_owned(), words::name);
    let status = refusal.exchange.status.unwrap_or_default();
    let then = match by_back_end {
        true => format!("{} answered {front} with {status}.", refusal.ends.server),
        false => {
            format!("{front} answered its own client {} with {status}.", refusal.ends.client.addr)
        }
    };
    Found::between(&ID, refusal.ends, refusal.at)
        .at_most(if by_back_end { Likely } else { Possible })
        .title(format!("{front} may not act for {user} at {service}: the KDC refuses delegation"))
        .cause(format!(
            "{}The front end {front} asked the KDC {} for a ticket in the name of {user} for {service} and was refused: \
             {}. Then {then}",
            if by_back_end { "" } else { "Possibly the double hop fails. " },
            asked.server(),
            said::error(error)
        ))
        .remedy(format!(
            "Allow the account of {front} to delegate to {service} (msDS-AllowedToDelegateTo, with protocol transition \
             if the user comes without Kerberos; or msDS-AllowedToActOnBehalfOfOtherIdentity of the back end), and take \
             the user out of Protected Users and \"Account is sensitive and cannot be delegated\"."
        ))
        .key(format!("{service} {user}").to_lowercase())
        .service(asked.service())
        .references(&["MS-SFU section 3.2.5.2", "RFC 4120 section 7.5.9"])
        .evidence(asked.at, format!("{} refuses the ticket for {service}", asked.server()))
        .evidence(refusal.at, format!("{} answers {status}", refusal.ends.server))
        .topics(asked.service().map(|service| Topic::ticket(front, service)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::Fact;
    use crate::proto::krb5;
    use crate::rules::testing::{CLIENT, Story, at, ends, ids};
    use crate::rules::testing_krb5::{KDC, asking, fact, refused, ticket_for};
    use crate::units::Endpoint;

    fn proxy() -> krb5::Exchange {
        let mut asked = refused(ticket_for("HTTP/back.example.com"), BADOPTION);
        asked.options |= CNAME_IN_ADDL_TKT;
        asked
    }

    fn answer(ends: Ends, status: u16) -> Story {
        let exchange = Exchange {
            method: "GET".into(),
            uri: "/".into(),
            host: Some("back.example.com".into()),
            status: Some(status),
            ..Exchange::default()
        };
        Story::new().fact(at(2, 0), asking(KDC, 1), fact(proxy())).fact(
            at(9, 2),
            ends,
            Fact::Http(Box::new(exchange)),
        )
    }

    #[test]
    fn the_back_end_refuses_whom_the_front_end_could_not_name() {
        let findings = answer(ends(), 401).findings();
        assert_eq!(ids(&findings), ["krb-badoption[krb-delegation]"]);
        assert!(findings[0].related[0].cause.contains("answered 10.0.0.5 with 401"));
    }

    #[test]
    fn the_front_end_fails_towards_its_own_client() {
        let mut ends = ends();
        (ends.client, ends.server) = (ends.server, Endpoint { addr: CLIENT, port: Some(80) });
        let findings = answer(ends, 500).findings();
        assert_eq!(ids(&findings)[0], "krb-badoption[krb-delegation]");
        assert_eq!(findings[0].related[0].confidence, Possible);
    }
}
