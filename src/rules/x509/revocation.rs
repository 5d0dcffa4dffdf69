//! `x509-revocation`: a client could not fetch the OCSP answer or the revocation list of a certificate that it was shown.

use crate::facts::{ChainSeen, Facts, sorted};
use crate::finding::{Confidence, Party};
use crate::proto::{Fact, dns, http, tcp};
use crate::rules::{Episodes, FaultKey, Found, Id, Rule, Topic, words};
use crate::units::{At, Endpoint, SECOND, Time};
use std::collections::{BTreeMap, BTreeSet};
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
    host: String,
    /// What failed.
    what: String,
    /// What of DNS explains it.
    name: Option<&'a str>,
}

/// Names the finding about the revocation services of a server's certificates, as one client met it.
pub(in crate::rules) fn fault(client: IpAddr, server: Endpoint) -> FaultKey {
    FaultKey { id: ID.id, server: Party::Service(server), key: client.to_string().into() }
}

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let shown = shown(facts);
    if shown.is_empty() {
        return;
    }
    for failure in failures(facts, &shown) {
        let served = shown.get(&failure.host).into_iter().flatten();
        for (server, _) in served.filter(|(_, chain)| waits_for(chain, &failure)) {
            episodes.add(unchecked(&failure, *server));
        }
    }
}

type Shown<'a> = BTreeMap<String, Vec<(Endpoint, &'a ChainSeen)>>;

/// The chains that servers showed, by the hosts of their revocation services.
fn shown(facts: &Facts) -> Shown<'_> {
    let mut shown = Shown::new();
    for (endpoint, server) in sorted(&facts.servers) {
        for chain in &server.chains {
            let urls = chain.chain.certificates.iter().flat_map(|c| c.ocsp.iter().chain(&c.crl));
            let hosts: BTreeSet<String> = urls.filter_map(|url| host(url)).collect();
            for host in hosts {
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

fn failures<'a>(facts: &'a Facts, shown: &Shown<'_>) -> Vec<Failure<'a>> {
    let addresses = addresses(facts, shown);
    let failed = facts.kept.iter().filter_map(|kept| {
        let (client, at) = (kept.emitted.ends.client.addr, kept.emitted.at);
        let (host, what, name) = match &kept.emitted.fact {
            Fact::Dns(lookup) => {
                (lookup.qname.to_string(), unresolved(lookup)?, Some(&*lookup.qname))
            }
            Fact::Http(exchange) if exchange.revocation => {
                (exchange.host.as_deref()?.to_owned(), unfetched(exchange)?, None)
            }
            Fact::Tcp(tcp::Fact::Refused(_)) => {
                let host = addresses.get(&(client, kept.emitted.ends.server.addr))?;
                (host.clone(), "its connection was refused".to_owned(), None)
            }
            Fact::Tcp(tcp::Fact::Unanswered(tried)) if tried.attempts > 1 => {
                let host = addresses.get(&(client, kept.emitted.ends.server.addr))?;
                (host.clone(), "it does not answer".to_owned(), None)
            }
            _ => return None,
        };
        shown.contains_key(&host).then_some(Failure { client, at, host, what, name })
    });
    failed.collect()
}

/// Addresses of revocation services, as clients learned them.
fn addresses(facts: &Facts, shown: &Shown<'_>) -> BTreeMap<(IpAddr, IpAddr), String> {
    let mut known = BTreeMap::new();
    for ((client, name), lookup) in &facts.lookups {
        if shown.contains_key(&**name) {
            let each =
                lookup.addresses.iter().map(|(addr, _)| ((*client, *addr), name.to_string()));
            known.extend(each);
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
    let (client, host) = (failure.client, words::name(&failure.host));
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
