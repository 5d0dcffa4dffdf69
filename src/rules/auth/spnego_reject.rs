//! `spnego-reject`: the server takes none of the mechanisms that the client offers.

use crate::facts::{Facts, Kept};
use crate::finding::Confidence;
use crate::proto::auth::{self, Carrier, Mechanism, Spnego};
use crate::rules::{Episodes, Found, Id, Rule, Step, words};

const ID: Id = Id::error(
    "spnego-reject",
    Confidence::Certain,
    "The server rejected every authentication mechanism offered",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/spnego-reject.md"),
    explains: &["http-401-loop", "http-401-noscheme", "http-407", "eas-unauthorized"],
    check,
};

/// negState of the rejection.
const REJECT: u8 = 2;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for (kept, fact) in facts.auth() {
        if let auth::Fact::Spnego(spnego) = fact
            && spnego.state == Some(REJECT)
        {
            episodes.add(rejected(kept, spnego));
        }
    }
}

fn rejected<'a>(kept: &Kept, spnego: &Spnego) -> Found<'a> {
    let (ends, at) = (&kept.emitted.ends, kept.emitted.at);
    let offer = offer(&spnego.offered);
    let found = Found::between(&ID, ends, at)
        .title(format!("{} rejects the authentication of {} ({offer})", ends.server, words::CLIENT))
        .cause(cause(spnego, &ends.server.to_string(), &offer))
        .remedy(remedy(spnego))
        .evidence(at, "negState: reject")
        .evidence_if(spnego.offer, format!("the client offers {offer}"))
        .code("spnego_state", REJECT.into(), "reject")
        .references(&["RFC 4178 section 4.2.2"]);
    match spnego.carrier {
        Carrier::Http => found.step(Step::LetIn, None),
        Carrier::Smb2 | Carrier::Unread => found,
    }
}

/// `Kerberos, NTLM`, each once.
fn offer(offered: &[Mechanism]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for mechanism in offered {
        if !names.contains(&mechanism.name()) {
            names.push(mechanism.name());
        }
    }
    if names.is_empty() { "its offer was not captured".to_owned() } else { words::list(names) }
}

fn cause(spnego: &Spnego, server: &str, offer: &str) -> String {
    match spnego.tried {
        Some(Mechanism::Kerberos) => format!(
            "{server} rejected the negotiation ({offer}) after it was shown a Kerberos ticket: it cannot use the ticket \
             (no keytab or an old one, a service name that belongs to another account, clocks apart) and takes no other \
             mechanism."
        ),
        Some(tried) => format!(
            "{server} rejected the negotiation ({offer}) that began with {}: it does not support it or refuses it by \
             policy, and takes no other mechanism.",
            tried.name()
        ),
        None => format!(
            "{server} rejected the negotiation ({offer}): it supports none of the mechanisms."
        ),
    }
}

fn remedy(spnego: &Spnego) -> String {
    match spnego.tried {
        Some(Mechanism::Kerberos) => {
            "On the server check the keytab against the service account (klist -k, setspn -Q) and the log of its \
             authentication module."
        }
        _ => {
            "Give the client a Kerberos ticket for the service (name, setspn -Q, reachable KDC), or allow on the server \
             a mechanism that the client has."
        }
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::proto::Fact;
    use crate::rules::testing::{CLIENT, SERVER, Story, at, ends, ids, success};

    fn story(tried: Option<Mechanism>) -> Story {
        let spnego = Spnego {
            carrier: Carrier::Http,
            offer: Some(at(4, 1)),
            offered: vec![Mechanism::Kerberos, Mechanism::Kerberos, Mechanism::Ntlm],
            tried,
            chosen: None,
            state: Some(REJECT),
        };
        let fact = Fact::Auth(auth::Fact::Spnego(Box::new(spnego)));
        Story::new().fact(at(5, 1), ends(), fact)
    }

    #[test]
    fn a_ticket_that_the_server_cannot_use() {
        let findings = story(Some(Mechanism::Kerberos)).findings();
        assert_eq!(ids(&findings), ["spnego-reject"]);
        let finding = &findings[0];
        assert_eq!((finding.severity, finding.confidence), (Severity::Error, Confidence::Certain));
        assert_eq!(
            finding.title,
            "192.0.2.10:443 rejects the authentication of 10.0.0.5 (Kerberos, NTLM)"
        );
        assert!(finding.cause.contains("keytab"), "{}", finding.cause);
        assert_eq!(
            finding.evidence.iter().map(|shown| shown.at.frame.number()).collect::<Vec<_>>(),
            [5, 4]
        );
    }

    #[test]
    fn ntlm_alone_is_refused() {
        let findings = story(Some(Mechanism::Ntlm)).findings();
        assert!(findings[0].cause.contains("began with NTLM"), "{}", findings[0].cause);
    }

    #[test]
    fn a_client_that_gets_in_a_moment_later_has_recovered() {
        let findings = story(None).with(|facts| {
            facts.web.entry((CLIENT, SERVER)).or_default().let_in = success(at(9, 2));
        });
        assert_eq!(findings.findings()[0].severity, Severity::Note);
    }

    #[test]
    fn leaving_kerberos_for_ntlm_is_no_rejection() {
        let kept = story(None).with(|facts| {
            if let Fact::Auth(auth::Fact::Spnego(spnego)) = &mut facts.kept[0].emitted.fact {
                (spnego.state, spnego.chosen) = (Some(1), Some(Mechanism::Ntlm));
            }
        });
        assert!(kept.findings().is_empty());
    }
}
