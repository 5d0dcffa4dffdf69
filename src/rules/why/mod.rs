//! Why a TLS handshake failed, worked out from what both sides offered, chose and showed: the common ground of the
//! rules about single reasons and of those about the failures (alerts, closes) that need a cause.

pub(super) mod certificates;
pub(super) mod client_certificate;
pub(super) mod extensions;
pub(super) mod parameters;
pub(super) mod retry;
pub(super) mod sessions;

use super::attempt::{Attempt, Stage};
use super::certificate::Said;
use super::{FaultKey, Map};
use crate::facts::{Facts, Kind};
use crate::finding::{Confidence, Late, Text};
use crate::units::At;

/// Why it failed.
#[derive(Clone, Debug)]
pub(super) struct Reason<'a> {
    /// The id under which this is a finding of its own; `None` where the certificate's own findings say it.
    pub(super) id: Option<&'static str>,
    /// How sure.
    pub(super) confidence: Confidence,
    /// A few words for a title, a sentence or two, what to change.
    pub(super) words: Late<'a, Said>,
    /// A packet that shows it.
    pub(super) evidence: Option<(At, Text<'a>)>,
    /// Findings about the server that name it too.
    pub(super) faults: Vec<FaultKey>,
}

impl<'a> Reason<'a> {
    /// A reason that has an id of its own; `words` says it, if somebody wants to read it.
    fn new(id: &'static str, confidence: Confidence, words: impl Fn() -> Said + 'a) -> Self {
        let words = Late::of(words);
        Self { id: Some(id), confidence, words, evidence: None, faults: Vec::new() }
    }

    /// A reason that findings about the server say too.
    fn of_server(
        faults: Vec<FaultKey>,
        confidence: Confidence,
        words: impl Fn() -> Said + 'a,
    ) -> Self {
        Self { id: None, faults, ..Self::new("", confidence, words) }
    }

    fn shown(mut self, at: Option<At>, note: impl Into<Text<'a>>) -> Self {
        self.evidence = at.map(|at| (at, note.into()));
        self
    }
}

/// Looks for one reason.
type Ask = for<'a> fn(&'a Facts, &Attempt<'a>) -> Option<Reason<'a>>;

/// All reasons, the most telling first, with what a handshake must have for each.
const ASK: &[(Has, Ask)] = &[
    (Has::Any, client_certificate::empty),
    (Has::Alert, client_certificate::bad_signature),
    (Has::Any, client_certificate::refused),
    (Has::Any, certificates::key_mismatch),
    (Has::Alert, certificates::unstapled),
    (Has::Any, certificates::wrong_clock),
    (Has::Any, certificates::refused),
    (Has::Any, retry::hello_retry_loop),
    (Has::Refusal, extensions::big_hello),
    (Has::Alert, parameters::alpn),
    (Has::Refusal, parameters::version),
    (Has::Refusal, parameters::cipher),
    (Has::Alert, parameters::group),
    (Has::Refusal, parameters::signature),
    (Has::Refusal, extensions::server_name),
    (Has::Any, sessions::downgrade),
    (Has::Alert, sessions::renegotiation),
    (Has::Alert, sessions::resumption),
    (Has::Refusal, extensions::intolerance),
];

/// What a glance at a handshake shows: most have no need to be asked for most reasons.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Has {
    /// Nothing in particular.
    Any,
    /// It got no further than the ServerHello, or has an alert.
    Refusal,
    /// A readable alert.
    Alert,
}

impl Has {
    fn of(attempt: &Attempt<'_>) -> Self {
        match () {
            () if attempt.alert_code().is_some() => Self::Alert,
            () if attempt.stage() <= Stage::ServerHello => Self::Refusal,
            () => Self::Any,
        }
    }
}

/// The kept handshakes and their reasons, worked out once for all rules.
pub(super) struct Handshakes<'a> {
    /// The handshakes, in frame order.
    pub(super) attempts: Vec<Attempt<'a>>,
    /// Their reasons, the most telling of each first, and where those of each handshake end.
    reasons: Vec<(u32, Reason<'a>)>,
    ends: Vec<u32>,
    /// The places of reasons that have an id of their own.
    by_id: Map<&'static str, Vec<u32>>,
}

impl<'a> Handshakes<'a> {
    /// Those of `facts`.
    pub(super) fn of(facts: &'a Facts) -> Self {
        let mut attempts = Vec::with_capacity(facts.number_of(Kind::Handshake));
        attempts.extend(super::attempt::attempts(facts));
        let mut reasons = Vec::new();
        let mut ends = Vec::with_capacity(attempts.len());
        for attempt in &attempts {
            let has = Has::of(attempt);
            let asked = ASK.iter().filter(|(needs, _)| *needs <= has);
            let found = asked.filter_map(|(_, ask)| ask(facts, attempt));
            reasons.extend(found.map(|reason| (attempt.number, reason)));
            ends.push(place(reasons.len()));
        }
        let mut by_id: Map<_, Vec<u32>> = Map::default();
        for ((_, reason), at) in reasons.iter().zip(0..) {
            if let Some(id) = reason.id {
                by_id.entry(id).or_default().push(at);
            }
        }
        Self { attempts, reasons, ends, by_id }
    }

    /// Those that did not complete.
    pub(super) fn failures(&self) -> impl Iterator<Item = &Attempt<'a>> {
        self.attempts.iter().filter(|attempt| attempt.failed())
    }

    /// The best reason for the failure: the surest, and of equals the most telling.
    pub(super) fn best(&self, attempt: &Attempt<'_>) -> Option<&Reason<'a>> {
        let number = attempt.number as usize;
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before));
        let found = self.reasons.get(start.map_or(0, |start| *start as usize)..end)?;
        let surest = found.iter().map(|(_, reason)| reason.confidence).max()?;
        found.iter().map(|(_, reason)| reason).find(|reason| reason.confidence == surest)
    }

    /// The handshakes that failed for the reason `id`, in frame order.
    pub(super) fn because(&self, id: &str) -> impl Iterator<Item = (&Attempt<'a>, &Reason<'a>)> {
        self.by_id.get(id).into_iter().flatten().filter_map(|at| {
            let (number, reason) = self.reasons.get(*at as usize)?;
            Some((self.attempts.get(*number as usize)?, reason))
        })
    }
}

/// Facts are bounded far below this.
fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
