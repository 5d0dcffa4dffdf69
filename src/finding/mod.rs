//! Findings: what the rules conclude. An [`Episode`] is what is known of one, a [`Finding`] the same in words.

mod episode;
mod key;
mod late;
mod told;

pub use episode::{Episode, Proof, Recovery};
pub use key::Key;
pub use late::{Late, Text, late};
pub use told::{CLIENT, Told, cut};

use crate::units::{At, Endpoint, Time, Transport};
use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// It worked, with a fault, a fallback or a risk.
    Warning,
    /// Somebody could not do what they tried.
    Error,
}

impl Severity {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Timing or absence only.
    Possible,
    /// Order plus one independent fact.
    Likely,
    /// The wire states the cause.
    Certain,
}

impl Confidence {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// One of the two parties of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// A host.
    Host(IpAddr),
    /// A service on a host.
    Service(Endpoint),
    /// Several hosts of one network: address and prefix length (/24 or /64).
    Network(IpAddr, u8),
}

/// In two words: each failed attempt is looked up by its parties.
impl Hash for Party {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match *self {
            Self::Host(addr) => Endpoint { addr, port: None }.hash(state),
            Self::Service(endpoint) => endpoint.hash(state),
            Self::Network(addr, _) => Endpoint { addr, port: None }.hash(state),
        }
        std::mem::discriminant(self).hash(state);
    }
}

impl std::fmt::Display for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Host(addr) => addr.fmt(f),
            Self::Service(endpoint) => endpoint.fmt(f),
            Self::Network(addr, bits) => write!(f, "{addr}/{bits}"),
        }
    }
}

/// A packet that proves something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Which.
    pub at: At,
    /// What it shows, in one line.
    pub note: String,
}

/// A code on which a finding rests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code {
    /// Table of `codes/`: `tls_alert`, `schannel`, …
    pub space: &'static str,
    /// Value.
    pub code: i64,
    /// Name as in its specification.
    pub name: Cow<'static, str>,
}

/// What failed (or is worth knowing), why, how often, and what proves it, in words and as plain data for renderers.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Stable id of its rule.
    pub id: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Who, what and why in at most 120 characters.
    pub title: String,
    /// The root cause in words; a possible one says "possibly".
    pub cause: String,
    /// What to change.
    pub remedy: String,
    /// Who tried.
    pub client: Option<Party>,
    /// With whom.
    pub server: Option<Party>,
    /// Over what; TCP or UDP tell the server's port which it is.
    pub transport: Transport,
    /// The name that the client used for the service (SNI, host), where known.
    pub service: Option<String>,
    /// Tells episodes of one id, client and server apart: a short key of the cause. Equal keys are one episode.
    pub cause_key: String,
    /// Failed attempts.
    pub count: u64,
    /// The first of them.
    pub first: Time,
    /// The last of them.
    pub last: Time,
    /// At most eight, the decisive one first.
    pub evidence: Vec<Evidence>,
    /// Codes quoted.
    pub codes: Vec<Code>,
    /// RFC or MS-* sections.
    pub references: &'static [&'static str],
    /// Findings that this one explains or that name its cause; one level deep.
    pub related: Vec<Finding>,
}

impl Finding {
    /// The stable key of the episode: id, parties and cause.
    pub fn episode(&self) -> String {
        let party =
            |party: &Option<Party>| party.map_or_else(String::new, |party| party.to_string());
        format!("{}|{}|{}|{}", self.id, party(&self.client), party(&self.server), self.cause_key)
    }
}
