//! `tls-sslv2-hello`: the client begins in the format of SSL 2.0.

use crate::facts::Facts;
use crate::finding::{Confidence, Told};
use crate::rules::attempt::Attempt;
use crate::rules::{Episodes, Found, Id, Rule, words};
use std::collections::BTreeSet;

const ID: Id = Id::warning(
    "tls-sslv2-hello",
    Confidence::Certain,
    "The client begins in the format of SSL 2.0",
);

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/tls-sslv2-hello.md"), explains: &[], check };

fn check<'a>(_: &'a Facts, episodes: &mut Episodes<'a>) {
    let mut known = BTreeSet::new();
    for attempt in &episodes.handshakes().attempts {
        let old = attempt.hello().is_some_and(|hello| hello.sslv2);
        // Once a client: it is its program that is old. A failure with another server has it below.
        let failed = attempt.failed() && attempt.ended().is_some();
        if !old || !known.insert(attempt.ends().client.addr) && !failed {
            continue;
        }
        let attempt = *attempt;
        let found = Found::between(&ID, attempt.ends(), attempt.at())
            .service(attempt.name())
            .told(move || words_for(&attempt))
            .evidence(attempt.at(), "SSLv2 CLIENT-HELLO")
            .references(&["RFC 6176", "RFC 5246 appendix E.2"]);
        episodes.add(found);
    }
}

fn words_for(attempt: &Attempt<'_>) -> Told {
    let (client, service) = (words::CLIENT, attempt.service());
    Told {
        title: format!("{client} sends {service} a hello in the format of SSL 2.0"),
        cause: format!(
            "The first message of {client} has the format of SSL 2.0 (a very old client, or one set to be compatible): \
             current servers refuse it, and it cannot carry extensions such as the server name."
        ),
        remedy: format!(
            "Update the program on {client}, or switch its SSL 2.0 compatible hello off (Java: remove SSLv2Hello from \
             the protocols)."
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Story, at, certificate, flow, ids};
    use crate::rules::testing_tls::{Then, completed, hello};
    use crate::units::Side::Server;

    #[test]
    fn an_ancient_hello_is_a_warning_also_when_it_works() {
        let mut works = completed(4, 0, vec![certificate("www", "Public CA")]);
        works.data_records = [3, 3];
        if let Some(hello) = &mut works.hello {
            hello.sslv2 = true;
        }
        let findings = Story::new().two_sided().handshake(flow(1), works, &[]).findings();
        assert_eq!(ids(&findings), ["tls-sslv2-hello"]);
        assert_eq!(findings[0].severity, Severity::Warning);
    }

    #[test]
    fn an_ancient_hello_that_is_refused_lies_below_the_alert() {
        let mut refused = hello(4, 0).alert(Server, 70, at(5, 0));
        if let Some(hello) = &mut refused.hello {
            hello.sslv2 = true;
        }
        let findings = Story::new().two_sided().handshake(flow(1), refused, &[]).findings();
        assert!(findings[0].related.iter().any(|below| below.id == "tls-sslv2-hello"));
    }
}
