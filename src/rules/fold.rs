//! Puts findings together: equal ones are one episode, symptoms lie below causes, many clients of a network are one party.

use super::certificate::{self, Shown};
use super::found::{FaultKey, Found, Topic};
use super::suppress;
use super::{Rule, network, words};
use crate::facts::{Facts, Map};
use crate::finding::{Evidence, Finding, Party, Severity};
use crate::units::{Endpoint, Frame, SECOND, Time};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::rc::Rc;

/// Evidence that one finding shows.
const EVIDENCE_MAX: usize = 8;

/// Findings that lie below one.
const RELATED_MAX: usize = 16;

/// Codes that one finding quotes.
const CODES_MAX: usize = 8;

/// Episodes of one client and server that are asked whether they explain another.
const CAUSES_MAX: usize = 8;

/// A cause explains symptoms of the same client and server from this long before it to this long after.
const EXPLAINS_BEFORE: i64 = 5 * SECOND;
const EXPLAINS_AFTER: i64 = 60 * SECOND;

/// The port of DNS.
const DNS_PORT: u16 = 53;

/// Failed attempts on their way to findings, folded as they come so that their number does not matter.
pub struct Episodes<'a> {
    facts: &'a Facts,
    shown: Option<Rc<[Shown<'a>]>>,
    explains: &'static [&'static str],
    tops: Vec<Episode>,
    by_key: Map<Key, usize>,
    by_flow: Map<Frame, usize>,
    by_pair: Map<(IpAddr, Endpoint), Vec<usize>>,
    by_topic: Map<Topic, Vec<usize>>,
    /// Scans, by who scans whom.
    scans: Map<(IpAddr, IpAddr), usize>,
}

/// What makes attempts one episode: id, client, server, cause. The same as the text of `Finding::episode`.
type Key = (&'static str, Option<Party>, Option<Party>, String);

struct Episode {
    finding: Finding,
    faults: Vec<FaultKey>,
    explains: &'static [&'static str],
    seen_by: Option<Party>,
    only_below: bool,
    /// Services that it is about.
    services: usize,
    /// By what the client got over failures of it, and how many.
    over: Option<&'static str>,
    recovered: u64,
}

impl<'a> Episodes<'a> {
    /// None yet.
    pub fn new(facts: &'a Facts) -> Self {
        Self {
            facts,
            shown: None,
            explains: &[],
            tops: Vec::new(),
            by_key: Map::default(),
            by_flow: Map::default(),
            by_pair: Map::default(),
            by_topic: Map::default(),
            scans: Map::default(),
        }
    }

    /// The chains that servers showed; gathered once for all rules.
    pub(super) fn shown(&mut self) -> Rc<[Shown<'a>]> {
        self.shown.get_or_insert_with(|| certificate::shown(self.facts).into()).clone()
    }

    /// The findings that come now are those of `rule`.
    pub(super) fn begin(&mut self, rule: &'static Rule) {
        self.explains = rule.explains;
    }

    /// Takes one failed attempt: below its cause, into its episode, or as a new episode.
    pub fn add(&mut self, mut found: Found) {
        if let Some(scan) = self.scan_of(&found).and_then(|index| self.tops.get_mut(index)) {
            found.finding.severity = Severity::Note;
            return absorb_related(&mut scan.finding.related, found.finding);
        }
        let over = self.recovered(&found);
        let severity = if over.is_some() { Severity::Note } else { found.finding.severity };
        let cause = self.cause_of(&found, severity);
        if let Some(cause) = cause.and_then(|index| self.tops.get_mut(index)) {
            found.finding.severity = severity;
            return absorb_related(&mut cause.finding.related, found.finding);
        }
        let key = key(&found.finding);
        let (known, flow) = (self.by_key.get(&key).copied(), found.flow);
        let topics = std::mem::take(&mut found.topics);
        let index = match known.and_then(|index| Some((index, self.tops.get_mut(index)?))) {
            Some((index, episode)) => {
                episode.take(found, over);
                index
            }
            None => self.open(key, found, over),
        };
        if !self.explains.is_empty() {
            for topic in topics {
                note_cause(self.by_topic.entry(topic).or_default(), index);
            }
        }
        if let Some(flow) = flow {
            self.by_flow.insert(flow, index);
        }
    }

    fn open(&mut self, key: Key, found: Found, over: Option<&'static str>) -> usize {
        let index = self.tops.len();
        if !self.explains.is_empty() {
            let pair = pair(&found.finding).map(|pair| self.by_pair.entry(pair).or_default());
            pair.into_iter().for_each(|causes| note_cause(causes, index));
        }
        if let Some(Party::Host(client)) = found.finding.client {
            let scanned = found.probed.iter().map(|host| ((client, *host), index));
            self.scans.extend(scanned);
        }
        for other in &found.also_of {
            let (id, client, _, cause) = key.clone();
            self.by_key.insert((id, client, Some(Party::Service(*other)), cause), index);
        }
        self.tops.push(Episode::new(found, self.explains, over));
        self.by_key.insert(key, index);
        index
    }

    /// The scan that this attempt is a probe of.
    fn scan_of(&self, found: &Found) -> Option<usize> {
        let (client, server) = pair(&found.finding)?;
        self.scans.get(&(client, server.addr)).copied()
    }

    /// The episode of another kind that this attempt is a symptom of; it is at least as severe as what the attempt
    /// comes to.
    fn cause_of(&self, found: &Found, severity: Severity) -> Option<usize> {
        let same_flow = found.flow.and_then(|flow| self.by_flow.get(&flow)).copied();
        let explaining = |causes: &Vec<usize>| {
            causes.iter().copied().find(|index| {
                self.tops.get(*index).is_some_and(|cause| cause.explains(&found.finding))
            })
        };
        let near = || self.by_pair.get(&pair(&found.finding)?).and_then(explaining);
        let about =
            || found.topics.iter().find_map(|topic| self.by_topic.get(topic).and_then(explaining));
        same_flow.or_else(near).or_else(about).filter(|index| {
            self.tops.get(*index).is_some_and(|cause| {
                cause.finding.id != found.finding.id && cause.finding.severity >= severity
            })
        })
    }

    /// By what the client got over `found` within seconds.
    fn recovered(&self, found: &Found) -> Option<&'static str> {
        let (step, name) = found.step.as_ref()?;
        let (client, server) = pair(&found.finding)?;
        let time = found.finding.last;
        suppress::recovered(self.facts, client, server, *step, name.as_deref(), time)
    }

    /// The findings: recovered ones lowered, faults below the failures that name them, networks instead of their hosts.
    pub(super) fn fold(mut self) -> Vec<Finding> {
        for episode in &mut self.tops {
            episode.tell_recovery();
            episode.finding.client = episode.finding.client.or(episode.seen_by);
        }
        let claimed = self.claim_faults();
        let tops = self.tops.into_iter().zip(claimed);
        let tops = tops.filter(|(_, claimed)| !claimed).map(|(episode, _)| episode.finding);
        let mut findings = network::collapsed(tops.collect());
        for finding in &mut findings {
            finish(finding, self.facts);
        }
        findings
    }

    /// Copies each fault below the failures that name it; says which episodes do not stand alone.
    fn claim_faults(&mut self) -> Vec<bool> {
        let mut claims: Vec<BTreeSet<Party>> = vec![BTreeSet::new(); self.tops.len()];
        for index in 0..self.tops.len() {
            let faults = self.tops.get(index).map(|episode| episode.faults.clone());
            for fault in faults.unwrap_or_default() {
                let Some(at) = self.fault(&fault).filter(|at| *at != index) else { continue };
                let Some(found) = self.tops.get(at).map(|episode| episode.finding.clone()) else {
                    continue;
                };
                if let (Some(claim), Some(top)) = (claims.get_mut(at), self.tops.get_mut(index)) {
                    claim.insert(fault.server);
                    absorb_related(&mut top.finding.related, found);
                }
            }
        }
        // A fault of several services stands by itself until a failure of each names it.
        let all = self.tops.iter().zip(claims);
        all.map(|(episode, claim)| episode.only_below || claim.len() >= episode.services).collect()
    }

    fn fault(&self, fault: &FaultKey) -> Option<usize> {
        self.by_key.get(&fault_key(fault)).copied()
    }
}

impl Episode {
    /// An episode of one attempt.
    fn new(found: Found, explains: &'static [&'static str], over: Option<&'static str>) -> Self {
        let mut finding = found.finding;
        let shown = std::mem::take(&mut finding.evidence);
        add_evidence(&mut finding.evidence, shown, EVIDENCE_MAX);
        let recovered = if over.is_some() { finding.count } else { 0 };
        let mut faults = found.faults;
        faults.truncate(RELATED_MAX);
        let Found { seen_by, only_below, also_of, .. } = found;
        let services = 1 + also_of.len();
        Self { finding, faults, explains, seen_by, only_below, services, over, recovered }
    }

    fn explains(&self, symptom: &Finding) -> bool {
        let from = Time(self.finding.first.0.saturating_sub(EXPLAINS_BEFORE));
        let to = Time(self.finding.last.0.saturating_add(EXPLAINS_AFTER));
        self.explains.contains(&symptom.id) && (from..=to).contains(&symptom.first)
    }

    fn take(&mut self, found: Found, over: Option<&'static str>) {
        self.recovered += if over.is_some() { found.finding.count } else { 0 };
        self.over = self.over.or(over);
        for fault in found.faults {
            if self.faults.len() < RELATED_MAX && !self.faults.contains(&fault) {
                self.faults.push(fault);
            }
        }
        absorb(&mut self.finding, found.finding);
    }

    /// Success suppresses: only when the client got over every failure is it a note.
    fn tell_recovery(&mut self) {
        let Some(over) = self.over else { return };
        let said = if self.recovered >= self.finding.count {
            self.lower();
            format!("Recovered by {over} within seconds.")
        } else {
            let attempts = words::counted(self.finding.count, "attempt");
            format!("{} of {attempts} recovered by {over}.", self.recovered)
        };
        self.finding.cause = format!("{} {said}", self.finding.cause);
    }
}

impl Episode {
    /// What was got over is a note. A fault that remains (a fallback, a broken resumption) then stands on top.
    fn lower(&mut self) {
        let remains = |below: &Finding| below.severity == Severity::Warning;
        let place = self.finding.related.iter().position(remains);
        let remaining = place.map(|place| self.finding.related.remove(place));
        let below = self.finding.related.iter_mut();
        std::iter::once(&mut self.finding.severity)
            .chain(below.map(|below| &mut below.severity))
            .for_each(|severity| *severity = Severity::Note);
        if let Some(remaining) = remaining {
            let over = std::mem::replace(&mut self.finding, remaining);
            absorb_related(&mut self.finding.related, over);
        }
    }
}

fn note_cause(causes: &mut Vec<usize>, index: usize) {
    if causes.len() < CAUSES_MAX && !causes.contains(&index) {
        causes.push(index);
    }
}

/// A fault's finding has no client in its key: it is one for all clients of the server.
fn fault_key(fault: &FaultKey) -> Key {
    (fault.id, None, Some(fault.server), fault.key.clone())
}

fn key(finding: &Finding) -> Key {
    (finding.id, finding.client, finding.server, finding.cause_key.clone())
}

/// The parties of a finding, where they are a host and a service.
fn pair(finding: &Finding) -> Option<(IpAddr, Endpoint)> {
    match (finding.client, finding.server) {
        (Some(Party::Host(client)), Some(Party::Service(server))) => Some((client, server)),
        _ => None,
    }
}

/// Adds `other`, an attempt of the same episode, to `finding`.
pub(super) fn absorb(finding: &mut Finding, other: Finding) {
    finding.count += other.count;
    finding.first = finding.first.min(other.first);
    finding.last = finding.last.max(other.last);
    finding.severity = finding.severity.max(other.severity);
    finding.confidence = finding.confidence.max(other.confidence);
    let whole = finding.evidence.is_empty();
    let room = EVIDENCE_MAX.saturating_sub(finding.evidence.len());
    // An attempt after the first adds its decisive packet only, so that eight attempts can show theirs.
    let wanted = if whole { room } else { room.min(1) };
    add_evidence(&mut finding.evidence, other.evidence, wanted);
    for code in other.codes {
        if finding.codes.len() < CODES_MAX && !finding.codes.contains(&code) {
            finding.codes.push(code);
        }
    }
    for below in other.related {
        absorb_related(&mut finding.related, below);
    }
}

/// Adds the first `wanted` packets of `news`, each once.
fn add_evidence(evidence: &mut Vec<Evidence>, news: Vec<Evidence>, wanted: usize) {
    for shown in news.into_iter().take(wanted) {
        if !evidence.iter().any(|known| known.at.frame == shown.at.frame) {
            evidence.push(shown);
        }
    }
}

/// Puts `below` (and what lay below it: one level only) into a list of related findings.
pub(super) fn absorb_related(related: &mut Vec<Finding>, mut below: Finding) {
    let deeper = std::mem::take(&mut below.related);
    let episode = key(&below);
    if let Some(known) = related.iter_mut().find(|known| key(known) == episode) {
        absorb(known, below);
    } else if related.len() < RELATED_MAX {
        related.push(below);
    }
    for finding in deeper {
        absorb_related(related, finding);
    }
}

fn tell(finding: &mut Finding) {
    words::doubt(finding);
    words::name_client(finding);
}

/// The last touches: who, by name; at least as severe as what it explains.
fn finish(finding: &mut Finding, facts: &Facts) {
    let worst = finding.related.iter().map(|below| below.severity).max();
    finding.severity = finding.severity.max(worst.unwrap_or(Severity::Note));
    let top = finding.client;
    for below in &mut finding.related {
        below.client = below.client.or(top);
    }
    name_service(finding, facts);
    tell(finding);
    for below in &mut finding.related {
        name_service(below, facts);
        tell(below);
    }
}

/// A server that was called by its address has the name that led to it.
fn name_service(finding: &mut Finding, facts: &Facts) {
    let addr = match finding.server {
        Some(Party::Host(addr)) => addr,
        // A resolver is asked by its address, whatever names lead there, too.
        Some(Party::Service(server)) if server.port != Some(DNS_PORT) => server.addr,
        _ => return,
    };
    if finding.service.is_none() {
        let name = match finding.client {
            Some(Party::Host(client)) => facts.name_for(client, addr, finding.first),
            _ => facts.name_of(addr),
        };
        finding.service = name.map(str::to_owned);
    }
}

#[cfg(test)]
mod tests;
