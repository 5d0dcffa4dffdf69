//! Puts findings together: equal ones are one episode, symptoms lie below causes, many clients of a network are one party.

use super::absorb::{EVIDENCE_MAX, absorb, absorb_related};
use super::certificate::{self, Shown};
use super::found::{FaultKey, Found};
use super::prints::{Print, Prints};
use super::topic::Topic;
use super::why::Handshakes;
use super::{Rule, Set, network, suppress};
use crate::facts::{Facts, Map};
use crate::finding::{Episode, Party, Recovery, Severity};
use crate::units::{Endpoint, Frame, SECOND, Time};
use hashbrown::HashSet;
use smallvec::SmallVec;
use std::borrow::Cow;
use std::net::IpAddr;
use std::rc::Rc;

/// Faults that one finding names.
const FAULTS_MAX: usize = 16;

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
    handshakes: Option<Rc<Handshakes<'a>>>,
    explains: &'static [&'static str],
    tops: Vec<Top<'a>>,
    /// Episodes that there may be when the rule at hand has found all of its own.
    tops_max: usize,
    /// Attempts that would have opened others, and their conversations: no later rule may tell of them without what the
    /// earlier one knew.
    left_out: u64,
    left: HashSet<Frame, foldhash::fast::RandomState>,
    prints: Prints,
    by_key: Map<Print, usize>,
    by_flow: Map<Frame, usize>,
    by_pair: Map<(IpAddr, Endpoint), Causes>,
    by_topic: Map<Topic<'a>, Causes>,
    /// Scans, by who scans whom.
    scans: Map<(IpAddr, IpAddr), usize>,
}

/// Places of episodes that may explain others.
type Causes = SmallVec<[usize; 2]>;

/// An episode on its way, with what ties it to others.
struct Top<'a> {
    episode: Rc<Episode<'a>>,
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
            handshakes: None,
            explains: &[],
            tops: Vec::new(),
            tops_max: facts.limits.findings / 2,
            left_out: 0,
            left: HashSet::default(),
            prints: Prints::default(),
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

    /// The kept TLS handshakes, and why they failed; worked out once for all rules.
    pub(super) fn handshakes(&mut self) -> Rc<Handshakes<'a>> {
        self.handshakes.get_or_insert_with(|| Rc::new(Handshakes::of(self.facts))).clone()
    }

    /// The findings that come now are those of `rule`. It may have half of the room that is left, so that a flood of its
    /// own leaves some to those behind it.
    pub(super) fn begin(&mut self, rule: &'static Rule) {
        self.explains = rule.explains;
        let left = self.facts.limits.findings.saturating_sub(self.tops.len());
        self.tops_max = self.tops.len() + left.div_ceil(2);
    }

    /// Takes one failed attempt: below its cause, into its episode, or as a new episode.
    pub fn add(&mut self, mut found: Found<'a>) {
        if found.flow.is_some_and(|flow| self.left.contains(&flow)) {
            return;
        }
        if let Some(scan) = self.scan_of(&found).and_then(|index| self.tops.get_mut(index)) {
            found.episode.severity = Severity::Note;
            return scan.take_below(found.episode);
        }
        let over = self.recovered(&found);
        let severity = if over.is_some() { Severity::Note } else { found.episode.severity };
        let cause = self.cause_of(&found, severity);
        if let Some(cause) = cause.and_then(|index| self.tops.get_mut(index)) {
            found.episode.severity = severity;
            return cause.take_below(found.episode);
        }
        let print = self.prints.of(&found.episode);
        let (known, flow) = (self.by_key.get(&print).copied(), found.flow);
        let topics = std::mem::take(&mut found.topics);
        let full = self.tops.len() >= self.tops_max;
        let index = match known.and_then(|index| Some((index, self.tops.get_mut(index)?))) {
            Some((index, top)) => {
                top.take(found, over);
                index
            }
            None if full => {
                self.left_out += 1;
                self.left.extend(flow);
                return;
            }
            None => self.open(print, found, over),
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

    fn open(&mut self, print: Print, found: Found<'a>, over: Option<&'static str>) -> usize {
        let index = self.tops.len();
        let episode = &found.episode;
        if !self.explains.is_empty() {
            let pair = pair(episode).map(|pair| self.by_pair.entry(pair).or_default());
            pair.into_iter().for_each(|causes| note_cause(causes, index));
        }
        if let Some(Party::Host(client)) = episode.client {
            let scanned = found.probed.iter().map(|host| ((client, *host), index));
            self.scans.extend(scanned);
        }
        for other in &found.also_of {
            let (id, client, server) = (episode.id, episode.client, Party::Service(*other));
            let print = self.prints.made_of(id, client, Some(server), &episode.key);
            self.by_key.insert(print, index);
        }
        self.by_key.insert(print, index);
        self.tops.push(Top::new(found, self.explains, over));
        index
    }

    /// The scan that this attempt is a probe of.
    fn scan_of(&self, found: &Found<'_>) -> Option<usize> {
        let (client, server) = pair(&found.episode)?;
        self.scans.get(&(client, server.addr)).copied()
    }

    /// The episode of another kind that this attempt is a symptom of; it is at least as severe as what the attempt
    /// comes to.
    fn cause_of(&self, found: &Found<'_>, severity: Severity) -> Option<usize> {
        let same_flow = found.flow.and_then(|flow| self.by_flow.get(&flow)).copied();
        let explaining = |causes: &Causes| {
            causes.iter().copied().find(|index| {
                self.tops.get(*index).is_some_and(|cause| cause.explains(&found.episode))
            })
        };
        let near = || self.by_pair.get(&pair(&found.episode)?).and_then(explaining);
        let about =
            || found.topics.iter().find_map(|topic| self.by_topic.get(topic).and_then(explaining));
        same_flow.or_else(near).or_else(about).filter(|index| {
            self.tops.get(*index).is_some_and(|cause| {
                cause.episode.id != found.episode.id && cause.episode.severity >= severity
            })
        })
    }

    /// By what the client got over `found` within seconds.
    fn recovered(&self, found: &Found<'_>) -> Option<&'static str> {
        let (step, name) = found.step.as_ref()?;
        let (client, server) = pair(&found.episode)?;
        let time = found.episode.last;
        suppress::recovered(self.facts, client, server, *step, *name, time)
    }

    /// The findings: recovered ones lowered, faults below the failures that name them, networks instead of their hosts.
    pub(super) fn fold(mut self) -> Vec<Rc<Episode<'a>>> {
        for top in &mut self.tops {
            top.tell_recovery();
            if let (None, Some(client)) = (top.episode.client, top.seen_by) {
                Rc::make_mut(&mut top.episode).client = Some(client);
            }
        }
        self.facts.left_out.set(self.left_out);
        let claimed = self.claim_faults();
        let tops = self.tops.into_iter().zip(claimed);
        let tops = tops.filter(|(_, claimed)| !claimed).map(|(top, _)| top.episode);
        let mut findings = network::collapsed(tops.collect());
        for finding in &mut findings {
            finish(Rc::make_mut(finding), self.facts);
        }
        findings
    }

    /// Puts each fault below the failures that name it; says which episodes do not stand alone.
    fn claim_faults(&mut self) -> Vec<bool> {
        let mut claims: Set<(usize, Party)> = Set::default();
        let mut counts = vec![0; self.tops.len()];
        for index in 0..self.tops.len() {
            let faults = self.tops.get_mut(index).map(|top| std::mem::take(&mut top.faults));
            for fault in faults.unwrap_or_default() {
                let Some(at) = self.fault(&fault).filter(|at| *at != index) else { continue };
                let Some(found) = self.tops.get(at).map(|top| top.episode.clone()) else {
                    continue;
                };
                if claims.insert((at, fault.server)) {
                    counts.get_mut(at).into_iter().for_each(|count| *count += 1);
                }
                if let Some(top) = self.tops.get_mut(index) {
                    absorb_related(&mut Rc::make_mut(&mut top.episode).related, found);
                }
            }
        }
        // A fault of several services stands by itself until a failure of each names it.
        let all = self.tops.iter().zip(counts);
        all.map(|(top, count)| top.only_below || count >= top.services).collect()
    }

    /// A fault's finding has no client in its key: it is one for all clients of the server.
    fn fault(&self, fault: &FaultKey) -> Option<usize> {
        let print = self.prints.made_of(fault.id, None, Some(fault.server), &fault.key);
        self.by_key.get(&print).copied()
    }
}

impl<'a> Top<'a> {
    /// An episode of one attempt.
    fn new(
        found: Found<'a>,
        explains: &'static [&'static str],
        over: Option<&'static str>,
    ) -> Self {
        let recovered = if over.is_some() { found.episode.count } else { 0 };
        let mut faults = found.faults;
        faults.truncate(FAULTS_MAX);
        let Found { seen_by, only_below, also_of, .. } = found;
        let services = 1 + also_of.len();
        let mut episode = found.episode;
        episode.evidence.truncate(EVIDENCE_MAX);
        let episode = Rc::new(episode);
        Self { episode, faults, explains, seen_by, only_below, services, over, recovered }
    }

    fn explains(&self, symptom: &Episode<'_>) -> bool {
        let from = Time(self.episode.first.0.saturating_sub(EXPLAINS_BEFORE));
        let to = Time(self.episode.last.0.saturating_add(EXPLAINS_AFTER));
        self.explains.contains(&symptom.id) && (from..=to).contains(&symptom.first)
    }

    /// Another attempt of the same.
    fn take(&mut self, found: Found<'a>, over: Option<&'static str>) {
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
    fn take_below(&mut self, symptom: Episode<'a>) {
        absorb_related(&mut Rc::make_mut(&mut self.episode).related, Rc::new(symptom));
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

fn note_cause(causes: &mut Causes, index: usize) {
    if causes.len() < CAUSES_MAX && !causes.contains(&index) {
        causes.push(index);
    }
}

/// The parties of a finding, where they are a host and a service.
fn pair(episode: &Episode<'_>) -> Option<(IpAddr, Endpoint)> {
    match (episode.client, episode.server) {
        (Some(Party::Host(client)), Some(Party::Service(server))) => Some((client, server)),
        _ => None,
    }
}

/// The last touches: at least as severe as what it explains; services by name.
fn finish<'a>(episode: &mut Episode<'a>, facts: &'a Facts) {
    let worst = episode.related.iter().map(|below| below.severity).max();
    episode.severity = episode.severity.max(worst.unwrap_or(Severity::Note));
    let client = episode.client;
    if let Some(name) = name_of_service(episode, client, facts) {
        episode.service = Some(Cow::Borrowed(name));
    }
    for below in &mut episode.related {
        if let Some(name) = name_of_service(below, below.client.or(client), facts) {
            Rc::make_mut(below).service = Some(Cow::Borrowed(name));
        }
    }
}

/// A server that was called by its address has the name that led to it.
fn name_of_service<'a>(
    episode: &Episode<'_>,
    client: Option<Party>,
    facts: &'a Facts,
) -> Option<&'a str> {
    let addr = match episode.server {
        _ if episode.service.is_some() => return None,
        Some(Party::Host(addr)) => addr,
        // A resolver is asked by its address, whatever names lead there, too.
        Some(Party::Service(server)) if server.port != Some(DNS_PORT) => server.addr,
        _ => return None,
    };
    match client {
        Some(Party::Host(client)) => facts.name_for(client, addr, episode.first),
        _ => facts.name_of(addr),
    }
}

#[cfg(test)]
mod tests;
