//! Offers that cannot meet: versions, cipher suites, groups, signature algorithms, application protocols. Computed from
//! the client's offer and from what this server chose in other handshakes of the capture.

use super::Reason;
use crate::codes::{
    Authentication, cipher_kind, cipher_name, group_name, scheme_name, version_name,
};
use crate::facts::{Facts, Server};
use crate::finding::Confidence::{self, Certain, Likely, Possible};
use crate::rules::attempt::{Attempt, Stage, TLS13};
use crate::rules::words::{self, list};
use crate::units::Side;
use crate::wire::tls::ClientHello;
use std::collections::BTreeMap;

/// An offer of so few suites was made narrow by hand.
const NARROW: usize = 4;

/// The suites of TLS 1.3.
const SUITES_13: std::ops::RangeInclusive<u16> = 0x1301..=0x1305;

/// Who refused a hello, and with which alert.
struct Refusal {
    by: Side,
    alert: Option<u8>,
}

/// The handshake ended before the server's flight was whole: by an alert, or by a close of the server.
fn refusal(attempt: &Attempt<'_>) -> Option<Refusal> {
    if let Some((alert, code)) = attempt.fatal_alert() {
        return Some(Refusal { by: attempt.role(alert.sender), alert: Some(code) });
    }
    let (side, _, _) = attempt.ended()?;
    let early = attempt.stage() <= Stage::ServerHello && attempt.is_whole();
    (side == Side::Server && early).then_some(Refusal { by: side, alert: None })
}

fn server<'a>(facts: &'a Facts, attempt: &Attempt<'_>) -> Option<&'a Server> {
    facts.servers.get(&attempt.ends().server).map(|server| &**server)
}

/// What the server chose elsewhere, and the client does not offer: the list, if nothing of it is offered.
pub(super) fn disjoint(chosen: &BTreeMap<u16, u64>, offered: &[u16]) -> bool {
    !chosen.is_empty() && !chosen.keys().any(|value| offered.contains(value))
}

fn versions(values: &[u16]) -> String {
    list(values.iter().map(|version| version_name(*version)))
}

/// An alert that is made for this says it for certain; another one, or none, leaves it likely.
fn sure(alert: Option<u8>, made_for: &[u8]) -> Confidence {
    if alert.is_some_and(|code| made_for.contains(&code)) { Certain } else { Likely }
}

/// No common version.
pub(in crate::rules) fn version<'a>(facts: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason> {
    let hello = attempt.hello()?;
    let refusal = refusal(attempt)
        .filter(|refusal| matches!(refusal.alert, None | Some(40 | 47 | 70 | 80)))?;
    let service = attempt.service();
    let offered = versions(&hello.versions);
    if let (Side::Client, Some(70), Some(answer)) = (refusal.by, refusal.alert, attempt.answer()) {
        let chosen = version_name(answer.version);
        return Some(reason_version(
            Certain,
            format!("the server chose {chosen}, which the client does not accept"),
            format!("{service} chose {chosen}; {} offers {offered} and refuses it.", words::CLIENT),
            attempt,
        ));
    }
    if refusal.by == Side::Client || attempt.answer().is_some() {
        return None;
    }
    let chosen = server(facts, attempt).map(|server| &server.versions);
    let apart = chosen.is_some_and(|chosen| !accepts(chosen, hello));
    let confidence = match (refusal.alert, apart) {
        (Some(70), _) => Certain,
        (_, true) => Likely,
        _ => return None,
    };
    let known = match chosen.filter(|chosen| !chosen.is_empty()) {
        Some(chosen) => format!(
            "elsewhere in this capture it chose {}",
            list(chosen.keys().map(|version| version_name(*version)))
        ),
        None => "this capture does not show which it accepts".to_owned(),
    };
    Some(reason_version(
        confidence,
        format!("no common TLS version (client offers {offered})"),
        format!("{} offers {offered}; {service} accepts none of these: {known}.", words::CLIENT),
        attempt,
    ))
}

/// A version that the server chose is in the offer. Without supported_versions the offer reaches down from its highest.
pub(super) fn accepts(chosen: &BTreeMap<u16, u64>, hello: &ClientHello) -> bool {
    chosen.is_empty()
        || chosen.keys().any(|version| match hello.has_supported_versions {
            true => hello.versions.contains(version),
            false => *version <= hello.legacy_version,
        })
}

fn reason_version(
    confidence: Confidence,
    short: String,
    cause: String,
    attempt: &Attempt<'_>,
) -> Reason {
    Reason::new("tls-no-version", confidence)
        .says(
            short,
            cause,
            format!(
                "Enable a common version, TLS 1.2 at least, on {} or on {}; old systems need an update for it.",
                words::CLIENT,
                attempt.service()
            ),
        )
        .shown(attempt.steps().client_hello, "the client's offer")
}

/// No common cipher suite.
pub(in crate::rules) fn cipher<'a>(facts: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason> {
    let hello = attempt.hello()?;
    let refusal =
        refusal(attempt).filter(|refusal| matches!(refusal.alert, None | Some(40 | 71)))?;
    if refusal.by == Side::Client || attempt.steps().server_hello.is_some() {
        return None;
    }
    let known = server(facts, attempt);
    // Without a common version there is nothing to compare: suites belong to versions.
    if known.is_some_and(|server| !accepts(&server.versions, hello)) {
        return None;
    }
    let chosen = known.map(|server| &server.ciphers).filter(|chosen| !chosen.is_empty());
    let offered = list(hello.ciphers.iter().map(|cipher| cipher_name(*cipher)));
    let apart = chosen.is_some_and(|chosen| suites_apart(chosen, hello));
    let wrong_key = wrong_key(facts, attempt);
    let few = hello.ciphers.len() <= NARROW && !hello.versions.contains(&TLS13);
    let narrow = few && refusal.alert.is_some() && chosen.is_none();
    let confidence = match (refusal.alert, apart || wrong_key.is_some()) {
        (Some(71), _) => Certain,
        (alert, true) => sure(alert, &[40]),
        _ if narrow => Possible,
        _ => return None,
    };
    let service = attempt.service();
    let chose = match (chosen, &wrong_key) {
        (_, Some(words)) => words.clone(),
        (Some(chosen), None) => format!(
            "elsewhere in this capture it chose {}",
            list(chosen.keys().map(|cipher| cipher_name(*cipher)))
        ),
        (None, None) => "this capture does not show which it accepts".to_owned(),
    };
    let reason = Reason::new("tls-no-cipher", confidence).says(
        "no common cipher suite",
        format!("{} offers {offered}; {service} accepts none of these: {chose}.", words::CLIENT),
        format!(
            "Enable a common cipher suite on {service} or on {} (ECDHE with AES-GCM fits nearly all). On Windows \
             servers look for event 36874.",
            words::CLIENT
        ),
    );
    Some(reason.shown(attempt.steps().client_hello, "the client's offer"))
}

/// Of the suites that the server chose, some belong to versions that the client offers, and none of these is offered.
fn suites_apart(chosen: &BTreeMap<u16, u64>, hello: &ClientHello) -> bool {
    let offered = |version_is_13: bool| {
        hello.versions.iter().any(|version| (*version == TLS13) == version_is_13)
    };
    let comparable = || chosen.keys().filter(|cipher| offered(SUITES_13.contains(cipher)));
    comparable().count() > 0 && !comparable().any(|cipher| hello.ciphers.contains(cipher))
}

/// The client offers suites for one kind of key only, and the server's certificate has the other.
fn wrong_key(facts: &Facts, attempt: &Attempt<'_>) -> Option<String> {
    let hello = attempt.hello()?;
    if hello.versions.contains(&TLS13) {
        return None;
    }
    let met = attempt.server_chain(facts)?;
    let key = &met.chain.certificates.first()?.key;
    let (needed, name) = match key.split(' ').next() {
        Some("RSA") => (Authentication::Rsa, "RSA"),
        Some("EC" | "Ed25519") => (Authentication::Ecdsa, "ECDSA"),
        _ => return None,
    };
    let authentications = || {
        hello
            .ciphers
            .iter()
            .filter_map(|cipher| cipher_kind(*cipher))
            .map(|kind| kind.authentication)
    };
    let known = authentications().count() > 0;
    (known && !authentications().any(|kind| kind == needed)).then(|| {
        format!(
            "its certificate has a key of the kind {key}, and no suite for {name} keys is offered"
        )
    })
}

/// No common group for the key exchange.
pub(in crate::rules) fn group<'a>(facts: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason> {
    let hello = attempt.hello()?;
    // What the server chose elsewhere does not show that it lacks other groups: its alert must say that it found none.
    let refusal = refusal(attempt).filter(|refusal| matches!(refusal.alert, Some(40 | 47)))?;
    let chosen = &server(facts, attempt)?.groups;
    let late = attempt.stage() > Stage::ServerHello;
    if refusal.by == Side::Client
        || late
        || hello.groups.is_empty()
        || !disjoint(chosen, &hello.groups)
    {
        return None;
    }
    let service = attempt.service();
    let offered = list(hello.groups.iter().map(|group| group_name(*group)));
    let reason = Reason::new("tls-no-group", Likely).says(
        "no common key exchange group",
        format!(
            "{} offers the groups {offered}; elsewhere in this capture {service} chose {}.",
            words::CLIENT,
            list(chosen.keys().map(|group| group_name(*group)))
        ),
        format!(
            "Enable a common group (x25519 or secp256r1) on {service} or on {}.",
            words::CLIENT
        ),
    );
    Some(reason.shown(attempt.steps().client_hello, "the client's offer"))
}

/// The server can sign in no way that the client accepts.
pub(in crate::rules) fn signature<'a>(facts: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason> {
    let hello = attempt.hello()?;
    let refusal =
        refusal(attempt).filter(|refusal| matches!(refusal.alert, None | Some(40 | 43 | 47)))?;
    let offered = &hello.signature_algorithms;
    if refusal.by == Side::Client || attempt.stage() > Stage::ServerHello || offered.is_empty() {
        return None;
    }
    let schemes = server(facts, attempt).map(|server| &server.schemes);
    let met = attempt.server_chain(facts);
    let key = met.as_ref().and_then(|met| met.chain.certificates.first()).map(|leaf| &leaf.key);
    let unusable = key.filter(|key| !offered.iter().any(|scheme| fits(key, *scheme)));
    let apart = schemes.filter(|schemes| disjoint(schemes, offered));
    // TLS 1.3, where suites say nothing of keys: signatures for one kind of key only were left by hand.
    let narrow = key.is_none()
        && refusal.alert == Some(40)
        && hello.versions.contains(&TLS13)
        && ["RSA 2048", "EC P-256"]
            .iter()
            .any(|key| !offered.iter().any(|scheme| fits(key, *scheme)));
    let service = attempt.service();
    let (confidence, can) = match (unusable, apart) {
        (Some(key), _) => (Likely, format!("its certificate has a key of the kind {key}")),
        (None, Some(schemes)) => (
            Likely,
            format!(
                "elsewhere in this capture it signed with {}",
                list(schemes.keys().map(|scheme| scheme_name(*scheme)))
            ),
        ),
        (None, None) if narrow => (
            Possible,
            "these are for one kind of key only, its certificate probably has another".to_owned(),
        ),
        (None, None) => return None,
    };
    let reason = Reason::new("tls-no-sigalg", confidence).says(
        "the client accepts no signature that the server can make",
        format!(
            "{} accepts the signature algorithms {}; {service} cannot use any of these: {can}.",
            words::CLIENT,
            list(offered.iter().map(|scheme| scheme_name(*scheme)))
        ),
        format!(
            "Enable a signature algorithm that fits the certificate on {} (Windows: is SHA-512 or RSA-PSS disabled?), \
             or give {service} a certificate with another kind of key.",
            words::CLIENT
        ),
    );
    Some(reason.shown(attempt.steps().client_hello, "the client's offer"))
}

/// A key of this kind can make such a signature.
fn fits(key: &str, scheme: u16) -> bool {
    let rsa = matches!(scheme, 0x0804..=0x0806) || scheme & 0xff == 1 && scheme < 0x0700;
    match key.split(' ').next() {
        Some("RSA") => rsa,
        Some("EC") => scheme & 0xff == 3 && scheme < 0x0700,
        Some("Ed25519") => scheme == 0x0807,
        _ => true,
    }
}

/// No common application protocol.
pub(in crate::rules) fn alpn<'a>(facts: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason> {
    let hello = attempt.hello()?;
    let refusal = refusal(attempt).filter(|refusal| refusal.alert == Some(120))?;
    let service = attempt.service();
    let offered = list(hello.alpn.iter().map(|protocol| words::name(protocol)));
    let chosen = server(facts, attempt).map(|server| &server.alpn);
    let known = match chosen.filter(|chosen| !chosen.is_empty()) {
        Some(chosen) => format!(
            "elsewhere in this capture it chose {}",
            list(chosen.keys().map(|protocol| words::name(protocol)))
        ),
        None => "this capture does not show which it speaks".to_owned(),
    };
    let confidence = if refusal.by == Side::Server { Certain } else { Likely };
    let reason = Reason::new("tls-alpn", confidence).says(
        format!("no common application protocol (client offers {offered})"),
        format!("{} offers the application protocols {offered}; {service} speaks none of these: {known}.", words::CLIENT),
        format!("Add a common protocol (ALPN) on {service} or on {}.", words::CLIENT),
    );
    Some(reason.shown(attempt.steps().client_hello, "the client's offer"))
}
