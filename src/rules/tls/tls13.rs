//! `tls13-client-reject`, `tls13-server-reject`: records of an alert's size where TLS 1.3 hides the alert itself.

use super::{failed, with_reason};
use crate::facts::Facts;
use crate::finding::Confidence::{self, Likely, Possible};
use crate::finding::{Late, Told, late};
use crate::rules::attempt::{Attempt, Stage};
use crate::rules::certificate::{self, Said};
use crate::rules::why::{Reason, client_certificate};
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::{At, Side};

const CLIENT_ID: Id = Id::error(
    "tls13-client-reject",
    Likely,
    "The client seems to refuse the server's certificate (TLS 1.3)",
);
const SERVER_ID: Id = Id::error(
    "tls13-server-reject",
    Likely,
    "The server seems to refuse the client's certificate, or the lack of one (TLS 1.3)",
);

/// The client answers the server's flight with an alert.
pub(crate) const CLIENT: Rule = Rule {
    ids: &[CLIENT_ID],
    manual: include_str!("../manual/tls13-client-reject.md"),
    explains: &[],
    check: client,
};

/// The server answers the client's certificate with an alert.
pub(crate) const SERVER: Rule = Rule {
    ids: &[SERVER_ID],
    manual: include_str!("../manual/tls13-server-reject.md"),
    explains: &[],
    check: server,
};

fn client<'a>(_: &'a Facts, episodes: &mut Episodes<'a>) {
    for attempt in episodes.handshakes().failures().filter(|attempt| attempt.is_tls13()) {
        if let Some(at) = answered_with_alert(attempt) {
            episodes.add(client_refuses(*attempt, at));
        }
    }
}

/// The first record of the client behind the server's flight has an alert's size.
fn answered_with_alert(attempt: &Attempt<'_>) -> Option<At> {
    let flight = attempt.stage() == Stage::ServerFlight && attempt.hinted;
    if !flight || attempt.handshake.incomplete {
        return None;
    }
    let of_client =
        |hint: &&crate::proto::tls::AlertHint| attempt.role(hint.sender) == Side::Client;
    Some(attempt.handshake.hints.iter().find(of_client)?.at)
}

fn client_refuses<'a>(attempt: Attempt<'a>, at: At) -> Found<'a> {
    let met = attempt.server_chain();
    let found = failed(&CLIENT_ID, &attempt, at)
        .told(move || client_words(&attempt))
        .faults(attempt.chain_faults())
        .evidence(at, "record of an alert's size, no Finished before it")
        .evidence_if(attempt.steps().server_encrypted, "the server's encrypted flight")
        .evidence_if(
            met.and_then(|met| met.elsewhere),
            "its certificate, shown in another handshake",
        )
        .references(&["RFC 8446 section 6.2"]);
    ended(found, &attempt)
}

fn client_words(attempt: &Attempt<'_>) -> Told {
    let service = attempt.service();
    let met = attempt.server_chain();
    let said = met.and_then(|met| certificate::blame(&attempt.view(&met, &service), &[]));
    let Said { short, cause, remedy } = said.unwrap_or_else(|| Said {
        short: "probably its certificate".to_owned(),
        cause: "The certificate itself is encrypted and not known from elsewhere in this capture."
            .to_owned(),
        remedy: format!(
            "Read the log of the program on {}; check trust, name and dates of the certificate of {service} \
             (openssl s_client -connect).",
            words::CLIENT
        ),
    });
    Told {
        title: format!("{} refuses {service} in TLS 1.3: {short}", words::CLIENT),
        cause: format!(
            "{} answered the server's certificate with one record that has by its size the length of an alert, instead \
             of its Finished: probably a fatal alert about the certificate. {cause}",
            words::CLIENT
        ),
        remedy,
    }
}

fn server(_: &Facts, episodes: &mut Episodes<'_>) {
    let handshakes = episodes.handshakes();
    let sealed = |attempt: &&Attempt<'_>| {
        attempt.is_tls13() && attempt.hinted && attempt.alert_code().is_none() && attempt.is_whole()
    };
    for attempt in handshakes.attempts.iter().filter(sealed) {
        if let Some(at) = client_certificate::late_refusal(attempt) {
            episodes.add(server_refuses(*attempt, at, handshakes.best(attempt)));
        }
    }
}

fn server_refuses<'a>(attempt: Attempt<'a>, at: At, reason: Option<&Reason<'a>>) -> Found<'a> {
    let confidence: Confidence = reason.map_or(Possible, |_| Likely);
    let why = reason.map(|reason| reason.words.clone());
    let found = failed(&SERVER_ID, &attempt, at)
        .at_most(confidence)
        .told(move || server_words(&attempt, why.as_ref().map(Late::get)))
        .evidence(
            at,
            "record of an alert's size, the server's only one behind the client's Finished",
        )
        .evidence_if(attempt.steps().finished[0], "the client's Finished")
        .references(&["RFC 8446 section 6.2"])
        .step(Step::Data, attempt.name());
    ended(with_reason(found, reason), &attempt)
}

fn server_words(attempt: &Attempt<'_>, why: Option<Said>) -> Told {
    let service = attempt.service();
    let Said { short, cause, remedy } = why.unwrap_or_else(|| Said {
        short: "probably its client certificate".to_owned(),
        cause: String::new(),
        remedy: format!("Read the log of {service} at this time."),
    });
    Told {
        title: format!("{service} refuses {} in TLS 1.3: {short}", words::CLIENT),
        cause: format!(
            "Behind the client's Finished {service} sent one record that has by its size the length of an alert, and \
             nothing else: probably a fatal alert about the client's certificate. {cause}"
        ),
        remedy,
    }
}

fn ended<'a>(found: Found<'a>, attempt: &Attempt<'_>) -> Found<'a> {
    match attempt.ended() {
        Some((side, how, at)) => {
            found.evidence(at, late(move || format!("{how} of the {}", side.name())))
        }
        None => found,
    }
}
