//! `x509-revocation`: a client could not fetch the OCSP answer or the revocation list of a certificate that it was shown.

use crate::facts::{ChainSeen, Facts, Kind, Map, sorted};
use crate::finding::{Confidence, Party};
use crate::proto::{Fact, dns, http, tcp};
use crate::rules::{Episodes, FaultKey, FaultOf, Found, Id, Rule, Set, Topic, certificate, words};
use crate::units::{At, Endpoint, SECOND, Time};
use std::collections::BTreeSet;
use std::net::IpAddr;

const ID: Id = Id::warning(
    "x509-revocation",
    Confidence::Likely,
    "Revocation could not be checked; cause of an error when the handshake failed",
);

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/x509-revocation.md"), explains: &[], check };

/// A fetch belongs to a chain that was shown this long before it at most, or that is shown soon after again.
const NEAR_NS: i64 = 60 * SECOND;

/// A try to reach a revocation service that failed.
struct Failure<'a> {
    client: IpAddr,
    at: At,
    /// The service's name.
    host: &'a str,
    /// What failed.
    what: String,
    /// What of DNS explains it.
    name: Option<&'a str>,
}

/// Names the finding about the revocation services of a server's certificates, as one client met it.
pub(in crate::rules) fn fault(client: IpAddr, server: Endpoint) -> FaultKey {
    FaultKey { id: ID.id, server: Party::Service(server), of: FaultOf::Client(client) }
}

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let services = services(&episodes.shown());
    if services.is_empty() {
        return;
    }
    let failures = failures(facts, &services);
    if failures.is_empty() {
        return;
    }
    let shown = shown(facts, &services);
    for failure in failures {
        let served = shown.get(failure.host).into_iter().flatten();
        for (server, _) in served.filter(|(_, chain)| waits_for(chain, &failure)) {
            episodes.add(unchecked(&failure, *server));
        }
    }
}

/// The chains that were shown and name revocation services, by their ids, with the hosts of these.
type Services = Map<u128, BTreeSet<String>>;

fn services(all: &[certificate::Shown<'_>]) -> Services {
    let mut services = Services::default();
    let mut known = Set::default();
    for chain in all.iter().map(|shown| shown.chain) {
        if known.insert(chain.id) {
            let certificates = chain.certificates.iter();
            let urls = certificates.flat_map(|c| c.ocsp.iter().chain(&c.crl));
            let hosts: BTreeSet<String> = urls.filter_map(|url| host(url)).collect();
            if !hosts.is_empty() {
                services.insert(chain.id, hosts);
            }
        }
    }
    services
}

type Shown<'a> = Map<&'a str, Vec<(Endpoint, &'a ChainSeen)>>;

/// The chains that servers showed, by the hosts of their revocation services.
fn shown<'a>(facts: &'a Facts, services: &'a Services) -> Shown<'a> {
    let mut shown = Shown::default();
    for (endpoint, server) in sorted(&facts.servers) {
        for chain in &server.chains {
            for host in services.get(&chain.chain.id).into_iter().flatten() {
                shown.entry(host).or_default().push((*endpoint, chain));
            }
        }
    }
    shown
}

/// The host of an HTTP URL, in lower case: `ocsp.example.com` of `http://ocsp.example.com:80/ca`.
fn host(url: &str) -> Option<String> {
    let rest = url.strip_prefix("http://")?;
    let host = rest.split(['/', '?', ':']).next().filter(|host| !host.is_empty())?;
    Some(host.to_lowercase())
}

fn failures<'a>(facts: &'a Facts, services: &Services) -> Vec<Failure<'a>> {
    let hosts: Set<&str> = services.values().flatten().map(String::as_str).collect();
    let addresses = addresses(facts, &hosts);
    let failed = facts.of_any(&[Kind::Dns, Kind::Http, Kind::Tcp]).filter_map(|kept| {
        let (client, at) = (kept.emitted.ends.client.addr, kept.emitted.at);
        let address = || addresses.get(&(client, kept.emitted.ends.server.addr)).copied();
        let (host, what, name) = match &kept.emitted.fact {
            Fact::Dns(lookup) if hosts.contains(&*lookup.qname) => {
                (&*lookup.qname, unresolved(lookup)?, Some(&*lookup.qname))
            }
            Fact::Http(exchange) if exchange.revocation => {
                let host = exchange.host.as_deref().filter(|host| hosts.contains(host))?;
                (host, unfetched(exchange)?, None)
            }
            Fact::Tcp(tcp::Fact::Refused(_)) => {
                (address()?, "its connection was refused".to_owned(), None)
            }
            Fact::Tcp(tcp::Fact::Unanswered(tried)) if tried.attempts > 1 => {
                (address()?, "it does not answer".to_owned(), None)
            }
            _ => return None,
        };
        Some(Failure { client, at, host, what, name })
    });
    failed.collect()
}

/// Addresses of revocation services, as clients learned them. One address may have several names: the last of them
/// stands for it.
fn addresses<'a>(facts: &'a Facts, hosts: &Set<&str>) -> Map<(IpAddr, IpAddr), &'a str> {
    let mut known: Map<(IpAddr, IpAddr), &str> = Map::default();
    for ((client, name), lookup) in
        facts.lookups.iter().filter(|((_, name), _)| hosts.contains(&**name))
    {
        for (addr, _) in &lookup.addresses {
            let known = known.entry((*client, *addr)).or_insert(name);
            *known = (*known).max(name);
        }
    }
    known
}

/// What DNS said, where it gave no address.
fn unresolved(lookup: &dns::Exchange) -> Option<String> {
    match &lookup.answer {
        None => Some("its name was not resolved, DNS gave no answer".to_owned()),
        Some(answer) if answer.rcode != 0 => Some("its name does not resolve".to_owned()),
        Some(_) => None,
    }
}

/// What became of the fetch, where nothing came of it.
fn unfetched(exchange: &http::Exchange) -> Option<String> {
    match exchange.status {
        None => Some("it did not answer the request".to_owned()),
        Some(status) if status >= 400 => Some(format!("it answered {status}")),
        Some(_) => None,
    }
}

/// The client was shown the chain about when it asked.
fn waits_for(chain: &ChainSeen, failure: &Failure<'_>) -> bool {
    let from = Time(chain.first.time.0.saturating_sub(NEAR_NS));
    let to = Time(chain.last.time.0.saturating_add(NEAR_NS));
    chain.clients.contains(&failure.client) && (from..=to).contains(&failure.at.time)
}

fn unchecked<'a>(failure: &Failure<'a>, server: Endpoint) -> Found<'a> {
    let (client, host) = (failure.client, words::name(failure.host));
    Found::about(&ID, server, failure.at)
        .key(client.to_string())
        .seen_by(Some(Party::Host(client)))
        .topics(failure.name.map(|name| Topic::name(client, name)))
        .title(format!("{client} cannot check the certificate of {server} for revocation at {host}"))
        .cause(format!(
            "{client} asked {host}, which the certificates of {server} name for revocation (OCSP or CRL), and {}. A \
             client that insists refuses the certificate; others wait, and go on.",
            failure.what
        ))
        .remedy(format!(
            "Let {client} reach {host} over HTTP (DNS, firewall, proxy settings of the system account), or let the server \
             staple OCSP answers."
        ))
        .evidence(failure.at, format!("{host}: {}", failure.what))
        .references(&["RFC 5280 section 4.2.1.13", "RFC 6960"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{CLIENT, SERVER, Story, at, certificate, ends, ids};
    use crate::trust::Verdict;
    use crate::wire::x509::Chain;
    use std::sync::Arc;

    /// The client was shown a certificate of ocsp.example's, whose name then gave no address.
    fn story(asked: &str) -> Story {
        let mut leaf = certificate("www", "CA");
        leaf.ocsp = vec!["http://OCSP.example:80/ca".to_owned()];
        let chain = Chain { id: 1, certificates: vec![Arc::new(leaf)], left_out: 0 };
        let seen = ChainSeen {
            chain: Arc::new(chain),
            verdict: Arc::new(Verdict::default()),
            first: at(4, 0),
            last: at(4, 0),
            count: 1,
            mismatch: None,
            sni: None,
            clients: vec![CLIENT],
        };
        let lookup = dns::Exchange {
            dialect: dns::Dialect::Dns,
            opcode: 0,
            qname: asked.into(),
            qtype: 1,
            qclass: 1,
            question: Some(at(5, 1)),
            repeated: None,
            attempts: 1,
            recursive: true,
            answer: Some(dns::Answer { rcode: 2, ..Default::default() }),
        };
        let told = Story::new().two_sided().fact(at(5, 1), ends(), Fact::Dns(Box::new(lookup)));
        told.with(|facts| {
            facts.servers.entry(SERVER).or_default().chains.push(seen);
        })
    }

    #[test]
    fn a_responder_without_an_address_is_named() {
        let findings = story("ocsp.example").findings();
        assert_eq!(ids(&findings), ["dns-servfail[x509-revocation]"]);
    }

    #[test]
    fn other_names_are_no_matter_of_revocation() {
        let findings = story("www.example").findings();
        assert!(!ids(&findings).contains(&ID.id.to_owned()));
    }
}
