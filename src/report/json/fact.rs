//! The object `fact`: who, when and where, then the keys of its kind.

use super::certificate::{self, Certificates};
use super::handshake::{self, Handshake};
use super::object::Shown;
use super::{auth, dns, http, krb5, smb};

use crate::codes;
use crate::facts::Kept;
use crate::proto::looks::Looks;
use crate::proto::{self, plain, tcp, tls};
use crate::units::{Endpoint, Time};
use serde::Serialize;
use std::net::IpAddr;

/// A fact with the keys of every kind.
#[derive(Serialize)]
pub(super) struct Fact<'a> {
    r#type: &'static str,
    kind: &'static str,
    file: &'a str,
    frame: u64,
    time: Shown<Time>,
    client: Shown<Endpoint>,
    server: Shown<Endpoint>,
    transport: &'static str,
    flow: u64,
    #[serde(flatten)]
    keys: Keys<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Keys<'a> {
    Handshake(Box<Handshake<'a>>),
    Certificates(Certificates<'a>),
    Alert(Alert),
    AlertHint { sender: &'static str, record_length: u16 },
    Attempts { attempts: u32 },
    HalfOpen { syn_acks: u32 },
    Reset { sender: &'static str },
    AcceptClose { how: &'static str },
    Blackhole { sender: &'static str, lost_size: u32, passed_size: u32, transmissions: u32 },
    Unreachable { icmp_type: u8, icmp_code: u8, sender: Shown<IpAddr> },
    TooBig { sender: Shown<IpAddr>, mtu: u32 },
    Gap { side: &'static str, bytes: u64 },
    Dns(dns::Dns<'a>),
    Http(http::Http<'a>),
    Krb5(krb5::Krb5<'a>),
    Ntlm(auth::Ntlm<'a>),
    Smb(smb::Smb<'a>),
    Plain(Plain),
}

#[derive(Serialize)]
struct Alert {
    sender: &'static str,
    encrypted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Serialize)]
struct Plain {
    #[serde(skip_serializing_if = "Option::is_none")]
    client_speaks: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_speaks: Option<&'static str>,
}

/// The object of a fact; `None` for what is an aggregate's business only.
pub(super) fn object<'a>(path: &'a str, kept: &'a Kept) -> Option<Fact<'a>> {
    let (kind, keys) = keys(kept)?;
    let proto::Emitted { at, ends, .. } = &kept.emitted;
    Some(Fact {
        r#type: "fact",
        kind,
        file: path,
        frame: at.frame.number(),
        time: Shown(at.time),
        client: Shown(ends.client),
        server: Shown(ends.server),
        transport: if kind.starts_with("icmp.") { "icmp" } else { ends.transport.name() },
        flow: ends.flow.number(),
        keys,
    })
}

fn keys(kept: &Kept) -> Option<(&'static str, Keys<'_>)> {
    match &kept.emitted.fact {
        proto::Fact::Tcp(fact) => tcp_keys(fact),
        proto::Fact::Tls(fact) => tls_keys(fact, kept),
        proto::Fact::Plain(fact) => plain_keys(fact),
        proto::Fact::Dns(exchange) => {
            dns::keys(exchange).map(|(kind, keys)| (kind, Keys::Dns(keys)))
        }
        proto::Fact::Http(exchange) => {
            http::keys(exchange).map(|keys| ("http.status", Keys::Http(keys)))
        }
        proto::Fact::Krb5(fact) => {
            krb5::keys(fact, kept.emitted.at.time).map(|(kind, keys)| (kind, Keys::Krb5(keys)))
        }
        proto::Fact::Auth(fact) => auth::keys(fact).map(|keys| ("ntlm.auth", Keys::Ntlm(keys))),
        proto::Fact::Smb(fact) => Some(("smb.error", Keys::Smb(smb::keys(fact)))),
        proto::Fact::Clock(_) => None,
    }
}

fn tls_keys<'a>(fact: &'a tls::Fact, kept: &'a Kept) -> Option<(&'static str, Keys<'a>)> {
    Some(match fact {
        tls::Fact::Handshake(handshake) => {
            ("tls.handshake", Keys::Handshake(Box::new(handshake::keys(handshake))))
        }
        tls::Fact::Certificate(seen) => {
            let verdict = kept.verdict.as_deref();
            ("tls.certificate", Keys::Certificates(certificate::keys(seen, verdict)))
        }
        tls::Fact::Alert(alert) => ("tls.alert", Keys::Alert(alert_keys(alert))),
        tls::Fact::AlertHint(hint) => (
            "tls.alert_hint",
            Keys::AlertHint { sender: hint.sender.name(), record_length: hint.record_length },
        ),
        tls::Fact::Ended { .. } => return None,
    })
}

fn alert_keys(alert: &tls::Alert) -> Alert {
    let level = alert.clear.and_then(|(level, _)| match level {
        1 => Some("warning"),
        2 => Some("fatal"),
        _ => None,
    });
    let code = alert.clear.map(|(_, code)| code);
    Alert {
        sender: alert.sender.name(),
        encrypted: alert.clear.is_none(),
        level,
        code,
        name: code.and_then(registered),
    }
}

/// The name of an alert, when it is registered.
fn registered(alert: u8) -> Option<String> {
    let name = codes::alert_name(alert);
    (name != alert.to_string()).then(|| name.into_owned())
}

fn tcp_keys(fact: &tcp::Fact) -> Option<(&'static str, Keys<'_>)> {
    Some(match fact {
        tcp::Fact::Refused(refused) => {
            ("tcp.refused", Keys::Attempts { attempts: refused.attempts })
        }
        tcp::Fact::Unanswered(silent) => {
            ("tcp.unanswered", Keys::Attempts { attempts: silent.attempts })
        }
        tcp::Fact::HalfOpen(open) => ("tcp.half_open", Keys::HalfOpen { syn_acks: open.syn_acks }),
        tcp::Fact::Reset(reset) => ("tcp.reset", Keys::Reset { sender: reset.sender.name() }),
        tcp::Fact::AcceptClose { reset } => {
            ("tcp.accept_close", Keys::AcceptClose { how: if *reset { "rst" } else { "fin" } })
        }
        tcp::Fact::Blackhole(hole) => ("tcp.blackhole", blackhole_keys(hole)),
        tcp::Fact::Unreachable(error) => ("icmp.unreachable", unreachable_keys(error)),
        tcp::Fact::TooBig { sender, mtu } => {
            ("icmp.too_big", Keys::TooBig { sender: Shown(*sender), mtu: *mtu })
        }
        tcp::Fact::Gap { side, bytes } => {
            ("capture.gap", Keys::Gap { side: side.name(), bytes: *bytes })
        }
        tcp::Fact::Opened(_) | tcp::Fact::Closed { .. } => return None,
    })
}

fn blackhole_keys(hole: &tcp::Blackhole) -> Keys<'static> {
    Keys::Blackhole {
        sender: hole.sender.name(),
        lost_size: hole.lost_size,
        passed_size: hole.passed_size,
        transmissions: hole.transmissions,
    }
}

fn unreachable_keys(error: &tcp::Unreachable) -> Keys<'static> {
    Keys::Unreachable { icmp_type: error.kind, icmp_code: error.code, sender: Shown(error.sender) }
}

/// Only a mismatch is a fact of the report: one side speaks TLS, the other does not.
fn plain_keys(fact: &plain::Fact) -> Option<(&'static str, Keys<'_>)> {
    let looks = |seen: &Option<(Looks, _)>| seen.as_ref().map(|(looks, _)| *looks);
    let (client, server) = (looks(&fact.client), looks(&fact.server));
    let tls = |side: Option<Looks>| side == Some(Looks::Tls);
    let mismatch = tls(client) != tls(server) || fact.server_wants_tls;
    let keys = Plain { client_speaks: client.map(name), server_speaks: server.map(name) };
    mismatch.then_some(("plain.exchange", Keys::Plain(keys)))
}

fn name(looks: Looks) -> &'static str {
    match looks {
        Looks::Http => "http",
        Looks::Ssh => "ssh",
        Looks::Smtp => "smtp",
        Looks::Mail => "imap-pop3",
        Looks::Smb => "smb",
        Looks::DceRpc => "dcerpc",
        Looks::Tls => "tls",
        Looks::Text => "text",
        Looks::Binary => "binary",
    }
}
