//! `krb-no-kdc`: no KDC that the client tried gives an answer.

use super::kdc_tries::{Answered, How, Try, just_before, tries};
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::rules::licence::{self, Licence};
use crate::rules::{Episodes, Found, Id, Rule, Topic, words};
use crate::units::{Endpoint, Ends, SECOND, Time};
use std::collections::BTreeSet;
use std::net::IpAddr;

const ID: Id = Id::error("krb-no-kdc", Confidence::Likely, "No domain controller (KDC) answers");

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/krb-no-kdc.md"),
    explains: &["krb-ntlm-fallback", "tcp-syn-timeout", "tcp-refused", "tcp-icmp"],
    check,
};

/// A KDC that lives answers at once; clients wait this long for the last one.
const TIMEOUT: i64 = 5 * SECOND;

/// An answer of any KDC this soon makes up for a try.
const SOON: i64 = 30 * SECOND;

/// Tries this far apart are troubles of their own.
const PAUSE: i64 = 120 * SECOND;

/// KDCs that one finding names, and tries that it shows.
const NAMED_MAX: usize = 6;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let tries = tries(facts);
    let answered = Answered::new(facts, &episodes.failures(), &tries.keys().copied().collect());
    for (client, tries) in tries {
        let in_vain = tries.iter().filter(|tried| {
            let until = Time(tried.last.0.saturating_add(SOON));
            !answered.within(client, just_before(tried.at.time), until)
        });
        let in_vain: Vec<_> = in_vain.filter_map(|tried| licensed(facts, *tried)).collect();
        if in_vain.is_empty() {
            continue;
        }
        let realms = tries.iter().filter_map(|tried| tried.realm);
        let realms: BTreeSet<&str> =
            realms.collect::<BTreeSet<_>>().into_iter().take(NAMED_MAX).collect();
        for trouble in in_vain.chunk_by(|(one, _), (next, _)| next.at.time.since(one.last) < PAUSE)
        {
            found(client, trouble, &realms).into_iter().for_each(|found| episodes.add(found));
        }
    }
}

/// A try with what its silence is worth; a reset is an answer of its own.
fn licensed<'a>(facts: &Facts, tried: Try<'a>) -> Option<(Try<'a>, Confidence)> {
    let licence = match tried.how {
        How::Refused => Licence::Full,
        How::Silent | How::NoConnection => licence::absence(facts, tried.ends, tried.at, TIMEOUT),
    };
    Some((tried, licence.confidence()?))
}

/// One trouble of a client: a finding for each conversation, which fold into one. A single packet may have been lost.
fn found<'a>(
    client: IpAddr,
    trouble: &[(Try<'a>, Confidence)],
    realms: &BTreeSet<&'a str>,
) -> Vec<Found<'a>> {
    let sent: u32 = trouble.iter().map(|(tried, _)| tried.attempts).sum();
    let Some((first, _)) = trouble.first().filter(|_| sent > 1) else { return Vec::new() };
    let mut confidence = Confidence::Certain;
    let mut servers: Vec<Endpoint> = Vec::new();
    for (tried, worth) in trouble {
        confidence = confidence.min(*worth);
        if servers.len() < NAMED_MAX && !servers.contains(&tried.ends.server) {
            servers.push(tried.ends.server);
        }
    }
    let said = Said { client, first, servers, realms };
    trouble.iter().map(|(tried, _)| said.found(tried).at_most(confidence)).collect()
}

/// What all tries of a trouble have in common.
struct Said<'t, 'a> {
    client: IpAddr,
    first: &'t Try<'a>,
    servers: Vec<Endpoint>,
    realms: &'t BTreeSet<&'a str>,
}

impl<'a> Said<'_, 'a> {
    fn found(&self, tried: &Try<'a>) -> Found<'a> {
        // All stand under the first KDC, each with the conversation that it speaks of.
        let ends = Ends { server: self.first.ends.server, ..*tried.ends };
        let realm = match self.realms.is_empty() {
            true => String::new(),
            false => {
                format!(" of {}", words::list(self.realms.iter().map(|name| words::name(name))))
            }
        };
        let servers = words::list(&self.servers);
        let hosts: Vec<IpAddr> = self.servers.iter().map(|server| server.addr).collect();
        Found::between(&ID, &ends, tried.at)
            .title(format!("{} gets no answer from any KDC{realm}: {servers}", words::CLIENT))
            .cause(format!(
                "No domain controller that {} tried answers: {servers}. {} Without one there is no logon and no \
                 ticket; Windows reports 1311 (no logon servers, 0xC000005E) or 0x80090311.",
                words::CLIENT,
                self.why()
            ))
            .remedy(format!(
                "Check from {} that TCP and UDP port 88 of {} can be reached (Test-NetConnection -Port 88), that the \
                 KDC service runs, and that DNS (_kerberos._tcp) and the site lead to domain controllers that live.",
                words::CLIENT,
                words::list(hosts)
            ))
            .key("no answer")
            .service(self.realms.first().copied())
            .times(1, tried.at.time, tried.last)
            .code("ntstatus", 0xC000_005E, "STATUS_NO_LOGON_SERVERS")
            .references(&["RFC 4120 section 7.2"])
            .evidence(tried.at, shown(tried))
            .topics(self.realms.iter().map(|realm| Topic::realm(self.client, realm)))
    }

    fn why(&self) -> &'static str {
        match self.first.how {
            How::Silent => {
                "A firewall drops port 88, the KDC is down, or the answers find no way back."
            }
            How::NoConnection => {
                "Connections to TCP/88 do not come to stand: a firewall drops them, or the hosts are down."
            }
            How::Refused => {
                "TCP/88 is refused: the KDC service does not run there, or a firewall rejects the port."
            }
        }
    }
}

fn shown(tried: &Try<'_>) -> String {
    let server = tried.ends.server;
    let sent = words::counted(tried.attempts.into(), "time");
    match tried.how {
        How::Silent => format!("request to {server}, sent {sent}, no answer"),
        How::NoConnection => format!("SYN to {server}, sent {sent}, no answer"),
        How::Refused => format!("SYN to {server}, refused"),
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::{Confidence, Severity};
    use crate::proto::Fact;
    use crate::proto::krb5::Exchange;
    use crate::proto::tcp::{self, Attempts};
    use crate::rules::testing::{Story, at, ids};
    use crate::rules::testing_krb5::{KDC, asking, fact, issue, kdc, logon};
    use crate::units::{Ends, Transport};

    fn silent(host: u8) -> Story {
        unanswered(Story::new().two_sided(), host)
    }

    fn unanswered(story: Story, host: u8) -> Story {
        let number = u64::from(host);
        let asked = Exchange { attempts: 3, ..logon() };
        story.fact(at(number, i64::from(host)), asking(kdc(host), number), fact(asked))
    }

    #[test]
    fn three_silent_controllers_are_one_finding() {
        let findings = unanswered(unanswered(silent(1), 2), 3).findings();
        assert_eq!(ids(&findings), ["krb-no-kdc"]);
        let finding = &findings[0];
        assert_eq!((finding.severity, finding.confidence), (Severity::Error, Confidence::Likely));
        assert_eq!((finding.count, finding.evidence.len()), (3, 3));
        assert_eq!(
            finding.title,
            "10.0.0.5 gets no answer from any KDC of EXAMPLE.COM: 192.0.2.1:88, 192.0.2.2:88, 192.0.2.3:88"
        );
    }

    #[test]
    fn a_second_controller_that_answers_makes_it_nothing() {
        let story = silent(1)
            .with(|facts| issue(facts, "krbtgt/example.com", "alice@example.com", at(9, 8)));
        assert!(story.findings().is_empty());
    }

    #[test]
    fn one_packet_or_a_capture_that_ends_proves_nothing() {
        let once = Exchange { attempts: 1, ..logon() };
        let story = Story::new().two_sided().fact(at(1, 0), asking(KDC, 1), fact(once));
        assert!(story.findings().is_empty());
        assert!(silent(1).capture_until(3).findings().is_empty());
    }

    #[test]
    fn refused_connections_to_port_88_lie_below() {
        let ends = Ends { transport: Transport::Tcp, ..asking(KDC, 5) };
        let (first, last) = (at(5, 0), at(6, 1));
        let syns =
            Attempts { attempts: 2, first, last, rst_ttl: None, icmp: None, one_sided: false };
        let refused = Fact::Tcp(tcp::Fact::Refused(syns));
        let findings = Story::new().two_sided().fact(at(6, 1), ends, refused).findings();
        assert_eq!(ids(&findings), ["krb-no-kdc[tcp-refused]"]);
    }
}
