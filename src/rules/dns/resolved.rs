//! What clients did find: a failure that they got over is none.

use super::want::Want;
use crate::facts::{Facts, Lookup, Map};
use crate::proto::http;
use crate::rules::Set;
use crate::units::{SECOND, Time};
use std::net::IpAddr;

/// What resolves this long before a failure or after it makes up for it, seconds.
const BEFORE: i64 = 2;
const AFTER: i64 = 5;

/// A name with another suffix is tried at once.
const SUFFIX_NS: i64 = 2 * SECOND;

/// Names with one and the same first label that are looked at.
const ALIKE_MAX: usize = 256;

/// A client that found this many names misses a single one less than one that found hardly any.
const MANY: usize = 5;

/// What the clients of some failures found.
pub(super) struct Resolved<'a> {
    facts: &'a Facts,
    /// By client and first label.
    alike: Map<(IpAddr, &'a str), Vec<(&'a str, &'a Lookup)>>,
    /// How many names each client found.
    found: Map<IpAddr, usize>,
    /// Names that a client needed for somebody else, who was told of the failure.
    failed_for: Set<&'a str>,
}

impl<'a> Resolved<'a> {
    /// What the clients of `wants` found.
    pub(super) fn of(facts: &'a Facts, wants: &[Want<'a>]) -> Self {
        let mut found: Map<IpAddr, usize> = Map::default();
        let mut alike: Map<(IpAddr, &'a str), Vec<(&'a str, &'a Lookup)>> = Map::default();
        for want in wants {
            found.entry(want.client).or_default();
            alike.entry((want.client, first_label(want.name))).or_default();
        }
        if wants.is_empty() {
            return Self { facts, alike, found, failed_for: Set::default() };
        }
        for ((client, name), lookup) in &facts.lookups {
            let Some(count) = found.get_mut(client).filter(|_| lookup.found.count > 0) else {
                continue;
            };
            *count += 1;
            let same = alike.get_mut(&(*client, first_label(name)));
            same.into_iter().for_each(|same| same.push((name, lookup)));
        }
        for same in alike.values_mut() {
            same.sort_unstable_by_key(|(name, _)| *name);
            same.truncate(ALIKE_MAX);
        }
        Self { facts, alike, found, failed_for: failed_for(facts) }
    }

    /// The client got over it: it found the name, or the name with another suffix, at about the same time.
    pub(super) fn is_over(&self, want: &Want<'_>) -> bool {
        let (from, to) = want.span(BEFORE, AFTER);
        self.facts.resolved(want.client, want.name, from, to) || self.by_other_suffix(want)
    }

    /// **Suffix noise**: resolvers append their search suffixes to a name until one fits.
    fn by_other_suffix(&self, want: &Want<'_>) -> bool {
        let alike = self.alike.get(&(want.client, first_label(want.name)));
        let before = Time(want.begin().0.saturating_sub(SUFFIX_NS));
        let after = Time(want.end().0.saturating_add(SUFFIX_NS));
        alike.into_iter().flatten().any(|(name, lookup)| match common(want.name, name) {
            _ if *name == want.name => false,
            // Many hosts are called www: only the next attempt is another suffix of one and the same short name.
            1 if name.contains('.') => lookup.found.within(want.begin(), after),
            _ => lookup.found.within(before, after),
        })
    }

    /// The name was found at a later time: it was needed.
    fn later(&self, want: &Want<'_>) -> bool {
        let end = want.end();
        let lookup = self.facts.lookup(want.client, want.name);
        lookup.is_some_and(|lookup| lookup.found.spans.iter().any(|(_, last)| *last > end))
    }

    /// Something says that the client needed the name: it came back for it, it finds hardly anything else, it asked
    /// elsewhere, or somebody else was told of the failure.
    pub(super) fn is_needed(&self, want: &Want<'_>) -> bool {
        let found = self.found.get(&want.client).copied().unwrap_or(0);
        found < MANY
            || want.is_repeated()
            || self.later(want)
            || self.failed_for.contains(want.name)
    }
}

/// Names that gateways and proxies could not serve.
fn failed_for(facts: &Facts) -> Set<&str> {
    let failed = facts.http().filter(|(_, exchange)| is_gateway_error(exchange));
    failed.filter_map(|(_, exchange)| exchange.host.as_deref()).collect()
}

fn is_gateway_error(exchange: &http::Exchange) -> bool {
    exchange.status.is_some_and(|status| (500..600).contains(&status))
}

/// Up to the first dot.
pub(super) fn first_label(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// How many labels two names share from the first on.
fn common(one: &str, other: &str) -> usize {
    one.split('.').zip(other.split('.')).take_while(|(one, other)| one == other).count()
}
