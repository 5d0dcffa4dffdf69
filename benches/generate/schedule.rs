//! Places cases and transfers in time, and writes their packets in its order.

use super::active::Active;
use super::case::Case;
use super::hosts::Hosts;
use super::mix::Mix;
use super::pcap::{Pcap, RECORD};
use super::random::Random;
use super::script::{SEGMENT, Script, scripts};
use super::tally::Tally;
use super::transfer::{Connection, Transfer};
use finwhale::units::{SECOND, Time};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io::{self, Write};

/// What is to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Of what.
    pub(crate) mix: &'static Mix,
    /// About so many bytes.
    pub(crate) size: u64,
    /// The same number gives the same capture.
    pub(crate) seed: u64,
}

/// What was made, and what is to be found in it.
#[derive(Debug, Serialize)]
pub(crate) struct Truth {
    mix: &'static str,
    seed: u64,
    /// Packets.
    pub(crate) packets: u64,
    /// Bytes of the file.
    pub(crate) bytes: u64,
    /// All conversations and facts.
    #[serde(flatten)]
    pub(crate) tally: Tally,
    /// Copies of each case and transfers of each kind, by name.
    pub(crate) placed: BTreeMap<String, Placed>,
}

/// How often something was placed.
#[derive(Debug, Serialize)]
pub(crate) struct Placed {
    /// Copies.
    pub(crate) copies: u64,
    /// Conversations in all copies.
    pub(crate) flows: u64,
    /// Conversations that fail in all copies.
    pub(crate) failing_flows: u64,
}

/// Writes a capture.
///
/// # Errors
/// Those of `out`; a case that transfers need is missing.
pub(crate) fn generate(cases: &[Case], plan: Plan, out: impl Write) -> io::Result<Truth> {
    let mut schedule = Schedule::new(cases, plan)?;
    let mut pcap = Pcap::new(out)?;
    let mut frame = Vec::new();
    while let Some((time, slot)) = schedule.next() {
        let active = &mut schedule.active[slot];
        let next = active.write(cases, &schedule.scripts, &mut frame);
        pcap.packet(time, &frame)?;
        match next {
            Some(after) => schedule.queue.push(Reverse((Time(time.0 + after), slot))),
            None => schedule.free.push(slot),
        }
    }
    let (packets, bytes) = pcap.finish()?;
    Ok(schedule.truth(packets, bytes))
}

/// What is under way, and what was placed.
struct Schedule<'a> {
    cases: &'a [Case],
    scripts: Vec<Script>,
    /// Cases by number: healthy ones, others.
    healthy: Vec<usize>,
    others: Vec<usize>,
    plan: Plan,
    random: Random,
    hosts: Hosts,
    active: Vec<Active>,
    /// Places in `active` that are done with.
    free: Vec<usize>,
    /// When which of `active` sends its next packet.
    queue: BinaryHeap<Reverse<(Time, usize)>>,
    /// When the next case begins.
    next: Time,
    /// Bytes of all cases and of all transfers placed so far.
    case_bytes: u64,
    bulk_bytes: u64,
    /// Copies of each case, then transfers of each script.
    copies: Vec<u64>,
}

impl<'a> Schedule<'a> {
    fn new(cases: &'a [Case], plan: Plan) -> io::Result<Self> {
        let mut random = Random::new(plan.seed);
        let scripts = scripts(cases, &mut random)?;
        let (healthy, others) =
            (0..cases.len()).partition(|&number| cases[number].name.starts_with("healthy-"));
        let kinds = cases.len() + scripts.len();
        // After all cases were captured: their certificates are valid by then.
        let end = cases.iter().map(|case| case.end).max().unwrap_or_default();
        Ok(Self {
            cases,
            scripts,
            healthy,
            others,
            plan,
            random,
            hosts: Hosts::new(kinds),
            active: Vec::new(),
            free: Vec::new(),
            queue: BinaryHeap::new(),
            next: Time((end.seconds() + 60) * SECOND),
            case_bytes: 0,
            bulk_bytes: 0,
            copies: vec![0; kinds],
        })
    }

    /// Who sends the next packet, and when; what begins until then is placed first.
    fn next(&mut self) -> Option<(Time, usize)> {
        let later = |queue: &BinaryHeap<Reverse<(Time, usize)>>, time| {
            queue.peek().is_none_or(|Reverse((next, _))| *next >= time)
        };
        while self.case_bytes + self.bulk_bytes < self.plan.size && later(&self.queue, self.next) {
            self.place_case();
            while self.wants_transfer() {
                self.place_transfer();
            }
            self.next.0 += self.random.below(self.plan.mix.gap * 2) as i64;
        }
        self.queue.pop().map(|Reverse(next)| next)
    }

    fn place_case(&mut self) {
        let failing = self.random.below(100) < self.plan.mix.failing;
        let group = if failing { &self.others } else { &self.healthy };
        let number = group[self.random.below(group.len() as u64) as usize];
        let case = &self.cases[number];
        let given = self.hosts.place(number, case, &mut self.random);
        self.case_bytes += case.bytes + case.packets.len() as u64 * RECORD;
        self.copies[number] += 1;
        self.begin(Active::Copy { case: number, given, sent: 0 });
    }

    fn wants_transfer(&self) -> bool {
        let bulk = self.plan.mix.bulk;
        let left = self.case_bytes + self.bulk_bytes < self.plan.size;
        left && self.bulk_bytes * (100 - bulk) < self.case_bytes * bulk
    }

    fn place_transfer(&mut self) {
        let number = self.random.below(self.scripts.len() as u64) as usize;
        let kind = self.cases.len() + number;
        let (client, server) = self.hosts.pair(kind, &mut self.random);
        let length = self.transfer_length();
        let script = &self.scripts[number];
        let length = length.next_multiple_of(script.record);
        let connection = Connection::new(client, (server, script.port));
        // A segment with its headers, and half an acknowledgement.
        self.bulk_bytes +=
            length.div_ceil(SEGMENT as u64) * (SEGMENT as u64 + 54 + 27 + RECORD * 3 / 2);
        self.copies[kind] += 1;
        let transfer = Transfer::new(script, connection, length, self.plan.mix.pace);
        self.begin(Active::Transfer { script: number, transfer });
    }

    fn transfer_length(&mut self) -> u64 {
        let range = &self.plan.mix.transfer;
        let length = range.start + self.random.below(range.end - range.start);
        let left = self.plan.size.saturating_sub(self.case_bytes + self.bulk_bytes);
        length.min(self.plan.size / 8).min(left).max(1)
    }

    /// The first packet goes out when the next case begins.
    fn begin(&mut self, active: Active) {
        let slot = match self.free.pop() {
            Some(slot) => {
                self.active[slot] = active;
                slot
            }
            None => {
                self.active.push(active);
                self.active.len() - 1
            }
        };
        self.queue.push(Reverse((self.next, slot)));
    }

    fn truth(&self, packets: u64, bytes: u64) -> Truth {
        let cases = self.cases.iter().map(|case| (case.name.as_str(), &case.tally));
        let transfers = self.scripts.iter().map(|script| (script.name, &script.tally));
        let (mut tally, mut placed) = (Tally::default(), BTreeMap::new());
        for ((name, each), &copies) in cases.chain(transfers).zip(&self.copies) {
            if copies > 0 {
                tally.add(each, copies);
                let (flows, failing_flows) = (each.flows * copies, each.failing_flows * copies);
                placed.insert(name.to_owned(), Placed { copies, flows, failing_flows });
            }
        }
        let (mix, seed) = (self.plan.mix.name, self.plan.seed);
        Truth { mix, seed, packets, bytes, tally, placed }
    }
}
