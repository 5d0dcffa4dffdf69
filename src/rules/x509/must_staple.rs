//! `x509-must-staple`: the certificate demands a stapled OCSP answer, and the server sends none.

use crate::facts::Facts;
use crate::finding::Confidence;
use crate::rules::attempt::Attempt;
use crate::rules::why::certificates;
use crate::rules::{Episodes, Found, Id, Rule, certificate};

const ID: Id = Id::warning(
    "x509-must-staple",
    Confidence::Certain,
    "The certificate requires a stapled OCSP answer that the server does not send",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/x509-must-staple.md"),
    explains: &[],
    check,
};

fn check<'a>(_: &'a Facts, episodes: &mut Episodes<'a>) {
    let handshakes = episodes.handshakes();
    for attempt in handshakes.attempts.iter().filter(|attempt| certificates::lacks_staple(attempt))
    {
        unstapled(attempt).into_iter().for_each(|found| episodes.add(found));
    }
}

fn unstapled<'a>(attempt: &Attempt<'a>) -> Option<Found<'a>> {
    let chain = attempt.handshake.server_chain.as_deref()?;
    let owner = attempt.service();
    let at = attempt.steps().certificate.unwrap_or(attempt.at());
    let found = Found::about(&ID, attempt.ends().server, at)
        .key(certificate::key(chain))
        .service(attempt.name())
        .title(format!("{owner}: its certificate requires an OCSP staple, none was sent"))
        .cause(format!(
            "The certificate of {owner} carries the TLS feature \"status_request\" (must-staple), and the client asked \
             for the staple, but the server did not answer it: clients that check refuse."
        ))
        .remedy(format!(
            "Switch on OCSP stapling on {owner} and see that it can reach its CA's responder, or use a certificate \
             without must-staple."
        ))
        .evidence(at, "certificate with must-staple")
        .evidence_if(attempt.steps().server_hello, "ServerHello without status_request")
        .references(&["RFC 7633", "RFC 6066 section 8"]);
    Some(found)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Story, at, certificate, flow, ids};
    use crate::rules::testing_tls::{Then, flight};
    use crate::trust::{Remark, Verdict};
    use crate::units::Side::Client;
    use std::sync::Arc;

    /// A client that asked for a staple refuses a certificate that demands one.
    fn story(stapled: bool) -> Story {
        let mut refused = flight(4, 0, vec![certificate("www", "CA")]).alert(Client, 42, at(7, 0));
        if let (Some(hello), Some(answer)) = (&mut refused.hello, &mut refused.answer) {
            (hello.offers_status, answer.status) = (true, stapled);
        }
        Story::new().two_sided().handshake(flow(1), refused, &[]).with(|facts| {
            let remarks = vec![Remark::MustStaple];
            let verdict = Verdict { judged: true, remarks, ..Verdict::default() };
            facts.kept[0].verdict = Some(Arc::new(verdict));
        })
    }

    #[test]
    fn a_staple_that_is_missing_names_the_cause() {
        let findings = story(false).findings();
        assert_eq!(ids(&findings), ["tls-alert-bad-certificate[x509-must-staple]"]);
    }

    #[test]
    fn a_staple_that_was_sent_is_not_missing() {
        assert_eq!(ids(&story(true).findings()), ["tls-alert-bad-certificate"]);
    }
}
