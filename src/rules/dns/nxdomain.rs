//! `dns-nxdomain`: the name that the client needs does not exist.

use super::noise::looks_random;
use super::resolved::{Resolved, first_label};
use super::resolver::{self, MANY_NAMES, by_resolver};
use super::want::{Try, Want, wants, without_forwarders};
use crate::facts::{Facts, Map};
use crate::finding::{Confidence, Severity, Told};
use crate::rules::{Episodes, Found, Id, Rule, Set, words};
use crate::units::SECOND;
use smallvec::SmallVec;
use std::net::IpAddr;

const ID: Id = Id::error(
    "dns-nxdomain",
    Confidence::Certain,
    "The name that the client needed does not exist",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/dns-nxdomain.md"),
    explains: resolver::SYMPTOMS,
    check,
};

/// Name Error
const NXDOMAIN: u16 = 3;

/// This many random names at once are a browser's.
const PROBES_MIN: usize = 3;

/// Names asked for within this time may be one name with several suffixes.
const AT_ONCE_NS: i64 = 2 * SECOND;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let wants = without_forwarders(wants(&episodes.tries(), |tried| tried.failed_with(NXDOMAIN)));
    let resolved = Resolved::of(facts, &wants);
    let probes = probes(&wants);
    let missed = wants.iter().filter(|want| {
        resolver::names_host(want) && !probes.contains(&group(want)) && !resolved.is_over(want)
    });
    let missed = without_variants(missed.collect());
    let (needed, rest): (Vec<_>, Vec<_>) =
        missed.into_iter().partition(|want| resolved.is_needed(want));
    for (wants, severity) in [(needed, Severity::Error), (rest, Severity::Note)] {
        for group in by_resolver(wants).into_values() {
            let together = if group.len() >= MANY_NAMES { group.len() } else { 1 };
            for wants in group.chunks(together) {
                let found = found(wants, severity);
                found.into_iter().for_each(|found| episodes.add(found));
            }
        }
    }
}

/// What browsers ask for at once to find out whether a resolver makes answers up: by client, suffix and second.
fn probes<'a>(wants: &[Want<'a>]) -> Set<(IpAddr, &'a str, i64)> {
    let mut counts: Map<_, usize> = Map::default();
    for want in wants.iter().filter(|want| looks_random(first_label(want.name))) {
        *counts.entry(group(want)).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count >= PROBES_MIN).map(|(group, _)| group).collect()
}

fn group<'a>(want: &Want<'a>) -> (IpAddr, &'a str, i64) {
    let suffix = want.name.split_once('.').map_or("", |(_, suffix)| suffix);
    (want.client, suffix, want.begin().seconds())
}

/// One name with several suffixes is one name: the shortest.
fn without_variants<'w, 'a>(missed: Vec<&'w Want<'a>>) -> Vec<&'w Want<'a>> {
    let mut by_label: Map<(IpAddr, &str), SmallVec<[&Want<'a>; 2]>> = Map::default();
    for want in &missed {
        by_label.entry((want.client, first_label(want.name))).or_default().push(want);
    }
    let is_variant = |want: &Want<'a>| {
        let alike = by_label.get(&(want.client, first_label(want.name)));
        alike.into_iter().flatten().take(64).any(|other| {
            let near = want.begin().since(other.begin()).abs() <= AT_ONCE_NS;
            let tail = want.name.strip_prefix(other.name);
            near && tail.is_some_and(|tail| tail.starts_with('.'))
        })
    };
    missed.into_iter().filter(|want| !is_variant(want)).collect()
}

fn found<'a>(wants: &[&Want<'a>], severity: Severity) -> Option<Found<'a>> {
    let shown = |tried: &Try<'_>| format!("Name Error for {}", resolver::question(tried));
    let found = resolver::found(&ID, wants, shown)?
        .no_worse_than(severity)
        .key(resolver::key(wants))
        .code("dns_rcode", NXDOMAIN.into(), "NXDOMAIN")
        .references(&["RFC 1035 section 4.1.1", "RFC 2308 section 2.1"]);
    Some(resolver::put_into_words(found, wants, words_for))
}

fn words_for(wants: &[&Want<'_>]) -> Told {
    let Some(first) = wants.first() else { return Told::default() };
    let (client, names, server) = (words::CLIENT, resolver::names(wants), first.server().addr);
    let (extended, listed) = (resolver::explanation(wants), resolver::listed(wants));
    Told {
        title: format!("{client} cannot resolve {names}: Name Error from {server}"),
        cause: format!("{}{extended}{listed}", cause(wants)),
        remedy: remedy(first),
    }
}

fn cause(wants: &[&Want<'_>]) -> String {
    let Some(want) = wants.first() else { return String::new() };
    let server = want.server().addr;
    let what = match wants {
        [one] => format!("{server} says that {} does not exist (NXDOMAIN)", words::name(one.name)),
        _ => format!("{server} says that these names do not exist (NXDOMAIN)"),
    };
    let found = match want.is_repeated() {
        true => format!("{} asked {} times and found it nowhere.", words::CLIENT, want.attempts()),
        false => format!("{} found it nowhere else.", words::CLIENT),
    };
    format!("{what}{}. {found}", zone(want))
}

/// Who says so: the zone, and whether the server itself is responsible for it.
fn zone(want: &Want<'_>) -> String {
    let own = want.answers().any(|answer| answer.authoritative);
    let zone = want.answers().find_map(|answer| answer.zone.as_deref());
    match zone {
        Some(".") => ", because there is no such top-level domain: the name is private, and this server asks the \
                      public tree"
            .to_owned(),
        Some(zone) if own => format!(", and it holds the zone {} itself", words::name(zone)),
        Some(zone) => format!(": the zone {} exists, the name in it does not", words::name(zone)),
        None => String::new(),
    }
}

fn remedy(want: &Want<'_>) -> String {
    let zone = want.answers().find_map(|answer| answer.zone.as_deref()).filter(|zone| *zone != ".");
    let place = zone.map_or_else(String::new, |zone| format!(" in the zone {}", words::name(zone)));
    format!(
        "Create a record for {}{place}, or correct the name (or the suffix) that {} is told to use; where the name \
         is known to another DNS server only, point {} to that one.",
        words::name(want.name),
        words::CLIENT,
        words::CLIENT
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{OTHER, RESOLVER, ends, question};
    use super::*;
    use crate::proto::Fact;
    use crate::proto::dns::{Answer, Exchange, ExtendedError};
    use crate::rules::Topic;
    use crate::rules::testing::{CLIENT, Story, at, ids};
    use crate::units::{Endpoint, Ends};
    use crate::wire::dns::kind;

    #[test]
    fn the_gateway_does_not_find_the_mail_server() {
        let findings = Story::new().answered(1, 0, "mail.contoso.com", 3).findings();
        assert_eq!(ids(&findings), ["dns-nxdomain"]);
        let finding = &findings[0];
        assert_eq!((finding.severity, finding.confidence), (Severity::Error, Confidence::Certain));
        assert_eq!(
            finding.title,
            "10.0.0.5 cannot resolve mail.contoso.com: Name Error from 10.0.0.6"
        );
        let frames: Vec<_> = finding.evidence.iter().map(|shown| shown.at.frame.number()).collect();
        assert_eq!(frames, [2, 1]);
    }

    #[test]
    fn first_server_says_no_second_says_yes() {
        let story = Story::new().answered(1, 0, "mail.contoso.com", 3);
        assert!(story.found("mail.contoso.com", 2, [192, 0, 2, 1]).findings().is_empty());
    }

    #[test]
    fn what_is_repaired_an_hour_later_was_an_error() {
        let story = Story::new().busy().answered(1, 0, "mail.contoso.com", 3);
        let findings = story.found("mail.contoso.com", 3600, [192, 0, 2, 1]).findings();
        assert_eq!(findings[0].severity, Severity::Error);
    }

    #[test]
    fn search_suffixes_are_noise_once_one_fits() {
        for (tried, right) in [
            ("www.example.org.contoso.com", "www.example.org"),
            ("files.contoso.com", "files.corp.contoso.com"),
            ("files.contoso.com", "files"),
            ("a.b.contoso.com", "a.b.fabrikam.com"),
        ] {
            let story = Story::new().answered(1, 10, tried, 3);
            assert!(
                story.found(right, 11, [192, 0, 2, 1]).findings().is_empty(),
                "{tried} {right}"
            );
        }
        let other = Story::new().answered(1, 10, "www.contoso.com", 3);
        let findings = other.found("www.example.org", 9, [192, 0, 2, 1]).findings();
        assert_eq!(ids(&findings), ["dns-nxdomain"], "another host called www, before");
    }

    #[test]
    fn a_name_with_all_suffixes_in_vain_is_one_finding() {
        let story = Story::new().answered(1, 0, "files.contoso.com.corp.contoso.com", 3).answered(
            3,
            0,
            "files.contoso.com",
            3,
        );
        let findings = story.findings();
        assert_eq!(ids(&findings), ["dns-nxdomain"]);
        assert!(findings[0].title.contains("files.contoso.com:"), "{}", findings[0].title);
    }

    #[test]
    fn one_name_among_many_good_ones_is_a_note_until_the_client_comes_back_for_it() {
        let once = Story::new().busy().answered(1, 0, "typo.contoso.com", 3);
        assert_eq!(once.findings()[0].severity, Severity::Note);
        let again = Story::new().busy().answered(1, 0, "typo.contoso.com", 3).answered(
            3,
            20,
            "typo.contoso.com",
            3,
        );
        let findings = again.findings();
        assert_eq!((findings[0].severity, findings[0].count), (Severity::Error, 2));
    }

    #[test]
    fn what_systems_try_on_the_off_chance_is_nothing() {
        for name in ["wpad.contoso.com", "4.3.2.1.in-addr.arpa", "qwertyuiop", "_dmarc.contoso.com"]
        {
            assert!(Story::new().answered(1, 0, name, 3).findings().is_empty(), "{name}");
        }
        let random = ["hkqzmxwvbt.contoso.com", "plokmijnuh.contoso.com", "wsxedcrfv.contoso.com"];
        let story = random.iter().zip([1, 3, 5]);
        let story =
            story.fold(Story::new(), |story, (name, number)| story.answered(number, 0, name, 3));
        assert!(story.findings().is_empty());
    }

    #[test]
    fn a_name_without_services_or_text_is_nothing() {
        let answer = Answer { rcode: 3, ..Answer::default() };
        for qtype in [kind::SRV, kind::PTR, 16, 15, 65] {
            let exchange = Exchange {
                qtype,
                answer: Some(answer.clone()),
                ..question("mail.contoso.com", at(1, 0))
            };
            assert!(Story::new().exchange(1, 0, exchange).findings().is_empty(), "{qtype}");
        }
    }

    #[test]
    fn many_names_at_one_server_are_one_finding() {
        let names: Vec<_> = (0..9).map(|n| format!("host{n}.contoso.com")).collect();
        let story = names.iter().enumerate().fold(Story::new(), |story, (n, name)| {
            story.answered(2 * n as u64 + 1, 5 * n as i64, name, 3)
        });
        let findings = story.findings();
        assert_eq!(ids(&findings), ["dns-nxdomain"]);
        assert!(findings[0].title.contains("9 names"), "{}", findings[0].title);
        assert!(findings[0].cause.contains("host8.contoso.com"), "{}", findings[0].cause);
    }

    #[test]
    fn the_zone_and_the_extended_error_are_told() {
        let extended = vec![ExtendedError { code: 15, text: "by policy".into() }];
        let zone = Some("contoso.com".into());
        let answer = Answer { rcode: 3, authoritative: true, zone, extended, ..Answer::default() };
        let exchange = Exchange { answer: Some(answer), ..question("mail.contoso.com", at(1, 0)) };
        let findings = Story::new().exchange(1, 0, exchange).findings();
        let cause = &findings[0].cause;
        assert!(cause.contains("holds the zone contoso.com itself"), "{cause}");
        assert!(cause.contains("15 Blocked") && cause.contains("by policy"), "{cause}");
        assert!(findings[0].codes.iter().any(|code| (code.space, code.code) == ("dns_ede", 15)));
    }

    #[test]
    fn a_failure_is_tied_to_its_name() {
        let facts = Story::new().answered(1, 0, "mail.contoso.com", 3).facts();
        let tries: Vec<_> = crate::rules::dns::tries(&facts).collect();
        let wants = wants(&tries, |_| true);
        let found = found(&[&wants[0]], Severity::Error).expect("is one");
        assert_eq!(found.topics[0], Topic::name(CLIENT, "Mail.Contoso.com."));
        assert_eq!(found.topics[1], Topic::name_of_anybody("mail.contoso.com"));
    }

    #[test]
    fn a_forwarder_passes_on_what_it_was_told() {
        let answer = Answer { rcode: 3, ..Answer::default() };
        let asked = Exchange { answer: Some(answer), ..question("mail.contoso.com", at(3, 0)) };
        let upstream = Ends {
            client: Endpoint { addr: RESOLVER, port: Some(50_000) },
            server: Endpoint { addr: OTHER, port: Some(53) },
            ..ends(3)
        };
        let story = Story::new().fact(at(4, 0), upstream, Fact::Dns(Box::new(asked)));
        let findings = story.answered(1, 0, "mail.contoso.com", 3).findings();
        assert_eq!(ids(&findings), ["dns-nxdomain"]);
        assert!(findings[0].title.starts_with("10.0.0.5 "), "{}", findings[0].title);
    }

    #[test]
    fn updates_are_not_look_ups() {
        let answer = Some(Answer { rcode: 3, ..Answer::default() });
        let update = Exchange { opcode: 5, answer, ..question("mail.contoso.com", at(1, 0)) };
        let fact = Fact::Dns(Box::new(update));
        assert!(Story::new().fact(at(2, 0), ends(1), fact).findings().is_empty());
    }
}
