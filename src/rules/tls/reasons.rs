//! Findings that name the reason of a failed handshake. They lie below the failure itself, an alert or a close.

use crate::facts::Facts;
use crate::finding::Confidence::{Certain, Likely};
use crate::rules::attempt::{self, Attempt};
use crate::rules::why::{
    self, Reason, client_certificate, extensions, parameters, retry, sessions,
};
use crate::rules::{Episodes, Found, Id, Rule, words};

macro_rules! reason_rule {
    ($rule:ident, $id:expr, $name:literal, $ask:path) => {
        /// The rule for this reason.
        pub(crate) const $rule: Rule = Rule {
            ids: &[$id],
            manual: include_str!(concat!("../manual/", $name, ".md")),
            explains: &[],
            check: |facts, episodes| report(&$id, $ask, facts, episodes),
        };
    };
}

reason_rule!(
    NO_VERSION,
    Id::error("tls-no-version", Certain, "The parties have no TLS version in common"),
    "tls-no-version",
    parameters::version
);
reason_rule!(
    NO_CIPHER,
    Id::error("tls-no-cipher", Certain, "The parties have no cipher suite in common that works"),
    "tls-no-cipher",
    parameters::cipher
);
reason_rule!(
    NO_GROUP,
    Id::error("tls-no-group", Likely, "The parties have no group for the key exchange in common"),
    "tls-no-group",
    parameters::group
);
reason_rule!(
    NO_SIGALG,
    Id::error("tls-no-sigalg", Likely, "The server can sign in no way that the client accepts"),
    "tls-no-sigalg",
    parameters::signature
);
reason_rule!(
    ALPN,
    Id::error("tls-alpn", Certain, "The parties have no application protocol (ALPN) in common"),
    "tls-alpn",
    parameters::alpn
);
reason_rule!(
    HRR_LOOP,
    Id::error("tls-hrr-loop", Certain, "Asked for another hello, the client does not settle it"),
    "tls-hrr-loop",
    retry::hello_retry_loop
);
reason_rule!(
    SNI,
    Id::error("tls-sni", Certain, "The server has no site for the name, or the client gave none"),
    "tls-sni",
    extensions::server_name
);
reason_rule!(
    BIG_HELLO,
    Id::error(
        "tls-big-hello",
        Likely,
        "Hellos of more than one packet fail where smaller ones pass"
    ),
    "tls-big-hello",
    extensions::big_hello
);
reason_rule!(
    EXT_INTOLERANCE,
    Id::error("tls-ext-intolerance", Likely, "The server fails on hellos with a certain extension"),
    "tls-ext-intolerance",
    extensions::intolerance
);
reason_rule!(
    RESUMPTION_FAILED,
    Id::warning(
        "tls-resumption-failed",
        Likely,
        "Resuming sessions fails, full handshakes succeed"
    ),
    "tls-resumption-failed",
    sessions::resumption
);
reason_rule!(
    DOWNGRADE,
    Id::warning("tls-downgrade", Likely, "Something between the parties lowered the TLS version"),
    "tls-downgrade",
    sessions::downgrade
);
reason_rule!(
    LEGACY_RENEGOTIATION,
    Id::error(
        "tls-legacy-renegotiation",
        Likely,
        "The client refuses a server without secure renegotiation"
    ),
    "tls-legacy-renegotiation",
    sessions::renegotiation
);
reason_rule!(
    MTLS_EMPTY,
    Id::error("mtls-empty", Certain, "The client was asked for a certificate and had none"),
    "mtls-empty",
    client_certificate::empty
);
reason_rule!(
    MTLS_UNTRUSTED,
    Id::error("mtls-untrusted", Certain, "The server does not accept the client's certificate"),
    "mtls-untrusted",
    client_certificate::refused
);
reason_rule!(
    MTLS_BADSIG,
    Id::error("mtls-badsig", Certain, "The client's proof of its private key does not verify"),
    "mtls-badsig",
    client_certificate::bad_signature
);

fn report<'a>(id: &Id, ask: why::Ask, facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for attempt in attempt::attempts(facts) {
        if let Some(reason) = ask(facts, &attempt).filter(|reason| reason.id == Some(id.id)) {
            episodes.add(found(id, &attempt, reason));
        }
    }
}

fn found<'a>(id: &Id, attempt: &Attempt<'a>, reason: Reason) -> Found<'a> {
    let (at, note) = reason.evidence.unwrap_or((attempt.at(), "ClientHello".to_owned()));
    Found::between(id, attempt.ends(), at)
        .service(attempt.name())
        .at_most(reason.confidence)
        .title(format!("{} to {}: {}", words::CLIENT, attempt.service(), reason.short))
        .cause(reason.cause)
        .remedy(reason.remedy)
        .faults(reason.faults)
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
