//! Gathers the chains that servers showed, each once a server.

use super::View;
use crate::facts::{ChainSeen, Facts, Map};
use crate::finding::{Key, Party};
use crate::rules::{FaultOf, words};
use crate::trust::Verdict;
use crate::units::{At, Endpoint};
use crate::wire::x509::Chain;

/// Servers that show the same chain and are told of one by one.
const ALIKE_MAX: usize = 3;

/// A chain that a server showed, to whomever.
pub(in crate::rules) struct Shown<'a> {
    /// Who.
    pub(in crate::rules) server: Endpoint,
    /// Other servers that it stands for.
    pub(in crate::rules) others: Vec<Endpoint>,
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
pub(in crate::rules) fn of(chain: &Chain) -> FaultOf {
    let leaf = chain.certificates.first();
    FaultOf::Chain(leaf.map(|leaf| leaf.sha256.first_chunk().copied().unwrap_or_default()))
}

/// The same as the key of a finding.
pub(in crate::rules) fn key(chain: &Chain) -> Key {
    of(chain).key()
}

/// All chains that servers showed, in the order of servers. A chain of many servers stands once for all of them.
pub(in crate::rules) fn shown(facts: &Facts) -> Vec<Shown<'_>> {
    let mut groups: Map<Common<'_>, usize> = Map::default();
    let mut all: Vec<Vec<(Endpoint, &ChainSeen)>> = Vec::new();
    let mut servers: Vec<_> =
        facts.servers.iter().filter(|(_, known)| !known.chains.is_empty()).collect();
    servers.sort_unstable_by_key(|(server, _)| *server);
    for (server, known) in servers {
        for seen in known.chains.iter().filter(|seen| !seen.chain.certificates.is_empty()) {
            let missed = seen.mismatch.as_ref().map(|(name, _)| &**name);
            let group = *groups.entry((seen.chain.id, missed)).or_insert_with(|| {
                all.push(Vec::new());
                all.len() - 1
            });
            all.get_mut(group).into_iter().for_each(|group| group.push((*server, seen)));
        }
    }
    all.iter().flat_map(|group| merged(group)).collect()
}

/// What servers have in common that are told of as one: chain, and name missed.
type Common<'a> = (u128, Option<&'a str>);

/// Lets the first of many stand for the others.
fn merged<'a>(group: &[(Endpoint, &'a ChainSeen)]) -> Vec<Shown<'a>> {
    let each = |(server, seen): &(Endpoint, &'a ChainSeen)| Shown::of(*server, seen);
    let (Some(first), true) = (group.first(), group.len() > ALIKE_MAX) else {
        return group.iter().map(each).collect();
    };
    let mut whole = each(first);
    for (other, seen) in group.iter().skip(1) {
        whole.count += seen.count;
        whole.first = whole.first.min(seen.first);
        whole.last = whole.last.max(seen.last);
        whole.others.push(*other);
    }
    whole.client = None;
    vec![whole]
}

impl<'a> Shown<'a> {
    fn of(server: Endpoint, seen: &'a ChainSeen) -> Self {
        let client = match *seen.clients.as_slice() {
            [only] => Some(Party::Host(only)),
            _ => None,
        };
        Self {
            server,
            others: Vec::new(),
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
        match self.others.len() {
            0 => first,
            others => format!("{first} and {others} more servers"),
        }
    }
}
