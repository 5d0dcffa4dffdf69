//! The same refusal of many users at one client is one finding: a list that is tried, or a gateway.

use super::judge::Judged;
use crate::facts::Map;
use crate::rules::krb5::failure::Group;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// From this many users on, they are told together.
const USERS_MIN: usize = 5;

/// What refusals of a crowd have in common.
type Common<'a> = (IpAddr, i32, Option<u32>, Option<&'a str>);

/// `groups`, those of a crowd made one.
pub(super) fn gathered<'a>(
    groups: impl Iterator<Item = (Judged, Group<'a>)>,
) -> Vec<(Judged, Group<'a>)> {
    let groups: Vec<_> = groups.collect();
    let mut users: Map<Common<'a>, usize> = Map::default();
    for common in groups.iter().filter_map(|(_, group)| common(group)) {
        *users.entry(common).or_default() += 1;
    }
    let crowd = |group: &Group<'a>| {
        common(group).filter(|common| users.get(common).is_some_and(|users| *users >= USERS_MIN))
    };
    let mut out = Vec::with_capacity(groups.len());
    let mut crowds: BTreeMap<Common<'a>, Vec<(Judged, Group<'a>)>> = BTreeMap::new();
    for (judged, group) in groups {
        match crowd(&group) {
            Some(common) => crowds.entry(common).or_default().push((judged, group)),
            None => out.push((judged, group)),
        }
    }
    out.extend(crowds.into_values().filter_map(merged));
    out.sort_by(|(_, one), (_, other)| {
        let at = |group: &Group<'_>| group.first.asked.at.frame;
        at(one).cmp(&at(other)).then_with(|| common(one).cmp(&common(other)))
    });
    out
}

fn common<'a>(group: &Group<'a>) -> Option<Common<'a>> {
    let (asked, error) = (&group.first.asked, group.first.error);
    let logon = asked.is_logon() && asked.user().is_some();
    logon.then(|| (asked.client(), error.code, error.nt_status, asked.realm()))
}

/// As bad as the worst of them.
fn merged<'a>(groups: Vec<(Judged, Group<'a>)>) -> Option<(Judged, Group<'a>)> {
    let recovered = groups.iter().map(|(judged, _)| judged.recovered).sum();
    let (worst, _) = groups.iter().max_by_key(|(judged, _)| judged.severity)?;
    let judged = Judged { recovered, ..*worst };
    let mut all: Vec<_> = groups.iter().flat_map(|(_, group)| group.all().copied()).collect();
    all.sort_by_key(|failure| failure.asked.at.frame);
    let mut all = all.into_iter();
    Some((judged, Group { first: all.next()?, further: all.collect() }))
}
