//! `clock-skew`: the clock of a host stands apart from those of others.

use super::{Skewed, apart, compare::Shown, shown, skewed, source};
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::proto::clock::Source;
use crate::rules::{Episodes, Found, Id, Rule, words};
use crate::units::At;

/// [`super::fault`] names its findings.
pub(super) const ID: Id = Id::warning(
    "clock-skew",
    Confidence::Likely,
    "The clocks of two hosts differ by more than 300 s",
);

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/clock-skew.md"), explains: &[], check };

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for skewed in skewed(facts) {
        finding(&skewed).into_iter().for_each(|found| episodes.add(found));
    }
}

fn finding<'a>(skewed: &Skewed) -> Option<Found<'a>> {
    let (clock, other) = (&skewed.clock, skewed.others.first()?);
    let (first, last) = clock.offset.read;
    let found = Found::capture(&ID, clock.offset.at)
        .on_host(clock.host)
        .title(title(skewed, other))
        .cause(cause(skewed, other))
        .remedy(remedy(skewed, other))
        .times(1, first.time, last.time)
        .evidence(clock.offset.at, note(clock))
        .evidence(other.offset.at, note(other))
        .references(&["RFC 4120 section 3.2.3", "RFC 5905"]);
    // Pages come out of caches, and whose clock a web server has matters to nobody by itself.
    Some(if clock.source == Source::HttpDate { found.only_below() } else { found })
}

fn title(skewed: &Skewed, other: &Shown) -> String {
    let (host, apart) = (skewed.clock.host, apart(skewed.ahead));
    match skewed.agreeing {
        1 => format!("The clock of {host} is {apart} that of {}", other.host),
        many => format!("The clock of {host} is {apart} those of {many} other hosts"),
    }
}

fn cause(skewed: &Skewed, other: &Shown) -> String {
    let (host, apart) = (skewed.clock.host, apart(skewed.ahead));
    let by = source(skewed.clock.source);
    let effect = "Kerberos refuses more than 5 min, and certificates and tokens may seem expired, or not valid yet.";
    if skewed.agreeing == 1 {
        let other = other.host;
        return format!(
            "By {by} the clock of {host} is {apart} that of {other}. The clock of the capture agrees with {other}, but \
             may be the same one, so which of the two is wrong cannot be told. {effect}"
        );
    }
    let names = words::list(skewed.others.iter().map(|other| other.host));
    let names = match skewed.agreeing - skewed.others.len() {
        0 => names,
        more => format!("{names} and {more} more"),
    };
    let capture = match skewed.capture_agrees {
        true => "which agree with each other and with the clock of the capture",
        false => "which agree with each other (the clock of the capture does not)",
    };
    format!("By {by} the clock of {host} is {apart} those of {names}, {capture}. {effect}")
}

fn remedy(skewed: &Skewed, other: &Shown) -> String {
    let host = skewed.clock.host;
    let whom = match skewed.agreeing {
        1 => format!("Compare {host} and {} with a third clock, and let both", other.host),
        _ => format!("Let {host}"),
    };
    format!(
        "{whom} take the time from the source of the others (w32tm /query /status on Windows, chronyc tracking \
         elsewhere); a virtual machine from its domain or NTP, not from its host as well."
    )
}

fn note(clock: &Shown) -> String {
    let At { time, .. } = clock.offset.at;
    format!(
        "{}: {} reads {}, packet at {}",
        source(clock.source).trim_start_matches("its ").trim_start_matches("the "),
        clock.host,
        shown(time, clock.offset.ns),
        words::moment(time.seconds())
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Success;
    use crate::facts::{Clock, Offset};
    use crate::finding::Party;
    use crate::rules::testing::{CLIENT, SERVER, Story, at, ids, success};
    use crate::units::SECOND;
    use std::net::{IpAddr, Ipv4Addr};

    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 20));
    const THIRD: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 30));

    /// The clock of `host` was read three times in five minutes.
    fn clock(story: Story, host: IpAddr, source: Source, offsets: [i64; 3]) -> Story {
        story.with(|facts| {
            let [least, _, most] = offsets.map(|seconds| seconds * SECOND);
            let offset = Offset {
                ns: least,
                at: at(10, 0),
                range_ns: (least, most),
                read: (at(10, 0), at(12, 300)),
                count: 3,
            };
            let clock = Clock { sources: [(source, offset)].into_iter().collect() };
            facts.clocks.insert((0, host), clock);
        })
    }

    #[test]
    fn two_hosts_apart_one_of_them_with_the_capture() {
        let findings = Story::new().clock(CLIENT, 0).clock(OTHER, 420).findings();
        assert_eq!(ids(&findings), ["clock-skew"]);
        let finding = &findings[0];
        assert_eq!(finding.server, Some(Party::Host(OTHER)));
        assert_eq!(finding.title, "The clock of 192.0.2.20 is 7 min ahead of that of 10.0.0.5");
        assert!(finding.cause.contains("cannot be told"), "{}", finding.cause);
    }

    #[test]
    fn most_hosts_overrule_the_clock_of_the_capture() {
        let story = Story::new().clock(OTHER, 420).clock(THIRD, 421);
        let findings = story.clock(CLIENT, 0).findings();
        assert_eq!(findings[0].server, Some(Party::Host(CLIENT)));
        assert_eq!(
            findings[0].title,
            "The clock of 10.0.0.5 is 7 min behind those of 2 other hosts"
        );
    }

    #[test]
    fn the_partner_is_named_first() {
        let story = Story::new().clock(OTHER, 0).clock(SERVER.addr, 2);
        let story = story.clock(CLIENT, -7200);
        let finding =
            &story.pair(|pair| *pair.entry(Success::Opened) = success(at(1, 0))).findings()[0];
        assert!(finding.cause.contains("2 h behind those of 192.0.2.10, 192.0.2.20"));
    }

    #[test]
    fn a_capture_with_a_rewritten_clock_says_nothing() {
        let year = 365 * 86_400;
        assert!(Story::new().clock(CLIENT, year).findings().is_empty(), "one host, one capture");
        let alike = Story::new().clock(CLIENT, year).clock(OTHER, year + 3);
        assert!(alike.findings().is_empty(), "all alike");
        let apart = Story::new().clock(CLIENT, year).clock(OTHER, 2 * year);
        assert!(apart.findings().is_empty(), "nobody agrees with anybody");
    }

    #[test]
    fn less_than_five_minutes_is_no_matter() {
        assert!(Story::new().clock(CLIENT, 0).clock(OTHER, -300).findings().is_empty());
    }

    #[test]
    fn a_clock_that_was_set_in_between_tells_nothing() {
        let story = Story::new().clock(CLIENT, 0);
        assert!(clock(story, OTHER, Source::Ntlm, [400, 500, 3600]).findings().is_empty());
    }

    #[test]
    fn the_date_of_a_web_server_is_no_finding_by_itself() {
        let story = Story::new().clock(CLIENT, 0);
        let story = clock(story, OTHER, Source::HttpDate, [7200; 3]);
        assert!(story.findings().is_empty());
    }

    #[test]
    fn clocks_of_other_captures_are_not_compared() {
        let story = Story::new().clock(CLIENT, 0).clock(OTHER, 420).with(|facts| {
            let other = facts.clocks.remove(&(0, OTHER)).expect("was put in");
            facts.clocks.insert((1, OTHER), other);
        });
        assert!(story.findings().is_empty());
    }

    #[test]
    fn a_capture_whose_clock_was_set_after_the_start_compares_nothing() {
        let story = Story::new().clock(CLIENT, 0).clock(OTHER, 86_400 * 9_000).with(|facts| {
            let other = facts.clocks.get_mut(&(0, OTHER)).expect("was put in");
            let early = at(1, -86_400 * 9_000);
            (other.sources[0].1.at, other.sources[0].1.read) = (early, (early, early));
            let client = facts.clocks.get_mut(&(0, CLIENT)).expect("was put in");
            client.sources[0].1.read.0 = early;
        });
        assert!(story.findings().is_empty());
    }
}
