//! `dns-wrong-addr`: one of the addresses that DNS gives for a name fails, another works.

use crate::facts::{Facts, Success};
use crate::finding::Confidence;
use crate::proto::tcp;
use crate::rules::{Episodes, Found, Id, Rule, Topic, words};
use crate::units::{At, Endpoint, Ends, SECOND, Time};
use std::net::IpAddr;

const ID: Id = Id::warning(
    "dns-wrong-addr",
    Confidence::Likely,
    "DNS gave an address that fails while another one works",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/dns-wrong-addr.md"),
    explains: &["tcp-icmp", "tcp-refused", "tcp-syn-timeout"],
    check,
};

/// An address that works at about the same time, as the client sees it.
const NEAR_NS: i64 = 60 * SECOND;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for (kept, fact) in facts.tcp() {
        let (at, ends) = (kept.emitted.at, &kept.emitted.ends);
        let how = match fact {
            tcp::Fact::Refused(_) => "refuses the connection",
            tcp::Fact::Unanswered(syns) if syns.attempts > 1 => "does not answer",
            _ => continue,
        };
        let found = other(facts, ends, at.time).map(|other| found(ends, at, how, &other));
        found.into_iter().for_each(|found| episodes.add(found));
    }
}

/// Another address of the same name that worked.
struct Other<'a> {
    name: &'a str,
    /// Where the client was told the address that fails.
    told: At,
    works: Endpoint,
}

fn other<'a>(facts: &'a Facts, ends: &Ends, time: Time) -> Option<Other<'a>> {
    let (client, dead) = (ends.client.addr, ends.server.addr);
    facts.names.get(&dead)?.iter().find_map(|name| {
        let addresses = &facts.lookup(client, name)?.addresses;
        let (_, told) = addresses.iter().find(|(addr, at)| *addr == dead && at.time <= time)?;
        // Over the other family the same host may be reached: that is no wrong record.
        let others = addresses.iter().map(|(addr, _)| *addr);
        let mut others = others.filter(|addr| *addr != dead && addr.is_ipv6() == dead.is_ipv6());
        let works = others.find(|addr| reached(facts, client, *addr, ends.server.port, time))?;
        let works = Endpoint { addr: works, port: ends.server.port };
        Some(Other { name, told: *told, works })
    })
}

fn reached(facts: &Facts, client: IpAddr, addr: IpAddr, port: Option<u16>, time: Time) -> bool {
    let (from, to) = (time.0.saturating_sub(NEAR_NS), time.0.saturating_add(NEAR_NS));
    let pair = facts.pairs.get(&(client, Endpoint { addr, port }));
    pair.is_some_and(|pair| pair.when(Success::Opened).within(Time(from), Time(to)))
}

fn found<'a>(ends: &Ends, at: At, how: &str, other: &Other<'a>) -> Found<'a> {
    let (dead, works, name) = (ends.server, other.works, words::name(other.name));
    Found::between(&ID, ends, at)
        .service(Some(other.name))
        .title(format!("{name} has an address that fails: {dead} {how}, {works} works"))
        .cause(format!(
            "DNS gave {} several addresses for {name}. {dead} {how}, while {works} was reached: a record that is out \
             of date, or one host of several that is down.",
            words::CLIENT
        ))
        .remedy(format!(
            "Bring the service on {} back, or remove its address from the record of {name}.",
            dead.addr
        ))
        .key(other.name)
        .evidence(at, format!("{dead} {how}"))
        .evidence(other.told, format!("the answer that gave {} for {name}", dead.addr))
        .topics([Topic::name(ends.client.addr, other.name)])
        .references(&["RFC 1794"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::proto::Fact;
    use crate::proto::tcp::Attempts;
    use crate::rules::testing::{CLIENT, SERVER, Story, at, ends, ids, success};

    fn refused() -> Story {
        let (first, last) = (at(10, 5), at(10, 5));
        let refused =
            Attempts { attempts: 1, first, last, rst_ttl: None, icmp: None, one_sided: false };
        let story = Story::new().two_sided();
        story.fact(at(11, 5), ends(), Fact::Tcp(tcp::Fact::Refused(refused)))
    }

    /// DNS gave the server's address and another one.
    fn two_addresses(story: Story) -> Story {
        story.found("mail.contoso.com", 1, [192, 0, 2, 10]).with(|facts| {
            let lookup = facts.lookups.get_mut(&(CLIENT, "mail.contoso.com".into()));
            let other = ([192, 0, 2, 11].into(), at(2, 1));
            lookup.expect("is there").addresses.push(other);
        })
    }

    #[test]
    fn one_of_two_addresses_is_dead() {
        let story = two_addresses(refused()).with(|facts| {
            let other = Endpoint { addr: [192, 0, 2, 11].into(), ..SERVER };
            *facts.pairs.entry((CLIENT, other)).or_default().entry(Success::Opened) =
                success(at(12, 6));
        });
        let findings = story.findings();
        assert_eq!(ids(&findings), ["dns-wrong-addr[tcp-refused]"]);
        assert_eq!(findings[0].severity, Severity::Warning);
        assert!(findings[0].title.contains("192.0.2.11:443 works"), "{}", findings[0].title);
        assert_eq!(findings[0].service.as_deref(), Some("mail.contoso.com"));
    }

    #[test]
    fn both_addresses_dead_is_no_matter_of_dns() {
        let findings = two_addresses(refused()).findings();
        assert_eq!(ids(&findings), ["tcp-refused"]);
        assert_eq!(findings[0].service.as_deref(), Some("mail.contoso.com"), "it has its name");
    }
}
