//! `tls-end-*`: the handshake broke off without an alert. Who closed, and at which step, says where to look.

use super::{failed, key, with_reason};
use crate::facts::Facts;
use crate::finding::Confidence::{self, Likely, Possible};
use crate::finding::{Severity, Told, late};
use crate::proto::looks::Looks;
use crate::proto::tls::{Ended, EndedHow, Outcome};
use crate::rules::attempt::{Attempt, Stage};
use crate::rules::certificate::Said;
use crate::rules::licence;
use crate::rules::why::Reason;
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::{At, Close, SECOND, Side};

macro_rules! end_rule {
    ($rule:ident, $id:ident, $name:literal, $break:path, $summary:literal) => {
        const $id: Id = Id::error($name, Likely, $summary);
        /// The rule for this end.
        pub(crate) const $rule: Rule = Rule {
            ids: &[$id],
            manual: include_str!(concat!("../manual/", $name, ".md")),
            explains: &["tls-alert-inappropriate-fallback"],
            check: |facts, episodes| report(&$id, $break, facts, episodes),
        };
    };
}

end_rule!(
    AT_HELLO,
    ID_1S,
    "tls-end-1s",
    Break::AtHello,
    "The server closes on seeing the ClientHello"
);
end_rule!(NO_ANSWER, ID_1T, "tls-end-1t", Break::NoAnswer, "The ClientHello gets no answer");
end_rule!(
    IN_FLIGHT,
    ID_2,
    "tls-end-2",
    Break::InFlight,
    "The server's answer breaks off after its ServerHello"
);
end_rule!(
    AT_CERTIFICATE,
    ID_3C,
    "tls-end-3c",
    Break::AtCertificate,
    "The client leaves on seeing the server's certificate, without a word"
);
end_rule!(
    AT_CLIENT,
    ID_4S,
    "tls-end-4s",
    Break::AtClient,
    "The server leaves or falls silent at the client's certificate, key or Finished"
);
end_rule!(
    AT_RENEGOTIATION,
    ID_6S,
    "tls-end-6s",
    Break::AtRenegotiation,
    "The server asks for renegotiation on the first request and closes"
);

/// Where a handshake broke off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Break {
    AtHello,
    NoAnswer,
    InFlight,
    AtCertificate,
    AtClient,
    AtRenegotiation,
}

/// A client that gives up sooner did not wait for an answer.
const PATIENCE: i64 = 5 * SECOND;

/// What silence is, as for an abandoned handshake.
const SILENCE: i64 = 30 * SECOND;

/// How it ended: by whom, in words, where.
#[derive(Clone, Copy)]
struct End {
    side: Option<Side>,
    how: &'static str,
    at: At,
}

fn report<'a>(id: &Id, wanted: Break, facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let handshakes = episodes.handshakes();
    for attempt in &handshakes.attempts {
        let Some(end) = end(attempt) else { continue };
        if broke(attempt, &end) == Some(wanted)
            && let Some(found) = broken(id, wanted, facts, *attempt, end, handshakes.best(attempt))
        {
            episodes.add(found);
        }
    }
}

/// The end, if the capture shows one and nothing else was said.
fn end(attempt: &Attempt<'_>) -> Option<End> {
    // A record of an alert's size in place of the client's Finished is told as such.
    let hinted = attempt.stage() == Stage::ServerFlight && attempt.hinted;
    let over = attempt.stage() == Stage::Completed && !attempt.goes_on;
    if !attempt.is_whole() || attempt.alert_code().is_some() || hinted || over {
        return None;
    }
    let other = attempt.other_protocol.then_some(attempt.handshake.not_tls).flatten();
    if other.is_some_and(|other| {
        let instead = attempt.steps().server_hello.is_none();
        other.looks != Looks::Binary || instead && attempt.role(other.side) == Side::Server
    }) {
        return None;
    }
    if let Some((side, how, at)) = attempt.ended() {
        return Some(End { side: Some(side), how, at });
    }
    let Ended { how, at, .. } = attempt.handshake.ended_by?;
    let silent = how == EndedHow::Transport(Close::Silence)
        && attempt.handshake.outcome == Outcome::Abandoned;
    silent.then_some(End { side: None, how: "silence", at })
}

fn broke(attempt: &Attempt<'_>, end: &End) -> Option<Break> {
    let steps = attempt.steps();
    let flight = steps.server_hello_done.or(steps.server_encrypted).or(steps.server_hello);
    let client_left = end.side == Some(Side::Client);
    if client_left && flight.is_some_and(|flight| end.at.frame < flight.frame) {
        // It was gone before the answer came, whatever that was.
        return None;
    }
    if attempt.stage() == Stage::Completed {
        return after_finished(attempt, end);
    }
    let hello = steps.client_hello?;
    if end.at.frame < hello.frame {
        // It had hung up before it saw the hello: tls-end-0.
        return None;
    }
    match (attempt.stage(), end.side) {
        (Stage::ClientHello, Some(Side::Server)) => Some(Break::AtHello),
        (Stage::ClientHello, None) => Some(Break::NoAnswer),
        (Stage::ClientHello, Some(Side::Client)) => waited(attempt, end).then_some(Break::NoAnswer),
        (Stage::ServerHello, Some(Side::Client)) => waited(attempt, end).then_some(Break::InFlight),
        (Stage::ServerHello, _) => Some(Break::InFlight),
        (Stage::ServerFlight, Some(Side::Client) | None) => Some(Break::AtCertificate),
        (Stage::ClientFlight, Some(Side::Server) | None) => Some(Break::AtClient),
        (Stage::ClientFlight, Some(Side::Client)) => {
            waited(attempt, end).then_some(Break::AtClient)
        }
        _ => None,
    }
}

/// The client gave up after it had waited for the server's next message.
fn waited(attempt: &Attempt<'_>, end: &End) -> bool {
    let last = attempt.handshake.last_record.map_or(attempt.at(), |(_, at)| at);
    let since = if last.frame < end.at.frame { last } else { attempt.at() };
    end.at.time.since(since.time) >= PATIENCE
}

/// The server leaves a completed handshake: on a request for renegotiation, or right after the client's certificate.
fn after_finished(attempt: &Attempt<'_>, end: &End) -> Option<Break> {
    let [_, server] = attempt.handshake.data_records;
    let by_server = end.side == Some(Side::Server);
    let renegotiation =
        attempt.steps().renegotiation.is_some_and(|(side, _)| attempt.role(side) == Side::Server);
    let with_certificate = attempt.handshake.client_chain.is_some();
    match server {
        0 if renegotiation && end.side.is_some() => Some(Break::AtRenegotiation),
        0 if by_server && with_certificate && !attempt.is_tls13() => Some(Break::AtClient),
        _ => None,
    }
}

fn broken<'a>(
    id: &Id,
    place: Break,
    facts: &'a Facts,
    attempt: Attempt<'a>,
    end: End,
    reason: Option<&Reason<'a>>,
) -> Option<Found<'a>> {
    let confidence = confidence(place, facts, &attempt, &end, reason.is_some())?;
    let why = reason.map(|reason| (reason.words.clone(), reason.confidence));
    let steps = attempt.steps();
    let completed = attempt.stage() == Stage::Completed;
    let found = failed(id, &attempt, end.at)
        .step(if completed { Step::Data } else { Step::Handshake }, attempt.name())
        .at_most(confidence)
        .no_worse_than(severity(place, &attempt, reason.is_some()))
        .told(move || {
            let why = why.as_ref().map(|(words, confidence)| (words.get(), *confidence));
            words_for(place, &attempt, &end, why)
        })
        .key(key(end.how, reason))
        .evidence(end.at, late(move || shown(&end)))
        .references(&["RFC 8446 section 6", "RFC 5246 section 7.3"]);
    let found = with_reason(found, reason)
        .evidence_if(steps.client_hello, "ClientHello")
        .evidence_if(steps.server_hello, "ServerHello")
        .evidence_if(steps.client_key_exchange, "ClientKeyExchange");
    Some(found)
}

/// What its last packet shows.
fn shown(end: &End) -> String {
    match end.side {
        Some(side) if end.how == "an alert" => format!("alert of the {}", side.name()),
        Some(side) => format!("{} of the {}, no alert before it", end.how, side.name()),
        None => "the last packet; neither side says more".to_owned(),
    }
}

/// A client that leaves at a certificate which is known and has no fault that counts came to look, as far as is known.
fn severity(place: Break, attempt: &Attempt<'_>, explained: bool) -> Severity {
    let known = || attempt.server_chain().is_some();
    match place {
        Break::AtCertificate if !explained && known() => Severity::Warning,
        _ => Severity::Error,
    }
}

fn confidence(
    place: Break,
    facts: &Facts,
    attempt: &Attempt<'_>,
    end: &End,
    explained: bool,
) -> Option<Confidence> {
    let silent = end.side.is_none();
    let completed = attempt.stage() == Stage::Completed;
    let gave_up = end.side == Some(Side::Client) && place != Break::AtCertificate && !completed;
    if silent || gave_up {
        let last = attempt.handshake.last_record.map_or(attempt.at(), |(_, at)| at);
        let timeout = if silent { SILENCE } else { PATIENCE };
        let licence = licence::absence(facts, attempt.ends(), last, timeout).confidence()?;
        let most = match place {
            Break::AtCertificate => Possible,
            // A flight that lacks its last message only may be all that this server sends.
            Break::InFlight if attempt.steps().certificate.is_some() => Possible,
            _ => Likely,
        };
        return Some(licence.min(most));
    }
    // A client that leaves at the certificate needs a fault there; else it only came to look.
    let bare = place == Break::AtCertificate && !explained;
    Some(if bare { Possible } else { Likely })
}

fn words_for(
    place: Break,
    attempt: &Attempt<'_>,
    end: &End,
    why: Option<(Said, Confidence)>,
) -> Told {
    let service = attempt.service();
    let client = words::CLIENT;
    let (headline, usual, usual_remedy) = told(place, &service, end);
    let (short, why, remedy) = match why {
        Some((said, confidence)) => {
            let doubt = if confidence < Likely { "Possibly: " } else { "" };
            (format!(": {}", said.short), format!("{doubt}{}", said.cause), said.remedy)
        }
        None => (String::new(), usual, usual_remedy),
    };
    let said = match end.side {
        Some(side) => {
            let who = if side == Side::Client { client } else { service.as_str() };
            match end.how {
                "an alert" => format!("{who} closed with {}.", end.how),
                how => format!("{who} closed with {how}, without an alert before it."),
            }
        }
        None => "Neither side said more, while the capture went on.".to_owned(),
    };
    Told { title: format!("{headline}{short}"), cause: format!("{why} {said}"), remedy }
}

/// Headline, usual causes and remedy of each place.
fn told(place: Break, service: &str, end: &End) -> (String, String, String) {
    let client = words::CLIENT;
    match place {
        Break::AtHello => (
            format!("{service} hangs up on the ClientHello of {client} ({})", end.how),
            format!(
                "{service} gives no reason. Usual ones: no certificate is bound to the port, or its private key is \
                 missing or not accessible (Windows: HTTP.SYS, LDAPS); a filter on the server name; no common version or \
                 cipher on a stack that sends no alerts; a load balancer whose backend is down; the port speaks no TLS."
            ),
            format!(
                "Check on {service} that a certificate with private key is bound to the port (Windows: netsh http show \
                 sslcert, System log events 36869, 36870, 36871, 36874, 36886), then the state of the backends."
            ),
        ),
        Break::NoAnswer => (
            format!("{service} does not answer the ClientHello of {client}"),
            "The connection stands, but no ServerHello comes: the program hangs, a device in between swallows the hello \
             (large hellos take two packets) or the answer, or full-size packets are lost on the way."
                .to_owned(),
            format!("Look at the program on {service}; capture there to see whether the hello arrives and is answered."),
        ),
        Break::InFlight => (
            format!("{service} breaks off after its ServerHello to {client}"),
            "The certificate flight never came whole: full-size packets are lost on the way (path MTU), or the server \
             failed while it built the flight."
                .to_owned(),
            format!(
                "Compare with a capture on {service}: lost large packets point to the path MTU (clamp the MSS), a close \
                 to the server's log."
            ),
        ),
        Break::AtCertificate => (
            format!("{client} leaves {service} on seeing its certificate"),
            "The client ended the handshake after the server's flight without a word: a program that refuses the \
             certificate silently, a dialog left open, a wait for a revocation answer or a PIN; or it only came to look \
             at the certificate."
                .to_owned(),
            format!(
                "Read the log of the program on {client}; check trust, name, dates and revocation of the certificate of \
                 {service}."
            ),
        ),
        Break::AtClient => (
            format!("{service} leaves {client} after its keys or certificate"),
            "The server ended it at the client's certificate, key exchange or Finished: it refuses or cannot map the \
             client's certificate (Windows events 36877, 36878, 36879), cannot use its own private key, waits for a \
             revocation answer, or its list of accepted issuers was cut off (36885)."
                .to_owned(),
            format!("Read the log of {service} at this time; check its private key and its rules for client certificates."),
        ),
        Break::AtRenegotiation => (
            format!("{service} asks {client} for renegotiation and closes"),
            "On the first request the server began a new handshake, as for a client certificate that is asked for per \
             URL, and the client did not follow or had none."
                .to_owned(),
            format!(
                "Give {client} a client certificate, or ask for it in the first handshake (IIS: negotiate client \
                 certificate) or not at all."
            ),
        ),
    }
}

#[cfg(test)]
mod tests;
