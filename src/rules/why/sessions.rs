//! Old sessions, old versions, old renegotiation.

use super::Reason;
use crate::codes::version_name;
use crate::facts::Facts;
use crate::finding::Confidence::Likely;
use crate::rules::attempt::{Attempt, Stage};
use crate::rules::certificate::Said;
use crate::rules::words;
use crate::units::Side;

/// A resumed handshake failed where full ones succeed.
pub(in crate::rules) fn resumption<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let hello = attempt.hello()?;
    let (_, code) = attempt.fatal_alert()?;
    let accepted = attempt.handshake.resumed || attempt.answer().is_some_and(|answer| answer.psk);
    let tried = accepted || hello.offers_ticket || hello.offers_psk;
    let server = attempt.server?;
    if !tried || !matches!(code, 20 | 51 | 115) || server.full == 0 {
        return None;
    }
    let attempt = *attempt;
    let reason = Reason::new("tls-resumption-failed", Likely, move || {
        let service = attempt.service();
        Said {
            short: "resuming the old session fails".to_owned(),
            cause: format!(
                "{} offered to resume an earlier session and {service} failed on it; full handshakes with the same \
                 server succeed ({} in this capture).",
                words::CLIENT,
                server.full
            ),
            remedy: format!(
                "Give all nodes behind {service} the same session ticket keys (or switch tickets off), and let clients \
                 forget their old sessions."
            ),
        }
    });
    Some(reason.shown(attempt.steps().client_hello, "ClientHello that offers a session"))
}

/// The ServerHello bears the mark of a server that could do better: something capped the version.
pub(in crate::rules) fn downgrade<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let (hello, answer) = (attempt.hello()?, attempt.answer()?);
    let able = answer.sentinel?.saturating_add(1);
    let highest = hello.versions.iter().copied().max()?;
    // 0x0303 marks a server able to do 1.3, 0x0302 one able to do 1.2 at least.
    if highest < able || answer.version >= able {
        return None;
    }
    let attempt = *attempt;
    let reason = Reason::new("tls-downgrade", Likely, move || {
        let (chosen, best) = (version_name(answer.version), version_name(highest));
        Said {
            short: format!("something capped the version at {chosen}"),
            cause: format!(
                "{} offers {best} and {} is able to do more, as the mark in its random says; yet {chosen} was chosen: a \
                 device in between changed the offer.",
                words::CLIENT,
                attempt.service()
            ),
            remedy: "Find the TLS-inspecting proxy or other device in between, and update it or pass this traffic by it."
                .to_owned(),
        }
    });
    Some(reason.shown(
        attempt.steps().server_hello,
        "ServerHello with the downgrade mark (RFC 8446 section 4.1.3)",
    ))
}

/// The server lacks RFC 5746, and the client breaks off.
pub(in crate::rules) fn renegotiation<'a>(
    _: &'a Facts,
    attempt: &Attempt<'a>,
) -> Option<Reason<'a>> {
    let (hello, answer) = (attempt.hello()?, attempt.answer()?);
    let (alert, code) = attempt.fatal_alert()?;
    let by_client = attempt.role(alert.sender) == Side::Client && code == 40;
    let early = attempt.stage() < Stage::ClientFlight && !attempt.is_tls13();
    if !by_client || !early || answer.secure_renegotiation || !hello.secure_renegotiation {
        return None;
    }
    let attempt = *attempt;
    let reason = Reason::new("tls-legacy-renegotiation", Likely, move || {
        let service = attempt.service();
        Said {
            short: "the server lacks secure renegotiation".to_owned(),
            cause: format!(
                "{service} does not answer renegotiation_info (RFC 5746); {} breaks off with alert 40, as OpenSSL 3 does \
                 (\"unsafe legacy renegotiation disabled\").",
                words::CLIENT
            ),
            remedy: format!(
                "Update {service}; until then allow it on the client (OpenSSL: Options = UnsafeLegacyServerConnect)."
            ),
        }
    });
    Some(reason.shown(attempt.steps().server_hello, "ServerHello without renegotiation_info"))
}
