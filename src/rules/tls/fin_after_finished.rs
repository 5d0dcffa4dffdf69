//! `tls-fin-after-finished`: the client completes the handshake and hangs up without having sent anything.

use super::failed;
use crate::facts::{Facts, Success};
use crate::finding::{Confidence, Severity, Told, late};
use crate::rules::attempt::Attempt;
use crate::rules::certificate::{self, Said};
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::{At, Endpoint, SECOND, Side, Time};
use std::net::IpAddr;

const ID: Id = Id::error(
    "tls-fin-after-finished",
    Confidence::Likely,
    "The client hangs up right after the handshake, before it sends anything",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/tls-fin-after-finished.md"),
    explains: &[],
    check,
};

/// A spare connection is given up after a while; a client that judges a certificate leaves at once.
const AT_ONCE: i64 = 2 * SECOND;

/// A client that failed again and again and sends its first data no sooner than this has had its trust mended meanwhile.
const MEND_NS: i64 = 30 * SECOND;

/// From this many connections at even distances on, it is a monitor.
const MONITOR_MIN: usize = 8;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let handshakes = episodes.handshakes();
    let left = handshakes.attempts.iter().filter(|attempt| left_without_a_word(attempt));
    let mut left: Vec<_> = left.map(|attempt| (who(attempt), attempt)).collect();
    left.sort_unstable_by_key(|(who, attempt)| (*who, attempt.number));
    for attempts in left.chunk_by(|(one, _), (other, _)| one == other) {
        let monitor = is_monitor(attempts.iter().map(|(_, attempt)| attempt.at().time));
        for (_, attempt) in attempts {
            let faulty = is_faulty(attempt);
            if let Some(grade) = grade(facts, attempt, faulty, attempts.len(), monitor) {
                episodes.add(hung_up(**attempt, faulty, grade, attempts.len()));
            }
        }
    }
}

/// A client, a server and the name that it was asked by.
fn who<'a>(attempt: &Attempt<'a>) -> (IpAddr, Endpoint, Option<&'a str>) {
    let ends = attempt.ends();
    (ends.client.addr, ends.server, attempt.name())
}

/// Both Finished, no application data of the client, and the client ends it.
fn left_without_a_word(attempt: &Attempt<'_>) -> bool {
    let handshake = attempt.handshake;
    !attempt.failed()
        && attempt.is_whole()
        && handshake.data_records[0] == 0
        && attempt.ended().is_some_and(|(side, _, _)| side == Side::Client)
        && !is_refusal_of_server(attempt)
        && super::encrypted_alert::before_both_finished(attempt).is_none()
}

/// TLS 1.3: the server's alert comes before the client's close.
fn is_refusal_of_server(attempt: &Attempt<'_>) -> bool {
    crate::rules::why::client_certificate::late_refusal(attempt).is_some()
}

/// Something is wrong with the certificate, which clients may mind.
fn is_faulty(attempt: &Attempt<'_>) -> bool {
    attempt.server_chain().is_some_and(|met| {
        let view = attempt.view(&met, "");
        certificate::is_to_blame(&view) && !view.is_only_retired()
    })
}

/// What is wrong with it.
fn fault(attempt: &Attempt<'_>) -> Option<Said> {
    let met = attempt.server_chain()?;
    let owner = attempt.service();
    let mut said = certificate::blame(&attempt.view(&met, &owner), &[])?;
    if let Some(at) = met.elsewhere {
        said.cause = format!(
            "{} (The certificate is encrypted here; the same server showed it in packet {}.)",
            said.cause,
            at.frame.number()
        );
    }
    Some(said)
}

/// How bad and how sure; `None`: nothing to tell.
fn grade(
    facts: &Facts,
    attempt: &Attempt<'_>,
    faulty: bool,
    times: usize,
    monitor: bool,
) -> Option<(Severity, Confidence)> {
    let ends = attempt.ends();
    let pair = facts.pairs.get(&(ends.client.addr, ends.server));
    let works = pair.is_some_and(|pair| pair.when(Success::WithData).count > 0);
    let soon = Time(attempt.at().time.0.saturating_add(MEND_NS));
    let mended = times >= 2
        && pair.is_some_and(|pair| !pair.when(Success::WithData).within(Time(i64::MIN), soon));
    let known = attempt.server_chain().is_some();
    match (faulty, works) {
        (true, works) if at_once(attempt) && (!works || mended) => {
            Some((Severity::Error, Confidence::Likely))
        }
        // What the client refuses here, it accepts elsewhere, or it kept the connection for a while: a spare one.
        (true, _) => Some((Severity::Note, Confidence::Possible)),
        (false, false) if times >= 2 && !monitor && at_once(attempt) => {
            let severity = if known { Severity::Warning } else { Severity::Error };
            Some((severity, Confidence::Possible))
        }
        (false, _) => None,
    }
}

fn at_once(attempt: &Attempt<'_>) -> bool {
    let finished = attempt.steps().finished.iter().flatten().max().copied();
    match (finished, attempt.ended()) {
        (Some(finished), Some((_, _, end))) => end.time.since(finished.time) <= AT_ONCE,
        _ => false,
    }
}

/// Many connections at the same distance, within a tenth.
fn is_monitor(times: impl ExactSizeIterator<Item = Time> + Clone) -> bool {
    if times.len() < MONITOR_MIN {
        return false;
    }
    let gaps = times.clone().zip(times.skip(1)).map(|(before, after)| after.since(before));
    let (least, most) = (gaps.clone().min(), gaps.max());
    least.zip(most).is_some_and(|(least, most)| most - least <= most / 10)
}

fn hung_up<'a>(
    attempt: Attempt<'a>,
    faulty: bool,
    (severity, confidence): (Severity, Confidence),
    times: usize,
) -> Found<'a> {
    let at = attempt.ended().map_or(attempt.at(), |(_, _, at)| at);
    // Where the client is content elsewhere, the certificate's faults stand for themselves.
    let faults = match severity {
        Severity::Note => Vec::new(),
        _ => attempt.chain_faults(),
    };
    let found = failed(&ID, &attempt, at)
        .no_worse_than(severity)
        .at_most(confidence)
        .told(move || {
            let fault = if faulty { fault(&attempt) } else { None };
            words_for(&attempt, at, fault, times)
        })
        .faults(faults)
        .references(&["RFC 8446 section 4.4.4", "RFC 5246 section 7.4.9"])
        .step(Step::Data, attempt.name());
    evidence(found, &attempt, at)
}

fn words_for(attempt: &Attempt<'_>, at: At, fault: Option<Said>, times: usize) -> Told {
    let said = match fault {
        Some(said) => Said { cause: format!("{} {}", said.cause, silent(attempt, at)), ..said },
        None => unknown(attempt, times),
    };
    let (client, service) = (words::CLIENT, attempt.service());
    Told {
        title: format!("{client} hangs up on {service} after the handshake: {}", said.short),
        cause: said.cause,
        remedy: said.remedy,
    }
}

fn silent(attempt: &Attempt<'_>, at: At) -> String {
    let finished = attempt.steps().finished.iter().flatten().max().copied();
    let after = finished.map_or_else(String::new, |finished| {
        format!(" {} later", words::span(finished.time, at.time))
    });
    format!(
        "{} completed the handshake and closed{after}, without an alert in clear and without data: {}.",
        words::CLIENT,
        match at_once(attempt) {
            true => "probably the program judged the certificate after the handshake and hung up",
            false => "probably a spare connection that was not needed",
        }
    )
}

/// Only that it happens again and again is known.
fn unknown(attempt: &Attempt<'_>, times: usize) -> Said {
    let service = attempt.service();
    let why = match attempt.handshake.server_chain {
        Some(_)
            if attempt.kept.verdict.as_ref().is_some_and(|verdict| !verdict.faults.is_empty()) =>
        {
            "Its issuer was once a public CA, but is not among the trust anchors: the client's own store decides."
        }
        Some(_) => {
            "Against the trust anchors given the certificate is in order, but the client may have other roots, or pin a \
             certificate."
        }
        None => {
            "The certificate is encrypted (TLS 1.3) and cannot be judged here; an untrusted issuer or a wrong name are \
             the usual reasons."
        }
    };
    Said {
        short: format!("{times} times, no data"),
        cause: format!(
            "{} completed {times} handshakes with {service}, closed each at once, and never sent data on any connection: \
             possibly it does not accept the certificate. {why}",
            words::CLIENT
        ),
        remedy: format!(
            "Read the log of the program on {}, which should say what it dislikes; compare the certificate of {service} \
             (openssl s_client -connect) with its roots and with the name that it uses.",
            words::CLIENT
        ),
    }
}

fn evidence<'a>(found: Found<'a>, attempt: &Attempt<'a>, at: At) -> Found<'a> {
    let steps = attempt.steps();
    let how = attempt.ended().map_or("closes", |(_, how, _)| how);
    found
        .evidence(at, late(move || format!("{how} of the client; it has sent no application data")))
        .evidence_if(steps.finished[0], "the client's Finished")
        .evidence_if(steps.finished[1], "the server's Finished")
        .evidence_if(steps.certificate, "the server's certificate")
        .evidence_if(steps.client_hello, "ClientHello")
}

#[cfg(test)]
mod tests;
