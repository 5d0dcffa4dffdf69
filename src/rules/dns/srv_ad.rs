//! `dns-srv-ad`: the records by which domain members find domain controllers are not there.

use super::noise::controlled_domain;
use super::resolver;
use super::want::{Try, Want, wants};
use crate::facts::{Facts, Lookup};
use crate::finding::{Confidence, Party, Severity};
use crate::proto::dns::{Answer, Exchange};
use crate::rules::{Episodes, Found, Id, Rule, Topic, words};
use crate::wire::dns::kind;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

const ID: Id =
    Id::error("dns-srv-ad", Confidence::Certain, "Domain controller records are not found in DNS");

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/dns-srv-ad.md"),
    explains: resolver::SYMPTOMS,
    check,
};

/// What the locator of Windows asks below.
const LOCATOR: &str = "._msdcs.";

/// Look-ups for the site come first and fall back.
const SITES: &str = "._sites.";

/// Names that are looked at for one domain.
const NAMES_MAX: usize = 64;

/// Controllers that are found this long before or after are the ones that were looked for, seconds.
const NEAR: i64 = 60;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let wants = wants(&episodes.tries(), is_missing);
    let mut domains: BTreeMap<(IpAddr, &str), Vec<&Want<'_>>> = BTreeMap::new();
    for want in &wants {
        if let Some(domain) = controlled_domain(want.name) {
            domains.entry((want.client, domain)).or_default().push(want);
        }
    }
    if domains.is_empty() {
        return;
    }
    let (found, with_tickets) = (found(facts), clients_with_tickets(facts));
    for ((client, domain), wants) in domains {
        let found = found.get(&(client, domain)).map_or(&[][..], Vec::as_slice);
        if let Some(severity) = severity(with_tickets.contains(&client), &wants)
            && !wants.iter().any(|want| is_found(want, found))
        {
            let missing = missing(client, domain, &wants, severity);
            missing.into_iter().for_each(|missing| episodes.add(missing));
        }
    }
}

/// How bad it is that these records are missing; `None`: it is usual. Members of a domain take any server's name for a
/// domain's and ask for its controllers; Kerberos libraries ask for KDCs that they are told by other means.
fn severity(has_tickets: bool, wants: &[&Want<'_>]) -> Option<Severity> {
    let whole = || wants.iter().filter(|want| !want.name.contains(SITES));
    let kerberos = whole().any(|want| want.name.starts_with("_kerberos"));
    match whole().any(|want| want.name.contains(LOCATOR)) {
        true => Some(Severity::Error),
        false if kerberos && !has_tickets => Some(Severity::Warning),
        false => None,
    }
}

fn clients_with_tickets(facts: &Facts) -> BTreeSet<IpAddr> {
    facts.tickets.keys().map(|(client, _)| *client).collect()
}

/// Controllers of the domain were found at about the same time.
fn is_found(want: &Want<'_>, found: &[(&str, &Lookup)]) -> bool {
    let (from, to) = want.span(NEAR, NEAR);
    found.iter().any(|(_, lookup)| lookup.found.within(from, to))
}

/// No such name, or nothing there.
fn is_missing(tried: &Try<'_>) -> bool {
    let empty = |answer: &Answer| answer.answers == 0 && !answer.truncated;
    let failed = |exchange: &Exchange| match tried.rcode {
        Some(0) => exchange.answer.as_ref().is_some_and(empty),
        rcode => rcode == Some(3),
    };
    tried.qtype == kind::SRV
        && failed(tried.exchange)
        && controlled_domain(&tried.exchange.qname).is_some()
}

/// Names under which each client found controllers of a domain.
type Controllers<'a> = BTreeMap<(IpAddr, &'a str), Vec<(&'a str, &'a Lookup)>>;

fn found(facts: &Facts) -> Controllers<'_> {
    let mut found = Controllers::new();
    for ((client, name), lookup) in &facts.lookups {
        if let Some(domain) = controlled_domain(name).filter(|_| lookup.found.count > 0) {
            found.entry((*client, domain)).or_default().push((name, lookup));
        }
    }
    for names in found.values_mut() {
        names.sort_unstable_by_key(|(name, _)| *name);
        names.truncate(NAMES_MAX);
    }
    found
}

fn missing<'a>(
    client: IpAddr,
    domain: &'a str,
    wants: &[&Want<'a>],
    severity: Severity,
) -> Option<Found<'a>> {
    let server = wants.first()?.server().addr;
    let shown = |tried: &Try<'_>| format!("no record for {}", resolver::question(tried));
    let found = resolver::found(&ID, wants, shown)?
        .client(Party::Host(client))
        .no_worse_than(severity)
        .title(format!(
            "{} finds no domain controller of {}: no such record at {server}",
            words::CLIENT,
            words::name(domain)
        ))
        .cause(cause(domain, wants))
        .remedy(format!(
            "Point {} to the DNS servers of the domain only; if {server} is one of them, let the domain controllers \
             register their records again (`nltest /dsregdns`, service Netlogon).",
            words::CLIENT
        ))
        .key(domain)
        .topics([Topic::realm(client, domain), Topic::name(client, domain)])
        .references(&["MS-ADTS section 6.3.6", "RFC 2782"]);
    Some(resolver::explained(coded(found, wants), wants).0)
}

fn coded<'a>(found: Found<'a>, wants: &[&Want<'a>]) -> Found<'a> {
    match wants.iter().flat_map(|want| want.answers()).any(|answer| answer.rcode == 3) {
        true => found.code("dns_rcode", 3, "NXDOMAIN"),
        false => found,
    }
}

fn cause(domain: &str, wants: &[&Want<'_>]) -> String {
    let server = wants.first().map_or_else(String::new, |want| want.server().addr.to_string());
    let names = words::list(wants.iter().map(|want| want.name));
    format!(
        "{server} has no records of controllers of {}: it is not a DNS server of that domain, or the controllers did \
         not register there. Without them there is no Kerberos and no logon to the domain (0xC000005E, 1311). \
         Asked for: {names}.",
        words::name(domain)
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::question;
    use super::*;
    use crate::proto::dns::Answer;
    use crate::rules::testing::{Story, at, ids};

    const ALL: &str = "_ldap._tcp.dc._msdcs.contoso.com";
    const SITE: &str = "_ldap._tcp.berlin._sites.dc._msdcs.contoso.com";

    fn missing(name: &str) -> Exchange {
        let answer = Some(Answer { rcode: 3, ..Answer::default() });
        Exchange { qtype: kind::SRV, answer, ..question(name, at(1, 0)) }
    }

    #[test]
    fn a_resolver_that_does_not_know_the_domain() {
        let story = Story::new().exchange(1, 0, missing(SITE)).exchange(3, 0, missing(ALL));
        let findings = story.findings();
        assert_eq!(ids(&findings), ["dns-srv-ad"]);
        assert_eq!((findings[0].severity, findings[0].count), (Severity::Error, 2));
        assert!(findings[0].title.contains("controller of contoso.com:"), "{}", findings[0].title);
    }

    #[test]
    fn a_site_without_controllers_falls_back() {
        let story = Story::new().exchange(1, 0, missing(SITE));
        assert!(story.findings().is_empty());
        let story = Story::new().exchange(1, 0, missing(SITE)).exchange(3, 0, missing(ALL));
        assert!(story.found(ALL, 1, [0; 4]).findings().is_empty());
    }

    #[test]
    fn the_name_of_a_server_is_no_domain() {
        let story = Story::new().exchange(1, 0, missing("_ldap._tcp.dc1.contoso.com"));
        assert!(story.findings().is_empty());
    }

    #[test]
    fn a_realm_without_records_is_a_warning() {
        let findings =
            Story::new().exchange(1, 0, missing("_kerberos._udp.contoso.com")).findings();
        assert_eq!((ids(&findings).len(), findings[0].severity), (1, Severity::Warning));
    }
}
