//! Gathers the chains that servers showed, each once a server.

use super::View;
use crate::facts::{ChainSeen, Facts, sorted};
use crate::finding::Party;
use crate::rules::words;
use crate::trust::Verdict;
use crate::units::{At, Endpoint};
use crate::wire::x509::Chain;
use std::collections::{BTreeMap, BTreeSet};

/// Servers that show the same chain and are told of one by one.
const ALIKE_MAX: usize = 3;

/// A chain that a server showed, to whomever.
pub(in crate::rules) struct Shown<'a> {
    /// Who.
    pub(in crate::rules) server: Endpoint,
    /// How many other servers it stands for.
    pub(in crate::rules) others: usize,
    /// The certificates.
    pub(in crate::rules) chain: &'a Chain,
    /// What they were worth at the first time.
    pub(in crate::rules) verdict: &'a Verdict,
    /// The first time.
    pub(in crate::rules) first: At,
    /// The last time.
    pub(in crate::rules) last: At,
    /// How often.
    pub(in crate::rules) count: u64,
    /// A name that was asked for.
    pub(in crate::rules) name: Option<&'a str>,
    /// A name asked for that the leaf does not cover, and where.
    pub(in crate::rules) mismatch: Option<(&'a str, At)>,
    /// The client, when it was one only.
    pub(in crate::rules) client: Option<Party>,
}

impl<'a> Shown<'a> {
    /// As the first client met it.
    pub(in crate::rules) fn view<'b>(&'b self, owner: &'b str) -> View<'b>
    where
        'a: 'b,
    {
        View {
            owner,
            chain: self.chain,
            verdict: self.verdict,
            time: self.first.time,
            name: self.mismatch.map(|(name, _)| name).or(self.name),
        }
    }
}

/// Tells the chains of a server apart, the same in every run: the leaf's fingerprint.
pub(in crate::rules) fn key(chain: &Chain) -> String {
    let Some(leaf) = chain.certificates.first() else { return "none".to_owned() };
    leaf.sha256.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// All chains that servers showed, in the order of servers. A chain of many servers stands once for all of them that
/// no failure is known of.
pub(in crate::rules) fn shown(facts: &Facts) -> Vec<Shown<'_>> {
    let failing: BTreeSet<Endpoint> =
        facts.handshakes().map(|(kept, _)| kept.emitted.ends.server).collect();
    let mut all: Vec<Shown<'_>> = Vec::new();
    let mut common: BTreeMap<Common<'_>, Vec<usize>> = BTreeMap::new();
    for (server, known) in sorted(&facts.servers) {
        for (id, seen) in &known.chains {
            if seen.chain.certificates.is_empty() {
                continue;
            }
            let shown = Shown::of(*server, seen);
            if !failing.contains(server) {
                let key = (*id, shown.mismatch.map(|(name, _)| name));
                common.entry(key).or_default().push(all.len());
            }
            all.push(shown);
        }
    }
    merge(all, common.into_values())
}

/// What servers have in common that are told of as one: chain, and name missed.
type Common<'a> = (u32, Option<&'a str>);

/// Lets the first of many stand for the others.
fn merge(mut all: Vec<Shown<'_>>, alike: impl Iterator<Item = Vec<usize>>) -> Vec<Shown<'_>> {
    let mut spared = vec![true; all.len()];
    for places in alike.filter(|places| places.len() > ALIKE_MAX) {
        let (count, first, last) = places.iter().filter_map(|place| all.get(*place)).fold(
            (0, At::default(), At::default()),
            |(count, first, last), shown| match count {
                0 => (shown.count, shown.first, shown.last),
                _ => (count + shown.count, first.min(shown.first), last.max(shown.last)),
            },
        );
        let others = places.len() - 1;
        for (index, place) in places.into_iter().enumerate() {
            if index > 0 {
                spared[place] = false;
            } else if let Some(shown) = all.get_mut(place) {
                *shown = Shown { count, first, last, others, client: None, ..*shown };
            }
        }
    }
    let mut spared = spared.into_iter();
    all.retain(|_| spared.next().unwrap_or(true));
    all
}

impl<'a> Shown<'a> {
    fn of(server: Endpoint, seen: &'a ChainSeen) -> Self {
        let client = match *seen.clients.as_slice() {
            [only] => Some(Party::Host(only)),
            _ => None,
        };
        Self {
            server,
            others: 0,
            chain: &seen.chain,
            verdict: &seen.verdict,
            first: seen.first,
            last: seen.last,
            count: seen.count,
            name: seen.sni.as_deref(),
            mismatch: seen.mismatch.as_ref().map(|(name, at)| (&**name, *at)),
            client,
        }
    }

    /// Who shows it, in words.
    pub(in crate::rules) fn owner(&self) -> String {
        let name = self.mismatch.map(|(name, _)| name).or(self.name);
        let first = words::service(self.server, name);
        match self.others {
            0 => first,
            others => format!("{first} and {others} more servers"),
        }
    }
}
