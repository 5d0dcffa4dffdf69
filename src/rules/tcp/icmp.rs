//! `tcp-icmp`: a router, firewall or host says by ICMP that the target cannot be reached.

use super::scan;
use crate::facts::{Facts, Kept};
use crate::finding::Confidence;
use crate::proto::tcp::{Fact, Unreachable};
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::{Endpoint, Transport};
use std::collections::BTreeSet;

const ID: Id =
    Id::error("tcp-icmp", Confidence::Certain, "ICMP reports that the service cannot be reached");

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/tcp-icmp.md"),
    explains: &["tcp-syn-timeout"],
    check,
};

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let scans = scan::scans(facts);
    let mut told: BTreeSet<(Endpoint, Endpoint)> = BTreeSet::new();
    for (kept, fact) in facts.tcp() {
        let ends = &kept.emitted.ends;
        let Fact::Unreachable(error) = fact else { continue };
        let syn = error.quotes_syn && ends.transport == Transport::Tcp;
        // A repeated SYN draws a repeated error: one attempt, told once.
        let new = syn
            && !scans.contains_key(&ends.client.addr)
            && told.insert((ends.client, ends.server));
        if let (true, Some(meaning)) = (new, meaning(error)) {
            episodes.add(unreachable(kept, error, meaning));
        }
    }
}

/// What a type and code say, and what to do about it.
struct Meaning {
    name: &'static str,
    cause: &'static str,
    remedy: &'static str,
}

fn unreachable<'a>(kept: &Kept, error: &Unreachable, meaning: &Meaning) -> Found<'a> {
    let (at, ends) = (kept.emitted.at, &kept.emitted.ends);
    let space = if error.v6 { "icmpv6" } else { "icmp" };
    let own = error.sender == ends.server.addr;
    let who = if own { "the target itself".to_owned() } else { error.sender.to_string() };
    Found::between(&ID, ends, at)
        .title(format!(
            "{} cannot connect to {}: {} (says {who})",
            words::CLIENT,
            ends.server,
            meaning.name
        ))
        .cause(format!(
            "{who} answered the SYN with {} type {} code {} ({}): {}.",
            if error.v6 { "ICMPv6" } else { "ICMP" },
            error.kind,
            error.code,
            meaning.name,
            if own { OWN_CAUSE } else { meaning.cause }
        ))
        .remedy(format!("{} Begin at {}.", meaning.remedy, error.sender))
        .key(format!("{space} {}/{} {}", error.kind, error.code, error.sender))
        .evidence(at, format!("ICMP error of {} that quotes the SYN", error.sender))
        .references(if error.v6 {
            &["RFC 4443 section 3.1"]
        } else {
            &["RFC 792", "RFC 1812 section 5.2.7.1"]
        })
        .step(Step::Connected, None)
}

fn meaning(error: &Unreachable) -> Option<&'static Meaning> {
    match (error.v6, error.code) {
        // Packet too big is another matter; it stops no SYN.
        (false, 4) => None,
        (false, 0 | 6 | 11) | (true, 0) => Some(&NO_ROUTE),
        (false, 1 | 5 | 7 | 8 | 12) | (true, 3) => Some(&NO_HOST),
        (false, 2 | 3) | (true, 4) => Some(&NO_PORT),
        (false, 9 | 10 | 13..) | (true, 1 | 5..) => Some(&FILTERED),
        (true, 2) => Some(&NO_ROUTE),
    }
}

/// What it means when no router but the host that was asked for says so.
const OWN_CAUSE: &str =
    "the host is up, and a rule of its own firewall rejects the connection in this way";

const NO_ROUTE: Meaning = Meaning {
    name: "no route to the network",
    cause: "that router knows no way to the target's network",
    remedy: "Correct the route, or the address that the client uses.",
};

const NO_HOST: Meaning = Meaning {
    name: "host unreachable",
    cause: "the last router finds no such host on the target's network (it does not answer ARP or neighbour \
            discovery)",
    remedy: "Check that the host is up, has this address, and is connected to that network.",
};

const NO_PORT: Meaning = Meaning {
    name: "port unreachable",
    cause: "a firewall rejects the port in this way (a host without the service would send a reset)",
    remedy: "Allow the port in the firewall, or correct the port that the client uses.",
};

const FILTERED: Meaning = Meaning {
    name: "prohibited by a filter",
    cause: "an access list or firewall rule forbids this connection",
    remedy: "Change the rule that forbids it, or use the way that is allowed.",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Success;
    use crate::finding::Severity;
    use crate::proto;
    use crate::rules::testing::{Story, at, ends, ids, success};
    use std::net::{IpAddr, Ipv4Addr};

    const ROUTER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));

    fn story(code: u8, quotes_syn: bool) -> Story {
        let error = Unreachable { v6: false, kind: 3, code, sender: ROUTER, quotes_syn };
        let fact = || proto::Fact::Tcp(Fact::Unreachable(error.clone()));
        Story::new().two_sided().fact(at(2, 0), ends(), fact()).fact(at(4, 1), ends(), fact())
    }

    #[test]
    fn a_filter_that_says_so_is_named() {
        let findings = story(13, true).findings();
        assert_eq!(ids(&findings), ["tcp-icmp"]);
        assert_eq!(findings[0].count, 1, "both messages belong to one attempt");
        assert!(findings[0].title.ends_with("prohibited by a filter (says 10.0.0.1)"));
        assert!(findings[0].cause.contains("ICMP type 3 code 13"));
    }

    #[test]
    fn a_target_that_answers_itself_is_no_router() {
        let sender = ends().server.addr;
        let error = Unreachable { v6: false, kind: 3, code: 0, sender, quotes_syn: true };
        let fact = proto::Fact::Tcp(Fact::Unreachable(error));
        let findings = Story::new().two_sided().fact(at(2, 0), ends(), fact).findings();
        assert!(findings[0].cause.starts_with("the target itself answered the SYN"));
        assert!(!findings[0].cause.contains("router"));
    }

    #[test]
    fn errors_about_other_packets_than_a_syn_are_no_finding() {
        assert!(story(3, false).findings().is_empty());
        assert!(story(4, true).findings().is_empty());
    }

    #[test]
    fn a_connection_seconds_later_makes_it_a_note() {
        let findings =
            story(1, true).pair(|pair| *pair.entry(Success::Opened) = success(at(9, 4))).findings();
        assert_eq!(findings[0].severity, Severity::Note);
    }
}
