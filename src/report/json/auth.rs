//! The keys of `ntlm.auth`.

use crate::proto::auth::{Carrier, Fact, NtlmVersion};
use serde::Serialize;

/// Keys.
#[derive(Serialize)]
pub(super) struct Ntlm<'a> {
    user: &'a str,
    domain: &'a str,
    workstation: &'a str,
    ntlm_version: &'static str,
    carrier: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_frame: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_frame: Option<u64>,
}

/// What the server made of it.
#[derive(Serialize)]
#[serde(untagged)]
enum Status {
    Nt(String),
    Number(u32),
}

/// The keys of an NTLM exchange; others are no fact of the report.
pub(super) fn keys(fact: &Fact) -> Option<Ntlm<'_>> {
    let Fact::Ntlm(ntlm) = fact else { return None };
    Some(Ntlm {
        user: &ntlm.user,
        domain: &ntlm.domain,
        workstation: &ntlm.workstation,
        ntlm_version: version(ntlm.version),
        carrier: match ntlm.carrier {
            Carrier::Http => "http",
            Carrier::Smb2 => "smb2",
            Carrier::Unread => "other",
        },
        status: ntlm.status.map(|status| written(ntlm.carrier, status)),
        challenge_frame: ntlm.challenge.map(|at| at.frame.number()),
        answer_frame: ntlm.answer.map(|at| at.frame.number()),
    })
}

/// A status as its carrier writes it.
fn written(carrier: Carrier, status: u32) -> Status {
    match carrier {
        Carrier::Smb2 => Status::Nt(format!("{status:#010x}")),
        Carrier::Http | Carrier::Unread => Status::Number(status),
    }
}

fn version(version: NtlmVersion) -> &'static str {
    match version {
        NtlmVersion::V1 => "NTLMv1",
        NtlmVersion::V1Session => "NTLMv1 with session security",
        NtlmVersion::V2 => "NTLMv2",
        NtlmVersion::Anonymous => "anonymous",
    }
}
