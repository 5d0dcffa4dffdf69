//! Puts findings together: equal ones are one episode, symptoms lie below causes, many clients of a network are one party.

use super::causes::{Causes, Explained};
use super::certificate::{self, Shown};
use super::dns::{self, Try};
use super::found::{FaultKey, Found};
use super::krb5::{self, Failure};
use super::places::Places;
use super::top::{Identity, Top};
use super::topic::Topic;
use super::why::Handshakes;
use super::{Rule, Set, network, suppress};
use crate::facts::{Facts, Kind, Map};
use crate::finding::{Episode, Party, Severity};
use crate::units::{Endpoint, Frame};
use std::borrow::Cow;
use std::net::IpAddr;
use std::rc::Rc;

/// The port of DNS.
const DNS_PORT: u16 = 53;

/// Failed attempts on their way to findings, folded as they come so that their number does not matter.
pub struct Episodes<'a> {
    facts: &'a Facts,
    shown: Option<Rc<[Shown<'a>]>>,
    handshakes: Option<Rc<Handshakes<'a>>>,
    tries: Option<Rc<Vec<Try<'a>>>>,
    failures: Option<Rc<Vec<Failure<'a>>>>,
    explains: &'static [&'static str],
    tops: Vec<Top<'a>>,
    /// Episodes that there may be when the rule at hand has found all of its own.
    tops_max: usize,
    /// Attempts that would have opened others, and their conversations: no later rule may tell of them without what the
    /// earlier one knew.
    left_out: u64,
    left: Set<Frame>,
    /// Episodes by what makes attempts one.
    register: Places,
    by_flow: Map<Frame, u32>,
    /// Ids of episodes without a client.
    general: Vec<&'static str>,
    /// Those about several services, by what these have in common.
    several: Map<u64, Vec<u32>>,
    explained: Explained,
    by_pair: Causes<(IpAddr, Endpoint)>,
    by_topic: Causes<Topic<'a>>,
    /// Scans, by who scans whom.
    scans: Map<(IpAddr, IpAddr), u32>,
}

impl<'a> Episodes<'a> {
    /// None yet.
    pub fn new(facts: &'a Facts) -> Self {
        Self {
            facts,
            shown: None,
            handshakes: None,
            tries: None,
            failures: None,
            explains: &[],
            // Most of them are failures that are kept; room that is not used costs nothing.
            tops: Vec::with_capacity(facts.kept.len().min(facts.limits.findings)),
            tops_max: facts.limits.findings / 2,
            left_out: 0,
            left: Set::default(),
            register: Places::default(),
            by_flow: Map::default(),
            general: Vec::new(),
            several: Map::default(),
            explained: Explained::default(),
            by_pair: Causes::default(),
            by_topic: Causes::default(),
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

    /// The kept questions to DNS; gathered once for all rules.
    pub(super) fn tries(&mut self) -> Rc<Vec<Try<'a>>> {
        self.tries
            .get_or_insert_with(|| {
                let mut tries = Vec::with_capacity(self.facts.number_of(Kind::Dns));
                tries.extend(dns::tries(self.facts));
                Rc::new(tries)
            })
            .clone()
    }

    /// The errors of Kerberos; gathered once for all rules.
    pub(super) fn failures(&mut self) -> Rc<Vec<Failure<'a>>> {
        self.failures.get_or_insert_with(|| Rc::new(krb5::failures(self.facts).collect())).clone()
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
        let flow = found.flow;
        if flow.is_some_and(|flow| self.left.contains(&flow)) {
            return;
        }
        if let Some(scan) = self.scan_of(&found).and_then(|place| self.top(place)) {
            found.episode().severity = Severity::Note;
            return scan.take_below(found.episode);
        }
        let over = self.recovered(&found);
        let severity = if over.is_some() { Severity::Note } else { found.episode.severity };
        let cause = self.cause_of(&found, severity);
        if let Some(cause) = cause.and_then(|place| self.top(place)) {
            found.episode().severity = severity;
            return cause.take_below(found.episode);
        }
        let topics = std::mem::take(&mut found.topics);
        let Some(place) = self.place(found, over) else {
            self.left_out += 1;
            self.left.extend(flow);
            return;
        };
        if !self.explains.is_empty() {
            topics.into_iter().for_each(|topic| self.by_topic.note(topic, place));
        }
        if let Some(flow) = flow {
            self.by_flow.insert(flow, place);
        }
    }

    fn top(&mut self, place: u32) -> Option<&mut Top<'a>> {
        self.tops.get_mut(place as usize)
    }

    /// The episode that the attempt is in: one that is there, or a new one; `None` where there is no room.
    fn place(&mut self, found: Found<'a>, over: Option<&'static str>) -> Option<u32> {
        let (hash, known) = self.known(Identity::of(&found.episode));
        if let Some((place, _)) = known {
            self.top(place)?.take(found, over);
            return Some(place);
        }
        let place = u32::try_from(self.tops.len()).ok()?;
        (self.tops.len() < self.tops_max).then(|| self.open(hash, place, found, over))
    }

    fn open(&mut self, hash: u64, place: u32, found: Found<'a>, over: Option<&'static str>) -> u32 {
        let episode = &found.episode;
        if !self.explains.is_empty() {
            self.explained.note(self.explains);
            pair(episode).into_iter().for_each(|pair| self.by_pair.note(pair, place));
        }
        if let Some(Party::Host(client)) = episode.client {
            let probed = found.rare.iter().flat_map(|rare| &rare.probed);
            self.scans.extend(probed.map(|host| ((client, *host), place)));
        }
        if episode.client.is_none() && !self.general.contains(&episode.id) {
            self.general.push(episode.id);
        }
        if found.rare.as_ref().is_some_and(|rare| !rare.also_of.is_empty()) {
            let shared = self.shared(Identity::of(episode));
            self.several.entry(shared).or_default().push(place);
        }
        // It is not known as yet, or its place would have been found.
        self.register.first(hash, place, |_| false);
        self.tops.push(Top::new(found, self.explains, over));
        place
    }

    /// The scan that this attempt is a probe of.
    fn scan_of(&self, found: &Found<'_>) -> Option<u32> {
        let (client, server) = pair(&found.episode)?;
        self.scans.get(&(client, server.addr)).copied()
    }

    /// The episode of another kind that this attempt is a symptom of; it is at least as severe as what the attempt
    /// comes to.
    fn cause_of(&mut self, found: &Found<'a>, severity: Severity) -> Option<u32> {
        let episode = &found.episode;
        let same_flow = found.flow.and_then(|flow| self.by_flow.get(&flow)).copied();
        let place = same_flow.or_else(|| self.explaining(found))?;
        let cause = &self.tops.get(place as usize)?.episode;
        (cause.id != episode.id && cause.severity >= severity).then_some(place)
    }

    /// An episode that explains the attempt: of the same client and server, or about the same.
    fn explaining(&mut self, found: &Found<'a>) -> Option<u32> {
        if !self.explained.has(found.episode.id) {
            return None;
        }
        let tops = &self.tops;
        let explains = |place: u32| {
            tops.get(place as usize).is_some_and(|cause| cause.explains(&found.episode))
        };
        let near = pair(&found.episode).and_then(|pair| self.by_pair.find(&pair, explains));
        let mut topics = found.topics.iter();
        near.or_else(|| topics.find_map(|topic| self.by_topic.find(topic, explains)))
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
        self.facts.left_out.set(self.left_out);
        let named = self.named_faults();
        self.tops.iter_mut().for_each(Top::close);
        let claimed = self.claim(&named);
        let tops = self.tops.into_iter().zip(claimed);
        let tops = tops.filter(|(_, claimed)| !claimed).map(|(top, _)| top.episode);
        let mut findings = network::collapsed(tops.collect());
        for finding in &mut findings {
            finish(Rc::make_mut(finding), self.facts);
        }
        findings
    }

    /// Which episodes name which as their faults.
    fn named_faults(&self) -> Vec<Named> {
        let mut named = Vec::new();
        for (top, by) in self.tops.iter().zip(0..) {
            let faults = top.faults.iter().filter(|fault| self.general.contains(&fault.id));
            named.extend(faults.filter_map(|fault| {
                let (at, service) = self.fault(fault).filter(|(at, _)| *at != by)?;
                Some(Named { by, at, service })
            }));
        }
        named
    }

    /// The finding about a fault, and which of its services has it. It has no client of its own: it is one for all
    /// clients of the server.
    fn fault(&self, fault: &FaultKey) -> Option<(u32, usize)> {
        let (id, server, key) = (fault.id, Some(fault.server), &fault.of.key());
        self.known(Identity { id, client: None, server, key }).1
    }

    /// Puts each fault below the failures that name it; says which episodes do not stand alone.
    fn claim(&mut self, named: &[Named]) -> Vec<bool> {
        let mut claims: Set<(u32, usize)> = Set::default();
        let mut counts = vec![0; self.tops.len()];
        for Named { by, at, service } in named {
            let Some(fault) = self.tops.get(*at as usize) else { continue };
            if fault.services() == 1 || claims.insert((*at, *service)) {
                counts.get_mut(*at as usize).into_iter().for_each(|count| *count += 1);
            }
            let fault = fault.episode.clone();
            if let Some(top) = self.top(*by) {
                top.take_below(fault);
            }
        }
        // A fault of several services stands by itself until a failure of each names it.
        let all = self.tops.iter().zip(counts);
        all.map(|(top, count)| top.is_only_below() || count >= top.services()).collect()
    }

    /// The hash of an identity, and the episode that has it, with the number of the service meant; the last one, where
    /// others stand for the service too.
    fn known(&self, identity: Identity<'_>) -> (u64, Option<(u32, usize)>) {
        let hash = self.register.hash(identity);
        let service = |place: u32| self.tops.get(place as usize)?.service(identity);
        let own = self.register.find(hash, |place| service(place).is_some());
        let own = own.map(|place| (place, 0));
        if self.several.is_empty() {
            return (hash, own);
        }
        let several = self.several.get(&self.shared(identity)).into_iter().flatten().rev();
        let other = several.copied().find_map(|place| Some((place, service(place)?)));
        (hash, own.max(other))
    }

    /// The hash of what an episode about several services has in common with each of them.
    fn shared(&self, Identity { id, client, key, .. }: Identity<'_>) -> u64 {
        self.register.hash((id, client, key))
    }
}

/// An episode says that another one is its fault.
struct Named {
    by: u32,
    at: u32,
    /// Which of the services that the fault is about.
    service: usize,
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
