//! Gathers the chains that servers showed, each once a server.

use super::View;
use crate::facts::{Facts, sorted};
use crate::finding::Party;
use crate::trust::Verdict;
use crate::units::{At, Endpoint};
use crate::wire::x509::Chain;
use std::collections::BTreeMap;

/// A chain that a server showed, to whomever.
pub(in crate::rules) struct Shown<'a> {
    /// Who.
    pub(in crate::rules) server: Endpoint,
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

/// All chains that servers showed, in the order of servers.
pub(in crate::rules) fn shown(facts: &Facts) -> Vec<Shown<'_>> {
    let mut all: BTreeMap<(Endpoint, u32), Shown<'_>> = BTreeMap::new();
    for (server, known) in sorted(&facts.servers) {
        for (id, seen) in &known.chains {
            let client = match *seen.clients.as_slice() {
                [only] => Some(Party::Host(only)),
                _ => None,
            };
            let shown = Shown {
                server: *server,
                chain: &seen.chain,
                verdict: &seen.verdict,
                first: seen.first,
                last: seen.last,
                count: seen.count,
                name: seen.sni.as_deref(),
                mismatch: seen.mismatch.as_ref().map(|(name, at)| (&**name, *at)),
                client,
            };
            all.insert((*server, *id), shown);
        }
    }
    all.into_values().filter(|shown| !shown.chain.certificates.is_empty()).collect()
}
