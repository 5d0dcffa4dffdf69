//! Offers that cannot meet: versions, cipher suites, groups, signature algorithms, application protocols. Computed from
//! the client's offer and from what this server chose in other handshakes of the capture.

use super::Reason;
use crate::codes::{
    Authentication, cipher_kind, cipher_name, group_name, scheme_name, version_name,
};
use crate::facts::{Counts, Facts};
use crate::finding::Confidence::{self, Certain, Likely, Possible};
use crate::rules::attempt::{Attempt, Stage, TLS13};
use crate::rules::certificate::Said;
use crate::rules::words::{self, list};
use crate::units::Side;
use crate::wire::tls::ClientHello;

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

/// What the server chose elsewhere, and the client does not offer: the list, if nothing of it is offered.
pub(super) fn disjoint(chosen: &Counts, offered: &[u16]) -> bool {
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
pub(in crate::rules) fn version<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let hello = attempt.hello()?;
    let refusal = refusal(attempt)
        .filter(|refusal| matches!(refusal.alert, None | Some(40 | 47 | 70 | 80)))?;
    let tried = *attempt;
    if let (Side::Client, Some(70), Some(answer)) = (refusal.by, refusal.alert, attempt.answer()) {
        return Some(no_version(tried, Certain, move || {
            let (chosen, offered) = (version_name(answer.version), versions(&hello.versions));
            let short = format!("the server chose {chosen}, which the client does not accept");
            let (service, client) = (tried.service(), words::CLIENT);
            (short, format!("{service} chose {chosen}; {client} offers {offered} and refuses it."))
        }));
    }
    if refusal.by == Side::Client || attempt.answer().is_some() {
        return None;
    }
    let chosen = attempt.server.map(|server| &server.versions);
    let apart = chosen.is_some_and(|chosen| !accepts(chosen, hello));
    let confidence = match (refusal.alert, apart) {
        (Some(70), _) => Certain,
        (_, true) => Likely,
        _ => return None,
    };
    Some(no_version(tried, confidence, move || {
        let known = match chosen.filter(|chosen| !chosen.is_empty()) {
            Some(chosen) => format!(
                "elsewhere in this capture it chose {}",
                list(chosen.keys().map(|version| version_name(*version)))
            ),
            None => "this capture does not show which it accepts".to_owned(),
        };
        let (service, offered) = (tried.service(), versions(&hello.versions));
        let short = format!("no common TLS version (client offers {offered})");
        let client = words::CLIENT;
        (short, format!("{client} offers {offered}; {service} accepts none of these: {known}."))
    }))
}

/// A version that the server chose is in the offer. Without supported_versions the offer reaches down from its highest.
pub(super) fn accepts(chosen: &Counts, hello: &ClientHello) -> bool {
    chosen.is_empty()
        || chosen.keys().any(|version| match hello.has_supported_versions {
            true => hello.versions.contains(version),
            false => *version <= hello.legacy_version,
        })
}

/// `words`: in short, and the cause.
fn no_version<'a>(
    attempt: Attempt<'a>,
    confidence: Confidence,
    words: impl Fn() -> (String, String) + 'a,
) -> Reason<'a> {
    Reason::new("tls-no-version", confidence, move || {
        let (short, cause) = words();
        let remedy = format!(
            "Enable a common version, TLS 1.2 at least, on {} or on {}; old systems need an update for it.",
            words::CLIENT,
            attempt.service()
        );
        Said { short, cause, remedy }
    })
    .shown(attempt.steps().client_hello, "the client's offer")
}

/// No common cipher suite.
pub(in crate::rules) fn cipher<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let hello = attempt.hello()?;
    let refusal =
        refusal(attempt).filter(|refusal| matches!(refusal.alert, None | Some(40 | 71)))?;
    if refusal.by == Side::Client || attempt.steps().server_hello.is_some() {
        return None;
    }
    let known = attempt.server;
    // Without a common version there is nothing to compare: suites belong to versions.
    if known.is_some_and(|server| !accepts(&server.versions, hello)) {
        return None;
    }
    let chosen = known.map(|server| &server.ciphers).filter(|chosen| !chosen.is_empty());
    let apart = chosen.is_some_and(|chosen| suites_apart(chosen, hello));
    let wrong_key = wrong_key(attempt);
    let few = hello.ciphers.len() <= NARROW && !hello.versions.contains(&TLS13);
    let narrow = few && refusal.alert.is_some() && chosen.is_none();
    let confidence = match (refusal.alert, apart || wrong_key.is_some()) {
        (Some(71), _) => Certain,
        (alert, true) => sure(alert, &[40]),
        _ if narrow => Possible,
        _ => return None,
    };
    let tried = *attempt;
    let reason = Reason::new("tls-no-cipher", confidence, move || {
        let service = tried.service();
        let chose = match (chosen, wrong_key) {
            (_, Some((key, kind))) => format!(
                "its certificate has a key of the kind {key}, and no suite for {kind} keys is offered"
            ),
            (Some(chosen), None) => format!(
                "elsewhere in this capture it chose {}",
                list(chosen.keys().map(|cipher| cipher_name(*cipher)))
            ),
            (None, None) => "this capture does not show which it accepts".to_owned(),
        };
        let offered = list(hello.ciphers.iter().map(|cipher| cipher_name(*cipher)));
        Said {
            short: "no common cipher suite".to_owned(),
            cause: format!(
                "{} offers {offered}; {service} accepts none of these: {chose}.",
                words::CLIENT
            ),
            remedy: format!(
                "Enable a common cipher suite on {service} or on {} (ECDHE with AES-GCM fits nearly all). On Windows \
                 servers look for event 36874.",
                words::CLIENT
            ),
        }
    });
    Some(reason.shown(attempt.steps().client_hello, "the client's offer"))
}

/// Of the suites that the server chose, some belong to versions that the client offers, and none of these is offered.
fn suites_apart(chosen: &Counts, hello: &ClientHello) -> bool {
    let offered = |version_is_13: bool| {
        hello.versions.iter().any(|version| (*version == TLS13) == version_is_13)
    };
    let comparable = || chosen.keys().filter(|cipher| offered(SUITES_13.contains(cipher)));
    comparable().count() > 0 && !comparable().any(|cipher| hello.ciphers.contains(cipher))
}

/// The client offers suites for one kind of key only, and the server's certificate has the other: its key, in full and
/// in short.
fn wrong_key<'a>(attempt: &Attempt<'a>) -> Option<(&'a str, &'static str)> {
    let hello = attempt.hello()?;
    if hello.versions.contains(&TLS13) {
        return None;
    }
    let met = attempt.server_chain()?;
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
    (known && !authentications().any(|kind| kind == needed)).then_some((key.as_str(), name))
}

/// No common group for the key exchange.
pub(in crate::rules) fn group<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let hello = attempt.hello()?;
    // What the server chose elsewhere does not show that it lacks other groups: its alert must say that it found none.
    let refusal = refusal(attempt).filter(|refusal| matches!(refusal.alert, Some(40 | 47)))?;
    let chosen = &attempt.server?.groups;
    let late = attempt.stage() > Stage::ServerHello;
    if refusal.by == Side::Client
        || late
        || hello.groups.is_empty()
        || !disjoint(chosen, &hello.groups)
    {
        return None;
    }
    let tried = *attempt;
    let reason = Reason::new("tls-no-group", Likely, move || {
        let service = tried.service();
        let offered = list(hello.groups.iter().map(|group| group_name(*group)));
        let chosen = list(chosen.keys().map(|group| group_name(*group)));
        Said {
            short: "no common key exchange group".to_owned(),
            cause: format!(
                "{} offers the groups {offered}; elsewhere in this capture {service} chose {chosen}.",
                words::CLIENT
            ),
            remedy: format!(
                "Enable a common group (x25519 or secp256r1) on {service} or on {}.",
                words::CLIENT
            ),
        }
    });
    Some(reason.shown(attempt.steps().client_hello, "the client's offer"))
}

/// The server can sign in no way that the client accepts.
pub(in crate::rules) fn signature<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let hello = attempt.hello()?;
    let refusal =
        refusal(attempt).filter(|refusal| matches!(refusal.alert, None | Some(40 | 43 | 47)))?;
    let offered = &hello.signature_algorithms;
    if refusal.by == Side::Client || attempt.stage() > Stage::ServerHello || offered.is_empty() {
        return None;
    }
    let schemes = attempt.server.map(|server| &server.schemes);
    let met = attempt.server_chain();
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
    let confidence = match (unusable, apart) {
        (None, None) if narrow => Possible,
        (None, None) => return None,
        _ => Likely,
    };
    let tried = *attempt;
    let reason = Reason::new("tls-no-sigalg", confidence, move || {
        let service = tried.service();
        let can = match (unusable, apart) {
            (Some(key), _) => format!("its certificate has a key of the kind {key}"),
            (None, Some(schemes)) => format!(
                "elsewhere in this capture it signed with {}",
                list(schemes.keys().map(|scheme| scheme_name(*scheme)))
            ),
            (None, None) => {
                "these are for one kind of key only, its certificate probably has another"
                    .to_owned()
            }
        };
        Said {
            short: "the client accepts no signature that the server can make".to_owned(),
            cause: format!(
                "{} accepts the signature algorithms {}; {service} cannot use any of these: {can}.",
                words::CLIENT,
                list(offered.iter().map(|scheme| scheme_name(*scheme)))
            ),
            remedy: format!(
                "Enable a signature algorithm that fits the certificate on {} (Windows: is SHA-512 or RSA-PSS \
                 disabled?), or give {service} a certificate with another kind of key.",
                words::CLIENT
            ),
        }
    });
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
pub(in crate::rules) fn alpn<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let hello = attempt.hello()?;
    let refusal = refusal(attempt).filter(|refusal| refusal.alert == Some(120))?;
    let chosen = attempt.server.map(|server| &server.alpn);
    let confidence = if refusal.by == Side::Server { Certain } else { Likely };
    let tried = *attempt;
    let reason = Reason::new("tls-alpn", confidence, move || {
        let service = tried.service();
        let offered = list(hello.alpn.iter().map(|protocol| words::name(protocol)));
        let known = match chosen.filter(|chosen| !chosen.is_empty()) {
            Some(chosen) => format!(
                "elsewhere in this capture it chose {}",
                list(chosen.keys().map(|protocol| words::name(protocol)))
            ),
            None => "this capture does not show which it speaks".to_owned(),
        };
        Said {
            short: format!("no common application protocol (client offers {offered})"),
            cause: format!(
                "{} offers the application protocols {offered}; {service} speaks none of these: {known}.",
                words::CLIENT
            ),
            remedy: format!("Add a common protocol (ALPN) on {service} or on {}.", words::CLIENT),
        }
    });
    Some(reason.shown(attempt.steps().client_hello, "the client's offer"))
}
