//! An episode on its way to a finding, with what ties it to others.

use super::absorb::{EVIDENCE_MAX, absorb, absorb_related};
use super::found::{FaultKey, Found, Rare};
use crate::finding::{Episode, Key, Party, Recovery, Severity};
use crate::units::{SECOND, Time};
use std::rc::Rc;

/// Faults that one finding names.
const FAULTS_MAX: usize = 16;

/// A cause explains symptoms of the same client and server from this long before it to this long after.
const EXPLAINS_BEFORE: i64 = 5 * SECOND;
const EXPLAINS_AFTER: i64 = 60 * SECOND;

/// What makes attempts one episode.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Identity<'e> {
    /// Id of the rule.
    pub(super) id: &'static str,
    /// Who tried.
    pub(super) client: Option<Party>,
    /// With whom.
    pub(super) server: Option<Party>,
    /// What else tells it from others.
    pub(super) key: &'e Key,
}

impl<'e> Identity<'e> {
    /// That of an episode.
    pub(super) fn of(episode: &'e Episode<'_>) -> Self {
        let Episode { id, client, server, key, .. } = episode;
        Self { id, client: *client, server: *server, key }
    }
}

/// An episode on its way.
pub(super) struct Top<'a> {
    /// What is known so far.
    pub(super) episode: Rc<Episode<'a>>,
    /// Findings that name its cause.
    pub(super) faults: Vec<FaultKey>,
    /// What its rule explains.
    explains: &'static [&'static str],
    rare: Option<Box<Rare>>,
    /// By what the client got over failures of it, and how many.
    over: Option<&'static str>,
    recovered: u64,
}

impl<'a> Top<'a> {
    /// An episode of one attempt.
    pub(super) fn new(
        found: Found<'a>,
        explains: &'static [&'static str],
        over: Option<&'static str>,
    ) -> Self {
        let Found { mut episode, mut faults, rare, .. } = found;
        let recovered = if over.is_some() { episode.count } else { 0 };
        faults.truncate(FAULTS_MAX);
        if episode.evidence.len() > EVIDENCE_MAX {
            Rc::make_mut(&mut episode).evidence.truncate(EVIDENCE_MAX);
        }
        Self { episode, faults, explains, rare, over, recovered }
    }

    /// Which of its services this identity names, if it is what has it; the first is its own.
    pub(super) fn service(&self, identity: Identity<'_>) -> Option<usize> {
        let own = Identity::of(&self.episode);
        if (Identity { server: own.server, ..identity }) != own {
            return None;
        }
        match (identity.server, &self.rare) {
            (server, _) if server == own.server => Some(0),
            (Some(Party::Service(server)), Some(rare)) => {
                rare.also_of.binary_search(&server).ok().map(|place| place + 1)
            }
            _ => None,
        }
    }

    /// It stands below others only.
    pub(super) fn is_only_below(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.only_below)
    }

    /// How many services it is about.
    pub(super) fn services(&self) -> usize {
        1 + self.rare.as_ref().map_or(0, |rare| rare.also_of.len())
    }

    /// It may be why this failed.
    pub(super) fn explains(&self, symptom: &Episode<'_>) -> bool {
        let from = Time(self.episode.first.0.saturating_sub(EXPLAINS_BEFORE));
        let to = Time(self.episode.last.0.saturating_add(EXPLAINS_AFTER));
        self.explains.contains(&symptom.id) && (from..=to).contains(&symptom.first)
    }

    /// Another attempt of the same.
    pub(super) fn take(&mut self, found: Found<'a>, over: Option<&'static str>) {
        self.recovered += if over.is_some() { found.episode.count } else { 0 };
        self.over = self.over.or(over);
        for fault in found.faults {
            if self.faults.len() < FAULTS_MAX && !self.faults.contains(&fault) {
                self.faults.push(fault);
            }
        }
        absorb(Rc::make_mut(&mut self.episode), &found.episode);
    }

    /// A symptom of it.
    pub(super) fn take_below(&mut self, symptom: Rc<Episode<'a>>) {
        absorb_related(&mut Rc::make_mut(&mut self.episode).related, symptom);
    }

    /// No more attempts come: what the client got over is told, and who the only client was.
    pub(super) fn close(&mut self) {
        self.tell_recovery();
        let seen_by = self.rare.as_ref().and_then(|rare| rare.seen_by);
        if let (None, Some(client)) = (self.episode.client, seen_by) {
            Rc::make_mut(&mut self.episode).client = Some(client);
        }
    }

    /// Success suppresses: only when the client got over every failure is it a note.
    fn tell_recovery(&mut self) {
        let Some(over) = self.over else { return };
        let recovery = Recovery { over, recovered: self.recovered, count: self.episode.count };
        if recovery.is_whole() {
            self.lower();
        }
        Rc::make_mut(&mut self.episode).recovery = Some(recovery);
    }

    /// What was got over is a note. A fault that remains (a fallback, a broken resumption) then stands on top.
    fn lower(&mut self) {
        let episode = Rc::make_mut(&mut self.episode);
        let remains = |below: &Rc<Episode<'_>>| below.severity == Severity::Warning;
        let place = episode.related.iter().position(remains);
        let remaining = place.map(|place| episode.related.remove(place));
        episode.severity = Severity::Note;
        for below in &mut episode.related {
            Rc::make_mut(below).severity = Severity::Note;
        }
        if let Some(remaining) = remaining {
            let over = std::mem::replace(&mut self.episode, remaining);
            absorb_related(&mut Rc::make_mut(&mut self.episode).related, over);
        }
    }
}
