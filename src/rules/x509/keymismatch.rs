//! `x509-keymismatch`: the server signs with a key that is not its certificate's.

use crate::facts::{Facts, Kept};
use crate::finding::Confidence;
use crate::proto::tls::Handshake;
use crate::rules::{Episodes, Found, Id, Rule, certificate, words};

const ID: Id = Id::warning(
    "x509-keymismatch",
    Confidence::Certain,
    "The server's private key is not that of its certificate",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/x509-keymismatch.md"),
    explains: &[],
    check,
};

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for (kept, handshake) in facts.handshakes() {
        if handshake.key_exchange_verified == Some(false)
            && let Some(found) = mismatch(kept, handshake)
        {
            episodes.add(found);
        }
    }
}

fn mismatch<'a>(kept: &Kept, handshake: &'a Handshake) -> Option<Found<'a>> {
    let server = kept.emitted.ends.server;
    let chain = handshake.server_chain.as_deref()?;
    let leaf = chain.certificates.first()?;
    let name = handshake.hello.as_ref().and_then(|hello| hello.sni.as_deref());
    let owner = words::service(server, name);
    let at = handshake.steps.server_key_exchange.unwrap_or(kept.emitted.at);
    let subject = words::common_name(&leaf.subject);
    let found = Found::about(&ID, server, at)
        .key(certificate::key(chain))
        .service(name)
        .title(format!("{owner}: its private key does not fit its certificate \"{subject}\""))
        .cause(format!(
            "The signature in the ServerKeyExchange of {owner} does not verify with the key of its certificate \
             \"{subject}\" ({}): the server uses another private key.",
            leaf.key
        ))
        .remedy(format!(
            "Install on {owner} the private key that belongs to \"{subject}\" (serial {}), or the certificate that \
             belongs to its key.",
            leaf.serial
        ))
        .evidence(at, "ServerKeyExchange whose signature does not verify with the certificate's key")
        .evidence_if(handshake.steps.certificate, "the certificate")
        .references(&["RFC 5246 section 7.4.3"]);
    Some(found)
}
