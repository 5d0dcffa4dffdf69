//! Finds the clocks that agree, and those that stand apart from them.

use super::APART_MIN;
use crate::facts::{Facts, Offset, sorted};
use crate::proto::clock::Source;
use crate::units::{SECOND, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Clocks this close agree, nanoseconds.
const AGREE: i64 = 60 * SECOND;

/// Readings of one clock scatter by no more than this; a clock that was set in between tells nothing.
const SCATTER_MAX: i64 = 10 * SECOND;

/// A Date that stands still (a page from a cache) drifts away from the capture's clock; one that ran along for this long is
/// a clock.
const RUNNING: i64 = 60 * SECOND;

/// Readings further apart than this cannot be compared: the clock of the capture may have been set in between.
const NEAR: i64 = 86_400 * SECOND;

/// Other hosts that a finding names.
const OTHERS_MAX: usize = 8;

/// A clock of a host.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct Shown {
    /// Whose.
    pub(in crate::rules) host: IpAddr,
    /// Where it was read.
    pub(in crate::rules) source: Source,
    /// How far it is from the capture's.
    pub(in crate::rules) offset: Offset,
}

/// A clock that stands apart from those that agree.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Skewed {
    /// The clock.
    pub(in crate::rules) clock: Shown,
    /// How far it is ahead of the others, nanoseconds.
    pub(in crate::rules) ahead: i64,
    /// Some of those that agree: who talks to the host first.
    pub(in crate::rules) others: Vec<Shown>,
    /// How many hosts agree.
    pub(in crate::rules) agreeing: usize,
    /// The capture's clock agrees with them.
    pub(in crate::rules) capture_agrees: bool,
}

/// All clocks that stand apart, by capture and host.
pub(in crate::rules) fn skewed(facts: &Facts) -> Vec<Skewed> {
    let mut timelines: BTreeMap<u16, Vec<Shown>> = BTreeMap::new();
    for ((timeline, host), clock) in sorted(&facts.clocks) {
        if let Some((source, offset)) = clock.best() {
            timelines.entry(*timeline).or_default().push(Shown { host: *host, source, offset });
        }
    }
    timelines.into_values().flat_map(|shown| compare(facts, &shown)).collect()
}

fn compare(facts: &Facts, shown: &[Shown]) -> Vec<Skewed> {
    let Some(agreed) = Agreed::of(shown) else { return Vec::new() };
    let agreeing = shown.iter().filter(|clock| agreed.has(clock.offset.ns));
    let when = when(agreeing.clone());
    let apart = shown.iter().filter(|clock| is_clock(clock) && is_near(clock, when));
    let apart = apart.filter_map(|clock| Some((*clock, agreed.apart(clock.offset.ns)?)));
    let apart: Vec<_> = apart.collect();
    if apart.is_empty() {
        return Vec::new();
    }
    let agreeing: BTreeMap<IpAddr, Shown> = agreeing.map(|clock| (clock.host, *clock)).collect();
    let mut skewed: Vec<Skewed> = apart
        .into_iter()
        .map(|(clock, ahead)| Skewed {
            clock,
            ahead,
            others: Vec::new(),
            agreeing: agreeing.len(),
            capture_agrees: agreed.has(0),
        })
        .collect();
    add_others(facts, &agreeing, &mut skewed);
    skewed
}

/// Names some of those that agree: who has a conversation with the host in question comes first.
fn add_others(facts: &Facts, agreeing: &BTreeMap<IpAddr, Shown>, skewed: &mut [Skewed]) {
    let mut partners: BTreeMap<IpAddr, BTreeSet<IpAddr>> =
        skewed.iter().map(|skewed| (skewed.clock.host, BTreeSet::new())).collect();
    for (client, server) in facts.pairs.keys().filter(|_| !skewed.is_empty()) {
        for (one, other) in [(*client, server.addr), (server.addr, *client)] {
            if let Some(partners) = partners.get_mut(&one).filter(|_| agreeing.contains_key(&other))
            {
                partners.insert(other);
            }
        }
    }
    for skewed in skewed {
        let partners = partners.remove(&skewed.clock.host).unwrap_or_default();
        let near = partners.iter().filter_map(|host| agreeing.get(host));
        let far = agreeing.values().filter(|other| !partners.contains(&other.host));
        skewed.others = near.chain(far).take(OTHERS_MAX).copied().collect();
    }
}

/// What was read is a clock that runs, not a time that was stored.
fn is_clock(shown: &Shown) -> bool {
    let Offset { range_ns: (least, most), read: (first, last), .. } = shown.offset;
    let steady = most.saturating_sub(least) <= SCATTER_MAX;
    steady && (shown.source != Source::HttpDate || last.time.since(first.time) >= RUNNING)
}

/// When clocks were read that agree: the earliest and the latest.
fn when<'a>(clocks: impl Iterator<Item = &'a Shown> + Clone) -> Option<(Time, Time)> {
    let times = clocks.map(|clock| clock.offset.at.time);
    Some((times.clone().min()?, times.max()?))
}

/// It was read in the time of the others. A device that starts in 1970 sets the clock of its capture later.
fn is_near(clock: &Shown, when: Option<(Time, Time)>) -> bool {
    let (first, last) = clock.offset.read;
    when.is_some_and(|(from, to)| last.time.since(from) >= -NEAR && first.time.since(to) <= NEAR)
}

/// Offsets of clocks that agree.
struct Agreed {
    least: i64,
    most: i64,
}

impl Agreed {
    /// Most hosts agree; among equals the capture's clock decides. `None` where there is no majority, or only one voice.
    fn of(shown: &[Shown]) -> Option<Self> {
        let mut offsets: Vec<i64> = shown.iter().map(|clock| clock.offset.ns).collect();
        offsets.sort_unstable();
        let groups = || (0..offsets.len()).filter_map(|first| Self::from(&offsets, first));
        let (votes, most) = groups().max_by_key(|(votes, _)| *votes)?;
        let rival =
            groups().find(|(rival, group)| *rival == votes && most.apart(group.least).is_some());
        (votes > HOST && rival.is_none()).then_some(most)
    }

    /// The group that begins with this offset, and its votes.
    fn from(offsets: &[i64], first: usize) -> Option<(usize, Self)> {
        let least = *offsets.get(first)?;
        let end = offsets.partition_point(|ns| *ns <= least.saturating_add(AGREE));
        let most = *offsets.get(end.checked_sub(1)?)?;
        let group = Self { least, most };
        let capture = usize::from(group.has(0));
        Some((HOST * (end - first) + capture, group))
    }

    fn has(&self, ns: i64) -> bool {
        (self.most.saturating_sub(AGREE)..=self.least.saturating_add(AGREE)).contains(&ns)
    }

    /// How far an offset is from the nearest of them, where that is too far.
    fn apart(&self, ns: i64) -> Option<i64> {
        let ahead = match ns {
            _ if ns > self.most => ns.saturating_sub(self.most),
            _ => ns.saturating_sub(self.least).min(0),
        };
        (ahead.saturating_abs() > APART_MIN).then_some(ahead)
    }
}

/// Votes of a host; the capture's clock, which may be that of one of them, has one.
const HOST: usize = 2;
