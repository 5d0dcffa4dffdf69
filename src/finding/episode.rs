//! Equal failures put together, not yet in words: there may be a hundred thousand, and few of them are read.

use super::{Code, Confidence, Evidence, Finding, Key, Late, Party, Severity, Text, Told};
use crate::units::{At, Time, Transport};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::rc::Rc;

/// What failed (or is worth knowing), how often, and what proves it; its words are made by [`Episode::tell`].
/// It borrows from the facts that it rests on.
#[derive(Clone, Debug)]
pub struct Episode<'a> {
    /// Stable id of its rule.
    pub id: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Who tried; below another episode `None` stands for the client of that one.
    pub client: Option<Party>,
    /// With whom.
    pub server: Option<Party>,
    /// Over what.
    pub transport: Transport,
    /// The name that the client used for the service, where known.
    pub service: Option<Cow<'a, str>>,
    /// Tells episodes of one id, client and server apart.
    pub key: Key,
    /// Failed attempts.
    pub count: u64,
    /// The first of them.
    pub first: Time,
    /// The last of them.
    pub last: Time,
    /// What proves it, the decisive packet first.
    pub evidence: Vec<Proof<'a>>,
    /// Codes quoted.
    pub codes: SmallVec<[Code; 1]>,
    /// RFC or MS-* sections.
    pub references: &'static [&'static str],
    /// Title, cause and remedy.
    pub words: Late<'a, Told>,
    /// How the client got over it.
    pub recovery: Option<Recovery>,
    /// Episodes that this one explains or that name its cause; one level deep. A fault that many failures name is
    /// shared by them.
    pub related: Vec<Rc<Episode<'a>>>,
}

/// A packet that proves something.
#[derive(Clone, Debug)]
pub struct Proof<'a> {
    /// Which.
    pub at: At,
    /// What it shows, in one line.
    pub note: Text<'a>,
}

/// How a client got over failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// By what: `another connection that carried data`.
    pub over: &'static str,
    /// Over how many.
    pub recovered: u64,
    /// Of how many.
    pub count: u64,
}

impl<'a> Episode<'a> {
    /// One attempt at `at`, without parties and words.
    pub fn new(id: &'static str, severity: Severity, confidence: Confidence, at: Time) -> Self {
        Self {
            id,
            severity,
            confidence,
            client: None,
            server: None,
            transport: Transport::Tcp,
            service: None,
            key: Key::default(),
            count: 1,
            first: at,
            last: at,
            evidence: Vec::new(),
            codes: SmallVec::new(),
            references: &[],
            words: Late::Made(Told::default()),
            recovery: None,
            related: Vec::new(),
        }
    }

    /// The finding, in words.
    pub fn tell(&self) -> Finding {
        self.told_of(self.client)
    }

    /// An episode that lies below this one, as one that stands alone.
    pub fn raised(&self, below: Rc<Episode<'a>>) -> Rc<Episode<'a>> {
        let mut below = below;
        if below.client.is_none() && self.client.is_some() {
            Rc::make_mut(&mut below).client = self.client;
        }
        below
    }

    fn told_of(&self, client: Option<Party>) -> Finding {
        let mut told = self.words.get();
        if let Some(recovery) = &self.recovery {
            told.cause = format!("{} {}", told.cause, recovery.sentence());
        }
        told.doubt(self.confidence);
        told.name_client(client);
        Finding {
            id: self.id,
            severity: self.severity,
            confidence: self.confidence,
            title: told.title,
            cause: told.cause,
            remedy: told.remedy,
            client,
            server: self.server,
            transport: self.transport,
            service: self.service.as_deref().map(str::to_owned),
            cause_key: self.key.to_string(),
            count: self.count,
            first: self.first,
            last: self.last,
            evidence: self.evidence.iter().map(Proof::tell).collect(),
            codes: self.codes.to_vec(),
            references: self.references,
            related: self
                .related
                .iter()
                .map(|below| below.told_of(below.client.or(client)))
                .collect(),
        }
    }
}

impl Proof<'_> {
    fn tell(&self) -> Evidence {
        Evidence { at: self.at, note: self.note.get().into_owned() }
    }
}

impl Recovery {
    /// It got over all of them.
    pub fn is_whole(&self) -> bool {
        self.recovered >= self.count
    }

    fn sentence(&self) -> String {
        let Self { over, recovered, count } = self;
        match (self.is_whole(), count) {
            (true, _) => format!("Recovered by {over} within seconds."),
            (false, 1) => format!("{recovered} of 1 attempt recovered by {over}."),
            (false, _) => format!("{recovered} of {count} attempts recovered by {over}."),
        }
    }
}

/// For tests, which write findings down as they are read.
#[cfg(test)]
impl From<Finding> for Episode<'_> {
    fn from(finding: Finding) -> Self {
        let Finding { id, severity, confidence, first, title, cause, remedy, .. } = finding;
        let proof = |shown: Evidence| Proof { at: shown.at, note: shown.note.into() };
        Self {
            client: finding.client,
            server: finding.server,
            transport: finding.transport,
            service: finding.service.map(Cow::Owned),
            key: finding.cause_key.into(),
            count: finding.count,
            last: finding.last,
            evidence: finding.evidence.into_iter().map(proof).collect(),
            codes: finding.codes.into(),
            references: finding.references,
            words: Late::Made(Told { title, cause, remedy }),
            related: finding.related.into_iter().map(|below| Rc::new(below.into())).collect(),
            ..Self::new(id, severity, confidence, first)
        }
    }
}
