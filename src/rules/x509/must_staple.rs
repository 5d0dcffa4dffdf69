//! `x509-must-staple`: the certificate demands a stapled OCSP answer, and the server sends none.

use crate::facts::{Facts, Kept};
use crate::finding::Confidence;
use crate::proto::tls::Handshake;
use crate::rules::{Episodes, Found, Id, Rule, certificate, words};
use crate::trust::Remark;

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

fn check(facts: &Facts, episodes: &mut Episodes<'_>) {
    for (kept, handshake) in facts.handshakes() {
        if lacks_staple(kept, handshake)
            && let Some(found) = unstapled(kept, handshake)
        {
            episodes.add(found);
        }
    }
}

/// The certificate wants a staple, the client asked for one, the ServerHello promises none.
fn lacks_staple(kept: &Kept, handshake: &Handshake) -> bool {
    let wants =
        kept.verdict.as_ref().is_some_and(|verdict| verdict.remarks.contains(&Remark::MustStaple));
    let asked = handshake.hello.as_ref().is_some_and(|hello| hello.offers_status);
    let promised = handshake.answer.as_ref().is_none_or(|answer| answer.status);
    wants && asked && !promised
}

fn unstapled(kept: &Kept, handshake: &Handshake) -> Option<Found> {
    let server = kept.emitted.ends.server;
    let chain = handshake.server_chain.as_deref()?;
    let name = handshake.hello.as_ref().and_then(|hello| hello.sni.as_deref());
    let owner = words::service(server, name);
    let at = handshake.steps.certificate.unwrap_or(kept.emitted.at);
    let found = Found::about(&ID, server, at)
        .key(certificate::key(chain))
        .service(name)
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
        .evidence_if(handshake.steps.server_hello, "ServerHello without status_request")
        .references(&["RFC 7633", "RFC 6066 section 8"]);
    Some(found)
}
