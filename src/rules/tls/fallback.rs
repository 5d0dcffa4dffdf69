//! `tls-fallback`: after a failure the client comes back within seconds with lower versions.

use crate::codes::version_name;
use crate::facts::Facts;
use crate::finding::{Confidence, Told, late};
use crate::rules::attempt::Attempt;
use crate::rules::places::Places;
use crate::rules::{Episodes, Found, Id, Rule, words};
use crate::units::{Endpoint, SECOND};
use std::net::IpAddr;

const ID: Id = Id::warning(
    "tls-fallback",
    Confidence::Likely,
    "The client comes back with a lower TLS version after a failure",
);

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/tls-fallback.md"), explains: &[], check };

/// A retry comes within seconds.
const RETRY: i64 = 10 * SECOND;

fn check<'a>(_: &'a Facts, episodes: &mut Episodes<'a>) {
    let attempts = &episodes.handshakes().attempts;
    // The last attempt of each is found by its number: most have no other, and are not copied about.
    let mut last = Places::with_capacity(attempts.len());
    for attempt in attempts {
        let numbered = |number: u32| attempts.get(number as usize);
        let same = |number| numbered(number).is_some_and(|last| who(last) == who(attempt));
        let before = last.replace(last.hash(who(attempt)), attempt.number, same);
        let first = before.and_then(numbered).filter(|first| is_fallback(first, attempt));
        first.into_iter().for_each(|first| episodes.add(fell_back(*first, *attempt)));
    }
}

/// A client, a server and the name that it was asked by.
fn who<'a>(attempt: &Attempt<'a>) -> (IpAddr, Endpoint, Option<&'a str>) {
    let ends = attempt.ends();
    (ends.client.addr, ends.server, attempt.name())
}

fn highest(attempt: &Attempt<'_>) -> Option<u16> {
    attempt.hello()?.versions.iter().copied().max()
}

/// The later hello offers less than the earlier one, soon after its end.
fn is_fallback(first: &Attempt<'_>, second: &Attempt<'_>) -> bool {
    let lower = highest(second).zip(highest(first)).is_some_and(|(second, first)| second < first);
    let marked = second.hello().is_some_and(|hello| hello.fallback_scsv);
    let gap = second.at().time.since(first.at().time);
    (lower || marked) && (0..=RETRY).contains(&gap)
}

/// Told of the first failure: that is the fault.
fn fell_back<'a>(first: Attempt<'a>, second: Attempt<'a>) -> Found<'a> {
    let failed = late(move || format!("ClientHello with {}, which failed", version(&first)));
    let lower = late(move || format!("ClientHello with {}", version(&second)));
    Found::between(&ID, first.ends(), first.at())
        .service(first.name())
        .told(move || words_for(&first, &second))
        .evidence(first.at(), failed)
        .evidence(second.at(), lower)
        .references(&["RFC 7507", "RFC 8446 appendix D"])
}

/// The highest version that is offered.
fn version(attempt: &Attempt<'_>) -> String {
    highest(attempt).map_or_else(|| "unknown".to_owned(), version_name)
}

fn words_for(first: &Attempt<'_>, second: &Attempt<'_>) -> Told {
    let (high, low) = (version(first), version(second));
    let (client, service) = (words::CLIENT, first.service());
    Told {
        title: format!("{client} falls back from {high} to {low} with {service}"),
        cause: format!(
            "A handshake with {high} failed, and {client} tried again with {low} at most: {service}, or a device in \
             between, does not cope with the higher version."
        ),
        remedy: format!(
            "Repair the first failure: update {service} or the device in between, so that no fallback is needed."
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::Success;
    use crate::finding::Severity;
    use crate::rules::testing::{Story, at, flow, ids, success};
    use crate::rules::testing_tls::{NAME, Then, hello};
    use crate::units::Side::Server;

    /// TLS 1.2 fails, TLS 1.0 is tried a second later and fails too.
    fn story() -> Story {
        let first = hello(4, 0).alert(Server, 40, at(5, 0));
        let mut second = hello(14, 1).alert(Server, 40, at(15, 1));
        if let Some(hello) = &mut second.hello {
            hello.versions = vec![0x0301];
        }
        Story::new().two_sided().handshake(flow(1), first, &[]).handshake(flow(11), second, &[])
    }

    #[test]
    fn a_fallback_that_did_not_help_lies_below_the_failure() {
        let findings = story().findings();
        assert_eq!(findings[0].id, "tls-alert-handshake-failure");
        assert_eq!(findings[0].severity, Severity::Error);
        assert!(findings[0].related.iter().any(|below| below.id == "tls-fallback"));
    }

    #[test]
    fn a_fallback_that_helped_is_the_warning_that_remains() {
        let story = story().pair(|pair| *pair.entry(Success::Completed) = success(at(25, 2)));
        let story = story.server(|server| {
            *server.names.entry(NAME.to_owned()) = 1;
        });
        let findings = story.findings();
        assert_eq!((findings[0].id, findings[0].severity), ("tls-fallback", Severity::Warning));
        assert!(ids(&findings)[0].contains("tls-alert-handshake-failure"));
        assert!(findings[0].related.iter().all(|below| below.severity == Severity::Note));
    }

    #[test]
    fn a_lower_offer_a_minute_later_is_another_program() {
        let first = hello(4, 0).alert(Server, 40, at(5, 0));
        let mut second = hello(14, 58).alert(Server, 40, at(15, 58));
        if let Some(hello) = &mut second.hello {
            hello.versions = vec![0x0301];
        }
        let story = Story::new().two_sided().handshake(flow(1), first, &[]);
        let findings = story.handshake(flow(11), second, &[]).findings();
        assert!(
            !findings.iter().any(|found| ids(std::slice::from_ref(found))[0].contains("fallback"))
        );
    }
}
