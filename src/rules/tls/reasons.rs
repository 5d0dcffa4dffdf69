//! Findings that name the reason of a failed handshake. They lie below the failure itself, an alert or a close.

use crate::finding::Confidence::{Certain, Likely};
use crate::finding::Told;
use crate::rules::attempt::Attempt;
use crate::rules::why::Reason;
use crate::rules::{Episodes, Found, Id, Rule, words};

macro_rules! reason_rule {
    ($rule:ident, $id:expr, $name:literal) => {
        /// The rule for this reason.
        pub(crate) const $rule: Rule = Rule {
            ids: &[$id],
            manual: include_str!(concat!("../manual/", $name, ".md")),
            explains: &[],
            check: |_, episodes| report(&$id, episodes),
        };
    };
}

reason_rule!(
    NO_VERSION,
    Id::error("tls-no-version", Certain, "The parties have no TLS version in common"),
    "tls-no-version"
);
reason_rule!(
    NO_CIPHER,
    Id::error("tls-no-cipher", Certain, "The parties have no cipher suite in common that works"),
    "tls-no-cipher"
);
reason_rule!(
    NO_GROUP,
    Id::error("tls-no-group", Likely, "The parties have no group for the key exchange in common"),
    "tls-no-group"
);
reason_rule!(
    NO_SIGALG,
    Id::error("tls-no-sigalg", Likely, "The server can sign in no way that the client accepts"),
    "tls-no-sigalg"
);
reason_rule!(
    ALPN,
    Id::error("tls-alpn", Certain, "The parties have no application protocol (ALPN) in common"),
    "tls-alpn"
);
reason_rule!(
    HRR_LOOP,
    Id::error("tls-hrr-loop", Certain, "Asked for another hello, the client does not settle it"),
    "tls-hrr-loop"
);
reason_rule!(
    SNI,
    Id::error("tls-sni", Certain, "The server has no site for the name, or the client gave none"),
    "tls-sni"
);
reason_rule!(
    BIG_HELLO,
    Id::error(
        "tls-big-hello",
        Likely,
        "Hellos of more than one packet fail where smaller ones pass"
    ),
    "tls-big-hello"
);
reason_rule!(
    EXT_INTOLERANCE,
    Id::error("tls-ext-intolerance", Likely, "The server fails on hellos with a certain extension"),
    "tls-ext-intolerance"
);
reason_rule!(
    RESUMPTION_FAILED,
    Id::warning(
        "tls-resumption-failed",
        Likely,
        "Resuming sessions fails, full handshakes succeed"
    ),
    "tls-resumption-failed"
);
reason_rule!(
    DOWNGRADE,
    Id::warning("tls-downgrade", Likely, "Something between the parties lowered the TLS version"),
    "tls-downgrade"
);
reason_rule!(
    LEGACY_RENEGOTIATION,
    Id::error(
        "tls-legacy-renegotiation",
        Likely,
        "The client refuses a server without secure renegotiation"
    ),
    "tls-legacy-renegotiation"
);
reason_rule!(
    MTLS_EMPTY,
    Id::error("mtls-empty", Certain, "The client was asked for a certificate and had none"),
    "mtls-empty"
);
reason_rule!(
    MTLS_UNTRUSTED,
    Id::error("mtls-untrusted", Certain, "The server does not accept the client's certificate"),
    "mtls-untrusted"
);
reason_rule!(
    MTLS_BADSIG,
    Id::error("mtls-badsig", Certain, "The client's proof of its private key does not verify"),
    "mtls-badsig"
);

fn report(id: &Id, episodes: &mut Episodes<'_>) {
    for (attempt, reason) in episodes.handshakes().because(id.id) {
        episodes.add(found(id, *attempt, reason));
    }
}

fn found<'a>(id: &Id, attempt: Attempt<'a>, reason: &Reason<'a>) -> Found<'a> {
    let evidence = reason.evidence.clone();
    let (at, note) = evidence.unwrap_or_else(|| (attempt.at(), "ClientHello".into()));
    let words = reason.words.clone();
    Found::between(id, attempt.ends(), at)
        .service(attempt.name())
        .at_most(reason.confidence)
        .told(move || {
            let said = words.get();
            let title = format!("{} to {}: {}", words::CLIENT, attempt.service(), said.short);
            Told { title, cause: said.cause, remedy: said.remedy }
        })
        .faults(reason.faults.iter().cloned())
        .evidence(at, note)
        .references(references(id.id))
}

fn references(id: &str) -> &'static [&'static str] {
    match id {
        "tls-no-version" => &["RFC 8446 section 4.2.1", "RFC 9325"],
        "tls-no-cipher" => &["RFC 8446 section 4.1.1", "RFC 9325 section 4"],
        "tls-no-group" => &["RFC 8446 section 4.2.7"],
        "tls-no-sigalg" => &["RFC 8446 section 4.2.3"],
        "tls-alpn" => &["RFC 7301"],
        "tls-hrr-loop" => &["RFC 8446 section 4.1.4"],
        "tls-sni" => &["RFC 6066 section 3"],
        "tls-big-hello" | "tls-ext-intolerance" => &["RFC 8446 section 4.1.2", "RFC 8701"],
        "tls-resumption-failed" => &["RFC 8446 section 2.2", "RFC 5077"],
        "tls-downgrade" => &["RFC 8446 section 4.1.3"],
        "tls-legacy-renegotiation" => &["RFC 5746"],
        _ => &["RFC 8446 section 4.4.2", "RFC 5246 section 7.4.6"],
    }
}
