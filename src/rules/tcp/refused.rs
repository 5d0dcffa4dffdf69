//! `tcp-refused`: the server answered a SYN with a reset.

use super::in_vain::InVain;
use super::scan;
use crate::facts::Facts;
use crate::finding::{Confidence, Severity, Told, late};
use crate::proto::tcp::{Attempts, Fact};
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::{At, Ends};
use std::rc::Rc;

const ID: Id =
    Id::error("tcp-refused", Confidence::Certain, "The server refuses connections to this port");

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/tcp-refused.md"),
    explains: super::BEHIND,
    check,
};

/// Mail and FTP servers ask their clients who they are; nobody answers any more.
const IDENT: u16 = 113;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let scans = scan::scans(facts);
    for (client, scan) in scans.iter().filter(|(_, scan)| scan.was_refused()) {
        scan.note(&ID, *client).into_iter().for_each(|note| episodes.add(note));
    }
    let attempts: Vec<_> = facts
        .tcp()
        .filter(|(kept, _)| !scans.contains_key(&kept.emitted.ends.client.addr))
        .filter_map(|(kept, fact)| match fact {
            Fact::Refused(tried) => Some((kept.emitted.at, &kept.emitted.ends, tried)),
            _ => None,
        })
        .collect();
    let services = attempts.iter().filter(|(_, ends, _)| ends.server.port != Some(IDENT));
    let in_vain = Rc::new(InVain::new(facts, services.map(|(at, ends, _)| (*ends, at.time))));
    for (at, ends, tried) in attempts {
        let found = refused(at, ends, tried, in_vain.clone()).topics(super::topic(facts, ends, at));
        episodes.add(in_vain.joined(ends, found));
    }
}

fn refused<'a>(at: At, ends: &'a Ends, tried: &'a Attempts, in_vain: Rc<InVain>) -> Found<'a> {
    let port = ends.server.port.unwrap_or_default();
    let worst = if port == IDENT { Severity::Note } else { Severity::Error };
    let first = move || {
        let syns = words::counted(u64::from(tried.attempts), "SYN");
        format!("first of {syns} to port {port}")
    };
    Found::between(&ID, ends, at)
        .no_worse_than(worst)
        .told(move || words_for(ends, &in_vain))
        .evidence(at, late(move || format!("{} answers the SYN with RST", ends.server)))
        .evidence(tried.first, late(first))
        .references(&["RFC 9293 section 3.5.2"])
        .step(Step::Connected, None)
}

fn words_for(ends: &Ends, in_vain: &InVain) -> Told {
    let (target, ports) = (in_vain.target(ends), in_vain.port_names(ends));
    Told {
        title: format!("{} cannot connect to {target}: connection refused", words::CLIENT),
        cause: format!(
            "{} answered the connection request with a reset: nothing listens on TCP {ports} there, or a \
             firewall is set to reject.",
            ends.server.addr
        ),
        remedy: format!(
            "On {}, check that the service runs and listens on {ports} of this address \
             (netstat -ano, ss -ltnp), then look for a firewall that rejects the port.",
            ends.server.addr
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Success;
    use crate::proto;
    use crate::rules::testing::{SERVER, Story, at, flow, ids, success};
    use crate::units::Endpoint;

    fn tried() -> Fact {
        Fact::Refused(Attempts {
            attempts: 3,
            first: at(1, 0),
            last: at(5, 1),
            rst_ttl: Some(64),
            icmp: None,
            one_sided: false,
        })
    }

    fn story() -> Story {
        Story::new().fact(at(2, 0), flow(1), proto::Fact::Tcp(tried()))
    }

    #[test]
    fn a_refused_client_is_an_error_with_the_reset_first() {
        let findings = story().findings();
        assert_eq!(ids(&findings), ["tcp-refused"]);
        assert_eq!(findings[0].severity, Severity::Error);
        assert_eq!(
            findings[0].title,
            "10.0.0.5 cannot connect to 192.0.2.10:443: connection refused"
        );
        assert_eq!(findings[0].evidence[0].at.frame.number(), 2);
    }

    #[test]
    fn a_service_that_comes_up_seconds_later_is_a_note() {
        let findings =
            story().pair(|pair| *pair.entry(Success::Opened) = success(at(9, 3))).findings();
        assert_eq!(findings[0].severity, Severity::Note);
        assert!(findings[0].cause.contains("Recovered by another connection"));
    }

    #[test]
    fn three_ports_of_a_host_are_one_finding() {
        let mut story = Story::new();
        for port in [80, 515, 9100] {
            let mut ends = flow(u64::from(port));
            ends.server = Endpoint { port: Some(port), ..SERVER };
            story = story.fact(at(u64::from(port), 0), ends, proto::Fact::Tcp(tried()));
        }
        let findings = story.findings();
        let title = "10.0.0.5 cannot connect to 192.0.2.10 ports 80, 515, 9100: connection refused";
        assert_eq!((findings.len(), findings[0].count), (1, 3));
        assert_eq!(findings[0].title, title);
    }

    #[test]
    fn ident_is_refused_everywhere() {
        let mut ends = flow(1);
        ends.server.port = Some(IDENT);
        let findings = Story::new().fact(at(2, 0), ends, proto::Fact::Tcp(tried())).findings();
        assert_eq!(findings[0].severity, Severity::Note);
    }

    #[test]
    fn a_scan_is_one_note_not_a_thousand_errors() {
        let mut story = Story::new();
        for port in 1..=1000 {
            let mut ends = flow(u64::from(port));
            ends.server = Endpoint { port: Some(port), ..SERVER };
            story = story.fact(at(u64::from(port), 0), ends, proto::Fact::Tcp(tried()));
        }
        let findings = story.findings();
        assert_eq!(ids(&findings), ["tcp-refused"]);
        assert_eq!((findings[0].severity, findings[0].count), (Severity::Note, 1000));
        assert!(findings[0].title.contains("1000 ports on 1 host"), "{}", findings[0].title);
    }
}
