//! The keys of `tls.handshake`.

use crate::codes;
use crate::proto::tls::{self, Ended, EndedHow, Outcome};
use crate::units::{At, Close, Side};
use crate::wire::tls::ClientHello;
use serde::Serialize;

/// One TLS connection.
#[derive(Serialize)]
pub(super) struct Handshake<'a> {
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cipher: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sni: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alpn: Option<&'a str>,
    resumed: bool,
    #[serde(flatten)]
    frames: Frames,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<EndedBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offered: Option<Offer<'a>>,
}

#[derive(Serialize)]
struct Frames {
    #[serde(skip_serializing_if = "Option::is_none")]
    client_hello_frame: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_hello_frame: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_frame: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_finished_frame: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_finished_frame: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_data_frame: Option<u64>,
}

#[derive(Serialize)]
struct EndedBy {
    side: &'static str,
    how: &'static str,
    frame: u64,
}

#[derive(Serialize)]
struct Offer<'a> {
    versions: Vec<String>,
    ciphers: Vec<String>,
    groups: Vec<String>,
    signature_algorithms: Vec<String>,
    alpn: &'a [Box<str>],
}

/// The keys of a handshake.
pub(super) fn keys(handshake: &tls::Handshake) -> Handshake<'_> {
    let hello = handshake.hello.as_deref();
    let answer = handshake.answer.as_ref();
    Handshake {
        outcome: outcome(handshake.outcome),
        version: answer.map(|answer| codes::version_name(answer.version)),
        cipher: answer.map(|answer| codes::cipher_name(answer.cipher)),
        sni: hello.and_then(|hello| hello.sni.as_deref()),
        alpn: answer.and_then(|answer| answer.alpn.as_deref()),
        resumed: handshake.resumed,
        frames: frames(&handshake.steps),
        ended_by: handshake.ended_by.as_ref().map(ended_by),
        offered: hello.map(offer),
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::Failed => "failed",
        Outcome::Abandoned => "abandoned",
        Outcome::Unknown => "unknown",
    }
}

fn frames(steps: &tls::Steps) -> Frames {
    let frame = |at: Option<At>| at.map(|at| at.frame.number());
    Frames {
        client_hello_frame: frame(steps.client_hello),
        server_hello_frame: frame(steps.server_hello),
        certificate_frame: frame(steps.certificate),
        client_finished_frame: frame(steps.finished[Side::Client.index()]),
        server_finished_frame: frame(steps.finished[Side::Server.index()]),
        first_data_frame: frame(steps.data.iter().flatten().min().copied()),
    }
}

fn ended_by(ended: &Ended) -> EndedBy {
    let how = match ended.how {
        EndedHow::Alert => "alert",
        EndedHow::Transport(Close::Fin) => "fin",
        EndedHow::Transport(Close::Reset) => "rst",
        EndedHow::Transport(Close::Silence) => "silence",
        EndedHow::Transport(Close::CaptureEnd) => "capture-end",
    };
    EndedBy { side: ended.side.name(), how, frame: ended.at.frame.number() }
}

fn offer(hello: &ClientHello) -> Offer<'_> {
    let names = |codes: &[u16], name: fn(u16) -> String| codes.iter().copied().map(name).collect();
    Offer {
        versions: names(&hello.versions, codes::version_name),
        ciphers: names(&hello.ciphers, codes::cipher_name),
        groups: names(&hello.groups, codes::group_name),
        signature_algorithms: names(&hello.signature_algorithms, codes::scheme_name),
        alpn: &hello.alpn,
    }
}
