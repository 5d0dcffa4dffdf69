//! Why a TLS handshake failed, worked out from what both sides offered, chose and showed: the common ground of the
//! rules about single reasons and of those about the failures (alerts, closes) that need a cause.

pub(super) mod certificates;
pub(super) mod client_certificate;
pub(super) mod extensions;
pub(super) mod parameters;
pub(super) mod retry;
pub(super) mod sessions;

use super::FaultKey;
use super::attempt::Attempt;
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::units::At;

/// Why it failed.
#[derive(Clone, Debug)]
pub(super) struct Reason {
    /// The id under which this is a finding of its own; `None` where the certificate's own findings say it.
    pub(super) id: Option<&'static str>,
    /// How sure.
    pub(super) confidence: Confidence,
    /// A few words for a title.
    pub(super) short: String,
    /// A sentence or two.
    pub(super) cause: String,
    /// What to change.
    pub(super) remedy: String,
    /// A packet that shows it.
    pub(super) evidence: Option<(At, String)>,
    /// Findings about the server that name it too.
    pub(super) faults: Vec<FaultKey>,
}

impl Reason {
    /// A reason that has an id of its own.
    fn new(id: &'static str, confidence: Confidence) -> Self {
        let (short, cause, remedy) = (String::new(), String::new(), String::new());
        Self { id: Some(id), confidence, short, cause, remedy, evidence: None, faults: Vec::new() }
    }

    fn says(
        mut self,
        short: impl Into<String>,
        cause: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        (self.short, self.cause, self.remedy) = (short.into(), cause.into(), remedy.into());
        self
    }

    fn shown(mut self, at: Option<At>, note: impl Into<String>) -> Self {
        self.evidence = at.map(|at| (at, note.into()));
        self
    }
}

/// Looks for one reason.
pub(super) type Ask = for<'a> fn(&'a Facts, &Attempt<'a>) -> Option<Reason>;

/// All reasons, the most telling first.
const ASK: &[Ask] = &[
    client_certificate::empty,
    client_certificate::bad_signature,
    client_certificate::refused,
    certificates::key_mismatch,
    certificates::unstapled,
    certificates::wrong_clock,
    certificates::refused,
    retry::hello_retry_loop,
    extensions::big_hello,
    parameters::alpn,
    parameters::version,
    parameters::cipher,
    parameters::group,
    parameters::signature,
    extensions::server_name,
    sessions::downgrade,
    sessions::renegotiation,
    sessions::resumption,
    extensions::intolerance,
];

/// The best reason for the failure: the surest, and of equals the most telling.
pub(super) fn best<'a>(facts: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason> {
    let found: Vec<Reason> = ASK.iter().filter_map(|ask| ask(facts, attempt)).collect();
    let surest = found.iter().map(|reason| reason.confidence).max()?;
    found.into_iter().find(|reason| reason.confidence == surest)
}
