//! One side speaks TLS and the other does not: `tls-plaintext-on-tls-port`, `tls-hello-on-plain-port`,
//! `tcp-wrong-service`, `tls-end-0`.

use crate::facts::{Facts, Kept, Kind, Success};
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::{Text, Told, late};
use crate::proto::looks::Looks;
use crate::proto::tls::NotTls;
use crate::proto::{Fact, tcp, tls};
use crate::rules::attempt::Attempt;
use crate::rules::why::Handshakes;
use crate::rules::{Episodes, Found, Id, Rule, words};
use crate::units::{At, Close, Ends, Frame, Side};
use std::collections::BTreeSet;

const PLAIN_ID: Id = Id::error(
    "tls-plaintext-on-tls-port",
    Certain,
    "The client speaks plain text to a port that wants TLS",
);
const HELLO_ID: Id = Id::error(
    "tls-hello-on-plain-port",
    Certain,
    "The client speaks TLS to a port that speaks plain text",
);
const SERVICE_ID: Id =
    Id::error("tcp-wrong-service", Certain, "Another service than expected answers on this port");
const END_ID: Id =
    Id::error("tls-end-0", Possible, "The server closes or speaks before any ClientHello");

/// Plain text on a TLS port.
pub(crate) const PLAINTEXT: Rule = Rule {
    ids: &[PLAIN_ID],
    manual: include_str!("../manual/tls-plaintext-on-tls-port.md"),
    explains: &[],
    check: plaintext,
};

/// TLS on a plain port.
pub(crate) const HELLO: Rule = Rule {
    ids: &[HELLO_ID],
    manual: include_str!("../manual/tls-hello-on-plain-port.md"),
    explains: &[],
    check: hello,
};

/// Another service on the port.
pub(crate) const SERVICE: Rule = Rule {
    ids: &[SERVICE_ID],
    manual: include_str!("../manual/tcp-wrong-service.md"),
    explains: &[],
    check: service,
};

/// Nothing was said where TLS is spoken.
pub(crate) const END_0: Rule = Rule {
    ids: &[END_ID],
    manual: include_str!("../manual/tls-end-0.md"),
    explains: &[],
    check: end_0,
};

/// Ports where nothing but TLS is spoken.
const TLS_PORTS: [u16; 10] = [443, 465, 636, 853, 989, 990, 993, 995, 5061, 8443];

fn is_tls_port(ends: &Ends) -> bool {
    ends.server.port.is_some_and(|port| TLS_PORTS.contains(&port))
}

fn protocol(looks: Looks) -> &'static str {
    match looks {
        Looks::Http => "HTTP",
        Looks::Ssh => "SSH",
        Looks::Smtp => "SMTP or FTP",
        Looks::Mail => "IMAP or POP3",
        Looks::Smb => "SMB",
        Looks::DceRpc => "DCE/RPC",
        Looks::Tls => "TLS",
        Looks::Text => "plain text",
        Looks::Binary => "an unknown protocol",
    }
}

fn plaintext<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for (kept, exchange) in facts.plain() {
        let ends = &kept.emitted.ends;
        let Some((looks, at)) = exchange.client.filter(|(looks, _)| *looks != Looks::Tls) else {
            continue;
        };
        let known = facts.servers.get(&ends.server);
        let speaks_tls =
            is_tls_port(ends) || known.is_some_and(|server| server.completed.count > 0);
        let hung_up = matches!(exchange.ended, Some((Side::Server, Close::Fin | Close::Reset, _)));
        let (sure, sign) = match (exchange.server_alert, exchange.server_wants_tls) {
            (Some((_, code)), _) => (Certain, format!("alert {code}")),
            (None, true) => (Certain, "a page that asks for HTTPS".to_owned()),
            (None, false) if exchange.server.is_none() && hung_up && speaks_tls => {
                (Likely, "a close without a word".to_owned())
            }
            _ => continue,
        };
        let answer = exchange.server.map(|(_, at)| at).or(exchange.ended.map(|(_, _, at)| at));
        let spoken = protocol(looks);
        let found = Found::between(&PLAIN_ID, ends, answer.unwrap_or(at))
            .at_most(sure)
            .title(format!("{} speaks {spoken} without TLS to the TLS port {}", words::CLIENT, ends.server))
            .cause(format!(
                "{} began with {spoken} in plain text; {} speaks TLS on this port and answered with {sign}.",
                words::CLIENT, ends.server
            ))
            .remedy(format!(
                "Let {} use TLS (https instead of http, SSL switched on), or the port for plain text.",
                words::CLIENT
            ))
            .key(spoken)
            .evidence(at, format!("the client's first bytes: {spoken}"))
            .evidence_if(answer, "the server's answer")
            .references(&["RFC 8446 section 5.1", "RFC 9110 section 4.2.2"]);
        episodes.add(found);
    }
}

fn not_tls<'h, 'a>(
    handshakes: &'h Handshakes<'a>,
) -> impl Iterator<Item = (Attempt<'a>, NotTls)> + use<'h, 'a> {
    handshakes.failures().filter(|attempt| attempt.other_protocol).copied().filter_map(|attempt| {
        let other = attempt.handshake.not_tls?;
        let answered = attempt.role(other.side) == Side::Server
            && attempt.steps().server_hello.is_none()
            && attempt.steps().client_hello.is_some();
        answered.then_some((attempt, other))
    })
}

/// What a port speaks that is not what TLS clients expect at all.
fn is_other_service(looks: Looks) -> bool {
    matches!(looks, Looks::DceRpc | Looks::Smb)
}

fn hello<'a>(_: &'a Facts, episodes: &mut Episodes<'a>) {
    let handshakes = episodes.handshakes();
    for (attempt, other) in not_tls(&handshakes).filter(|(_, other)| !is_other_service(other.looks))
    {
        // Bytes without a name prove less: a damaged record has them too.
        let sure = if other.looks == Looks::Binary { Likely } else { Certain };
        let found = super::failed(&HELLO_ID, &attempt, other.at)
            .at_most(sure)
            .told(move || hello_words(&attempt, protocol(other.looks)))
            .key("plain")
            .evidence(other.at, servers_answer(other))
            .evidence_if(attempt.steps().client_hello, "ClientHello")
            .references(&["RFC 8446 section 5.1"]);
        episodes.add(found);
    }
}

fn servers_answer<'a>(other: NotTls) -> Text<'a> {
    late(move || format!("the server's answer: {}", protocol(other.looks)))
}

fn hello_words(attempt: &Attempt<'_>, spoken: &str) -> Told {
    let (client, service) = (words::CLIENT, attempt.service());
    Told {
        title: format!("{client} speaks TLS to {service}, which answers with {spoken}"),
        cause: format!(
            "{client} sent a ClientHello, and {service} answered with {spoken}: this port speaks no TLS. Scheme and port \
             do not fit."
        ),
        remedy: format!(
            "Let {client} use the TLS port of the service (or http instead of https, or STARTTLS), or switch TLS on at \
             {service}."
        ),
    }
}

fn service<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let handshakes = episodes.handshakes();
    for (attempt, other) in not_tls(&handshakes).filter(|(_, other)| is_other_service(other.looks))
    {
        let found = wrong_service(attempt.ends(), other.at, "TLS", other.looks)
            .service(attempt.name())
            .evidence(other.at, servers_answer(other))
            .evidence_if(attempt.steps().client_hello, "ClientHello");
        episodes.add(found);
    }
    for (kept, exchange) in facts.plain() {
        let (Some((client, asked)), Some((server, answered))) = (exchange.client, exchange.server)
        else {
            continue;
        };
        if client.names_protocol() && server.names_protocol() && client != server {
            let found = wrong_service(&kept.emitted.ends, answered, protocol(client), server)
                .evidence(answered, format!("the server's first bytes: {}", protocol(server)))
                .evidence(asked, format!("the client's first bytes: {}", protocol(client)));
            episodes.add(found);
        }
    }
}

fn wrong_service<'a>(ends: &Ends, at: At, expected: &str, answers: Looks) -> Found<'a> {
    let spoken = protocol(answers);
    Found::between(&SERVICE_ID, ends, at)
        .title(format!("{} answers {} with {spoken} where {expected} was expected", ends.server, words::CLIENT))
        .cause(format!(
            "{} speaks {expected} to {}, which answers with {spoken}: another program holds this port, or the client (or \
             a forwarding rule) leads to the wrong one.",
            words::CLIENT, ends.server
        ))
        .remedy(format!(
            "Find out which program holds the port on {} (netstat -ano, ss -ltnp), and correct the port of the client, \
             the service or the forwarding rule.",
            ends.server.addr
        ))
        .key(format!("{expected} {spoken}"))
        .references(&["RFC 9293 section 3.3"])
}

fn end_0<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for (kept, exchange) in facts.plain() {
        if let (None, Some((_, code))) = (exchange.client, exchange.server_alert) {
            let at = exchange.server.map_or(kept.emitted.at, |(_, at)| at);
            episodes.add(both_waited(&kept.emitted.ends, at, code));
        }
    }
    for (ends, at, code) in alerts_to_nobody(facts) {
        episodes.add(both_waited(ends, at, code));
    }
    for (kept, fact) in facts.tcp() {
        let tcp::Fact::AcceptClose { reset } = fact else { continue };
        let (at, ends) = (kept.emitted.at, &kept.emitted.ends);
        let works =
            facts.servers.get(&ends.server).is_some_and(|server| server.completed.count > 0);
        let pair = facts.pairs.get(&(ends.client.addr, ends.server));
        if !is_tls_port(ends)
            || works
            || pair.is_some_and(|pair| pair.when(Success::WithData).count > 0)
        {
            continue;
        }
        let how = if *reset { "RST" } else { "FIN" };
        let found = Found::between(&END_ID, ends, at)
            .title(format!("{} hangs up on {} before any ClientHello", ends.server, words::CLIENT))
            .cause(format!(
                "Possibly {} is a proxy that expects a PROXY header or has no backend, or speaks no TLS here: it closed \
                 ({how}) before the client sent its hello.",
                ends.server
            ))
            .remedy(format!("Read the log of {}, and check its backends and its PROXY protocol setting.", ends.server))
            .key(how)
            .evidence(at, format!("{how} of the server before any byte"))
            .references(&["RFC 8446 section 2"]);
        episodes.add(found);
    }
}

/// A FIN counts as a byte of the sequence space.
const FIN_ONLY: u64 = 1;

/// Alerts of servers to clients that had sent nothing by the time they reset the connection.
fn alerts_to_nobody(facts: &Facts) -> impl Iterator<Item = (&Ends, At, u8)> {
    let unsaid = |(_, reset): &(&Kept, &tcp::Reset)| reset.bytes[0] <= FIN_ONLY;
    let silent: BTreeSet<Frame> =
        facts.resets().filter(unsaid).map(|(kept, _)| kept.emitted.ends.flow).collect();
    facts.of(Kind::Tls).filter_map(move |kept| match &kept.emitted.fact {
        Fact::Tls(tls::Fact::Alert(alert)) if silent.contains(&kept.emitted.ends.flow) => {
            let (_, code) = alert.clear.filter(|_| alert.sender == Side::Server)?;
            Some((&kept.emitted.ends, alert.at, code))
        }
        _ => None,
    })
}

/// The client sent nothing at all, and the server's first bytes are an alert.
fn both_waited<'a>(ends: &Ends, at: At, code: u8) -> Found<'a> {
    Found::between(&END_ID, ends, at)
        .title(format!(
            "{} sends {} no ClientHello: both wait for the other to begin",
            words::CLIENT, ends.server
        ))
        .cause(format!(
            "Possibly {} speaks a protocol in which the server begins (SMTP, IMAP, POP3 without TLS), while {} waits for a \
             ClientHello and ends with alert {code}.",
            words::CLIENT, ends.server
        ))
        .remedy(format!(
            "Switch TLS on from the first byte at {}, or let it use the port for plain text or STARTTLS.",
            words::CLIENT
        ))
        .key("waits")
        .evidence(at, format!("alert {code} of the server; the client has sent nothing"))
        .references(&["RFC 8314 section 3"])
}

#[cfg(test)]
mod tests;
