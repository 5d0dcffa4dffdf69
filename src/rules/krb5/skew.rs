//! `krb-skew`: the clocks differ by more than Kerberos allows.

use super::after::After;
use super::failure::{Failure, Group, grouped};
use super::{evidence, said, topics};
use crate::facts::Facts;
use crate::finding::{Confidence, Severity};
use crate::proto::krb5::KrbError;
use crate::rules::{Episodes, Found, Id, Rule, clock, words};
use crate::units::SECOND;

const ID: Id = Id::error(
    "krb-skew",
    Confidence::Certain,
    "Code 37 or KDC's clock: clocks differ by more than Kerberos allows",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/krb-skew.md"),
    explains: &[
        "krb-tkt-nyv",
        "krb-never-valid",
        "krb-tkt-expired",
        "krb-ntlm-fallback",
        "spnego-reject",
        "http-401-loop",
        "http-401-noscheme",
        "http-neg-fallback",
    ],
    check,
};

/// KRB_AP_ERR_SKEW
const SKEW: i32 = 37;

/// STATUS_TIME_DIFFERENCE_AT_DC
const TIME_DIFFERENCE: u32 = 0xC000_0133;

/// What Kerberos usually takes (RFC 4120 section 3.2.3), and what is worth a note.
const ALLOWED: i64 = 300 * SECOND;
const NOTABLE: i64 = 60 * SECOND;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let failures = episodes.failures();
    let groups = grouped(failures.iter().filter(|failure| is_skew(failure.error)));
    let after = After::new(facts, &failures, groups.iter().map(|group| &group.first.asked));
    for group in &groups {
        episodes.add(refused(facts, group, &after));
    }
    let others = failures.iter().filter(|failure| !is_skew(failure.error));
    for found in others.filter_map(|failure| compared(facts, failure)) {
        episodes.add(found);
    }
}

fn is_skew(error: &KrbError) -> bool {
    error.code == SKEW || error.nt_status == Some(TIME_DIFFERENCE)
}

/// How far the clock of who refused is ahead of two others, nanoseconds; `None`: not known.
struct Ahead {
    of_capture: Option<i64>,
    of_client: Option<i64>,
}

impl Ahead {
    fn of(facts: &Facts, failure: &Failure<'_>) -> Self {
        let (asked, error) = (&failure.asked, failure.error);
        let known = |host| facts.clock_offset(host, asked.at).map(|(ns, ..)| ns);
        let server = error.stime.map(|clock| clock.since(asked.at.time));
        let server = server.or_else(|| known(asked.server().addr));
        // KDCs may put the request's nonce where the client's time should stand; services do not.
        let quoted = error.ctime.filter(|_| asked.is_at_service());
        let quoted = quoted.map(|clock| clock.since(asked.at.time));
        let client = known(asked.client()).or(quoted);
        let of_client = server.zip(client).map(|(server, client)| server.saturating_sub(client));
        Self { of_capture: server, of_client }
    }

    /// The difference that the title names.
    fn told(&self) -> Option<i64> {
        let far = |ns: &i64| ns.saturating_abs() > ALLOWED;
        self.of_client.filter(far).or(self.of_capture.filter(far))
    }

    fn sentence(&self, server: &str) -> String {
        match (self.of_client, self.of_capture) {
            (Some(client), _) => {
                format!(
                    " The clock of {server} is {} that of {}.",
                    clock::apart(client),
                    words::CLIENT
                )
            }
            (None, Some(ns)) if ns.saturating_abs() > ALLOWED => format!(
                " The clock of {server} is {} that of the capture; if the capture was taken at {}, these are the two \
                 clocks.",
                clock::apart(ns),
                words::CLIENT
            ),
            (None, Some(_)) => format!(
                " The clock of {server} agrees with that of the capture, so that of {} is probably wrong.",
                words::CLIENT
            ),
            (None, None) => String::new(),
        }
    }
}

/// Somebody was refused for it.
fn refused<'a>(facts: &'a Facts, group: &Group<'a>, after: &After<'a>) -> Found<'a> {
    let Failure { asked, error, .. } = group.first;
    let ahead = Ahead::of(facts, &group.first);
    let recovered = group.all().all(|failure| after.recovered(failure));
    let severity = match (recovered, ahead.told()) {
        (false, _) => Severity::Error,
        (true, Some(_)) => Severity::Warning,
        (true, None) => Severity::Note,
    };
    let server = asked.server().to_string();
    let apart =
        ahead.told().map_or_else(|| "more than Kerberos allows".to_owned(), clock::distance);
    let went_on = match recovered {
        true => " The client tried again with the time that it was told, and got its ticket.",
        false => "",
    };
    let request = said::request(asked.exchange.request);
    let found = Found::between(&ID, asked.ends, asked.at)
        .no_worse_than(severity)
        .title(format!("{} is refused by {server}: clocks differ by {apart} (37)", words::CLIENT))
        .cause(format!(
            "The clocks differ by more than Kerberos allows (5 minutes unless configured otherwise).{} {server} \
             answered the {request} with {}.{went_on}",
            ahead.sentence(&server),
            said::error(error)
        ))
        .remedy(format!(
            "Compare the clocks of {} and {} with a third one (w32tm /stripchart /computer:…, chronyc tracking), \
             time zones included, and synchronise the wrong one with the domain's time source.",
            words::CLIENT,
            asked.server().addr
        ))
        .key("skew")
        .service(asked.realm())
        .times(group.count(), asked.at.time, group.last())
        .references(&["RFC 4120 section 3.2.3", "RFC 4120 section 7.5.9"])
        .topics(topics(&asked, after))
        .faults([asked.server().addr, asked.client()].map(clock::fault));
    let found = said::codes(evidence(found, group), error);
    if asked.is_at_service() { found } else { found.apart_from_flow() }
}

/// Nobody was refused for it yet, but both clocks are known.
fn compared<'a>(facts: &'a Facts, failure: &Failure<'a>) -> Option<Found<'a>> {
    let asked = &failure.asked;
    let ahead = Ahead::of(facts, failure);
    let ns = ahead.of_client.filter(|ns| ns.saturating_abs() > NOTABLE)?;
    let severity = match ns.saturating_abs() > ALLOWED {
        true => Severity::Warning,
        false => Severity::Note,
    };
    let (server, apart) = (asked.server().addr, clock::distance(ns));
    let found = Found::between(&ID, asked.ends, asked.at)
        .apart_from_flow()
        .no_worse_than(severity)
        .at_most(Confidence::Likely)
        .title(format!("The clocks of {} and {server} differ by {apart}", words::CLIENT))
        .cause(format!(
            "Kerberos takes 5 minutes unless configured otherwise; beyond, requests are refused with 37.{}",
            ahead.sentence(&server.to_string())
        ))
        .remedy("Synchronise the clock that is wrong with the domain's time source.")
        .key("compared")
        .evidence(asked.at, "an answer with the time of its sender")
        .faults([asked.server().addr, asked.client()].map(clock::fault))
        .references(&["RFC 4120 section 3.2.3"]);
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Clock, Offset};
    use crate::finding::Finding;
    use crate::proto::clock::Source;
    use crate::rules::testing::{CLIENT, START, Story, at, ids};
    use crate::rules::testing_krb5::{KDC, asking, fact, issue, logon, with_error};
    use crate::units::Time;

    fn error(ahead: i64) -> KrbError {
        let stime = Some(Time((START + ahead) * SECOND));
        KrbError { code: SKEW, stime, ..KrbError::default() }
    }

    fn story(error: KrbError) -> Story {
        Story::new().fact(at(2, 0), asking(KDC, 1), fact(with_error(logon(), error)))
    }

    fn only(story: Story) -> Finding {
        let mut findings = story.findings();
        assert_eq!(ids(&findings), ["krb-skew"]);
        findings.remove(0)
    }

    #[test]
    fn a_kdc_whose_clock_is_ten_minutes_ahead() {
        let finding = only(story(error(600)));
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(
            finding.title,
            "10.0.0.5 is refused by 192.0.2.88:88: clocks differ by 10 min (37)"
        );
        assert!(
            finding.cause.contains("is 10 min ahead of that of the capture"),
            "{}",
            finding.cause
        );
    }

    #[test]
    fn a_clock_in_another_zone_is_three_hours_off_not_two() {
        let finding = only(story(error(3 * 3600 - 20)));
        assert!(finding.title.ends_with("clocks differ by 3 h (37)"), "{}", finding.title);
        assert!(finding.cause.contains("is 3 h ahead of"), "{}", finding.cause);
    }

    #[test]
    fn a_kdc_that_agrees_with_the_capture_leaves_the_client() {
        let finding = only(story(error(0)));
        assert!(finding.cause.contains("10.0.0.5 is probably wrong"), "{}", finding.cause);
    }

    #[test]
    fn the_client_corrects_its_time_and_gets_in() {
        let granted = |ahead| {
            story(error(ahead))
                .with(|facts| issue(facts, "krbtgt/example.com", "alice@example.com", at(5, 1)))
        };
        assert_eq!(only(granted(3600)).severity, Severity::Warning);
        assert_eq!(only(granted(0)).severity, Severity::Note);
    }

    /// The client's clock was read somewhere.
    fn read(facts: &mut Facts, ahead: i64) {
        let (ns, at) = (ahead * SECOND, at(1, 0));
        let offset = Offset { ns, at, range_ns: (ns, ns), read: (at, at), count: 1 };
        let sources = [(Source::Ntp, offset)].into_iter().collect();
        facts.clocks.insert((0, CLIENT), Clock { sources });
    }

    #[test]
    fn both_clocks_are_compared_and_a_nonce_is_none() {
        let ctime = Some(Time(77 * SECOND));
        let finding = only(story(KrbError { ctime, ..error(0) }));
        assert!(finding.cause.contains("10.0.0.5 is probably wrong"), "{}", finding.cause);
        let finding = only(story(error(0)).with(|facts| read(facts, -1200)));
        assert!(finding.cause.contains("is 20 min ahead of that of 10.0.0.5"), "{}", finding.cause);
    }

    #[test]
    fn without_a_refusal_two_clocks_must_be_known() {
        let refused = || story(KrbError { code: 24, ..error(600) });
        assert_eq!(ids(&refused().findings()), ["krb-preauth-failed"]);
        let compared = refused().with(|facts| read(facts, 0)).findings();
        assert_eq!(ids(&compared), ["krb-preauth-failed", "krb-skew"]);
    }
}
