//! `krb-ntlm-fallback`: no ticket for the service, so the client came with NTLM.

use super::access::Ntlm;
use super::after::After;
use super::failure::{Failure, Group, grouped};
use super::{principal, said};
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::proto::krb5::Request;
use crate::rules::{Episodes, Found, Id, Rule, Topic, words};
use crate::units::{Frame, SECOND};
use std::collections::BTreeSet;

const ID: Id = Id::warning(
    "krb-ntlm-fallback",
    Confidence::Certain,
    "No Kerberos ticket for the service, the client fell back to NTLM",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/krb-ntlm-fallback.md"),
    explains: &["http-neg-fallback"],
    check,
};

/// NTLM this soon after the refusal comes of it.
const SOON: i64 = 60 * SECOND;

/// PREAUTH_REQUIRED, RESPONSE_TOO_BIG, WRONG_REALM, MORE_PREAUTH_DATA_REQUIRED: no refusals.
const STEPS: [i32; 4] = [25, 52, 68, 91];

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let failures = episodes.failures();
    let groups = grouped(failures.iter().filter(|failure| is_refusal(failure)));
    let after = After::new(facts, &failures, groups.iter().map(|group| &group.first.asked));
    let mut told: BTreeSet<Frame> = BTreeSet::new();
    for group in &groups {
        let Some(ntlm) = fallback(group, &after) else { continue };
        if told.insert(ntlm.ends.flow) {
            episodes.add(found(&group.first, &ntlm));
        }
    }
}

/// A KDC gives no ticket for the service of a host.
fn is_refusal(failure: &Failure<'_>) -> bool {
    let asked = &failure.asked;
    let service = asked.service().filter(|name| !principal::is_granting(name));
    asked.exchange.request == Request::Tgs
        && service.and_then(principal::host).is_some()
        && !STEPS.contains(&failure.error.code)
}

fn fallback<'a>(group: &Group<'a>, after: &After<'a>) -> Option<Ntlm<'a>> {
    let failure = &group.first;
    if after.recovered(failure) {
        return None;
    }
    let host = failure.asked.service().and_then(principal::host)?;
    after.access.ntlm_after(failure.asked.client(), host, failure.asked.at.time, SOON)
}

fn found<'a>(failure: &Failure<'a>, ntlm: &Ntlm<'a>) -> Found<'a> {
    let asked = &failure.asked;
    let service = asked.service().unwrap_or_default();
    let shown = words::name(service);
    let outcome = match ntlm.refused {
        Some(true) => " The server refused that, too.",
        Some(false) => " The server let it in.",
        None => "",
    };
    Found::between(&ID, ntlm.ends, ntlm.at)
        .title(format!("{} has no ticket for {shown} and falls back to NTLM", words::CLIENT))
        .cause(format!(
            "The KDC {} gave no ticket for {shown}: {}. So the client came to {} with NTLM.{outcome}",
            asked.server(),
            said::error(failure.error),
            ntlm.ends.server
        ))
        .remedy(format!(
            "Repair the service name: setspn -Q {shown} must find the one account that runs the service. NTLM cannot \
             delegate, is slower, and is being switched off."
        ))
        .key(service.to_lowercase())
        .service(Some(ntlm.host))
        .evidence(ntlm.at, format!("NTLM to {}", ntlm.ends.server))
        .evidence(asked.at, format!("{} refuses the ticket", asked.server()))
        .references(&["RFC 4559 section 4", "MS-SPNG section 3.1.5"])
        .topics([Topic::ticket(asked.client(), service)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::proto::Fact;
    use crate::proto::auth::Mechanism;
    use crate::proto::http::{Challenge, Credentials, Exchange, Scheme};
    use crate::rules::testing::{Story, at, ends, ids};
    use crate::rules::testing_krb5::{KDC, asking, fact, refused, ticket_for};

    fn negotiate_with_ntlm(host: &str) -> Fact {
        let credentials = Credentials {
            scheme: Scheme::Negotiate,
            mechanism: Some(Mechanism::Ntlm),
            ntlm_message: Some(1),
            ..Credentials::default()
        };
        let challenge = Challenge {
            scheme: Scheme::Negotiate,
            has_token: true,
            ntlm_message: Some(2),
            ..Challenge::default()
        };
        Fact::Http(Box::new(Exchange {
            method: "GET".into(),
            uri: "/".into(),
            host: Some(host.into()),
            request: Some(at(20, 3)),
            credentials: Some(credentials),
            status: Some(401),
            challenges: vec![challenge],
            ..Exchange::default()
        }))
    }

    fn story(host: &str) -> Story {
        let asked = refused(ticket_for("HTTP/web.example.com"), 7);
        Story::new().fact(at(12, 0), asking(KDC, 11), fact(asked)).fact(
            at(21, 3),
            ends(),
            negotiate_with_ntlm(host),
        )
    }

    #[test]
    fn an_unregistered_service_is_the_cause_and_the_fallback_lies_below() {
        let findings = story("web.example.com").findings();
        assert_eq!(
            ids(&findings),
            ["krb-s-principal-unknown[krb-ntlm-fallback http-neg-fallback]"]
        );
        assert_eq!(findings[0].severity, Severity::Warning);
        assert!(findings[0].cause.contains("fell back to NTLM"), "{}", findings[0].cause);
    }

    #[test]
    fn ntlm_with_another_host_is_another_matter() {
        let findings = story("intranet.example.com").findings();
        assert!(findings.iter().all(|finding| finding.id != ID.id), "{:?}", ids(&findings));
    }
}
