//! Faults of a resolver: one finding for all names that one client could not get from it.

use super::noise::{HOST_TYPES, controlled_domain, is_noise};
use super::resolved::Resolved;
use super::want::{Try, Want, wants, without_forwarders};
use crate::codes;
use crate::facts::Facts;
use crate::finding::{Confidence, Party, Severity, Told, late};
use crate::proto::dns::ExtendedError;
use crate::rules::{Episodes, Found, Id, Topic, words};
use crate::units::Endpoint;
use crate::wire::dns::kind;
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Names that a finding is tied to other findings by, and attempts that it shows.
const TOPICS_MAX: usize = 16;
const SHOWN_MAX: usize = 4;

/// From this many names on they are told together.
pub(super) const MANY_NAMES: usize = 6;

/// What fails behind a resolver that gets no answer itself.
pub(super) const BEHIND_RESOLVERS: &[&str] = &[
    "dns-servfail",
    "name-fallback",
    "krb-s-principal-unknown",
    "krb-no-kdc",
    "krb-ntlm-fallback",
    "http-connect-fail",
    "http-5xx-auth",
    "http-neg-fallback",
    "x509-revocation",
];

/// What fails for want of a name: the same, but for the resolver's own answer.
pub(super) const SYMPTOMS: &[&str] = match BEHIND_RESOLVERS {
    [_servfail, others @ ..] => others,
    [] => &[],
};

/// Somebody needs such a name to reach a host.
pub(super) fn names_host(want: &Want<'_>) -> bool {
    want.asks(HOST_TYPES) && !is_noise(want.name)
}

/// Somebody needs such a name to reach a host, or a domain controller.
pub(super) fn matters(want: &Want<'_>) -> bool {
    names_host(want) || want.asks(&[kind::SRV]) && controlled_domain(want.name).is_some()
}

/// Wants of one client from one resolver: mostly one.
pub(super) type Together<'w, 'a> = SmallVec<[&'w Want<'a>; 2]>;

/// Wants that were not got over, by client and resolver.
pub(super) fn by_resolver<'w, 'a>(
    wants: impl IntoIterator<Item = &'w Want<'a>>,
) -> BTreeMap<(IpAddr, Endpoint), Together<'w, 'a>> {
    let mut groups: BTreeMap<_, Together<'w, 'a>> = BTreeMap::new();
    for want in wants {
        groups.entry((want.client, want.server())).or_default().push(want);
    }
    groups
}

/// Reports which clients got `rcode` from which resolver for what they did not find otherwise; `told` adds the words.
pub(super) fn answered_with<'a>(
    rcode: u16,
    id: &Id,
    facts: &'a Facts,
    episodes: &mut Episodes<'a>,
    told: impl Fn(Found<'a>, &[&Want<'a>], IpAddr) -> Found<'a>,
) {
    let wants = without_forwarders(wants(&episodes.tries(), |tried| tried.failed_with(rcode)));
    let resolved = Resolved::of(facts, &wants);
    let missed = wants.iter().filter(|want| matters(want) && !resolved.is_over(want));
    let name = codes::rcode_name(rcode);
    let shown =
        move |tried: &Try<'_>| format!("{} for {}", codes::rcode_name(rcode), question(tried));
    for ((_, server), wants) in by_resolver(missed) {
        let Some(found) = found(id, &wants, shown) else { continue };
        let found = found
            .no_worse_than(severity(&wants, &resolved, Severity::Warning))
            .key("")
            .code("dns_rcode", rcode.into(), name.clone());
        episodes.add(told(found, &wants, server.addr));
    }
}

/// The least that a finding on some wants has: parties, times, evidence, topics.
pub(super) fn found<'a>(
    id: &Id,
    wants: &[&Want<'a>],
    shown: impl Fn(&Try<'a>) -> String + Copy + 'a,
) -> Option<Found<'a>> {
    let first = wants.first()?;
    let begin = wants.iter().map(|want| want.begin()).min()?;
    let end = wants.iter().map(|want| want.end()).max()?;
    let count = wants.iter().map(|want| want.attempts()).sum();
    let topics =
        |want: &&Want<'a>| [Topic::name(want.client, want.name), Topic::name_of_anybody(want.name)];
    let mut found = Found::about(id, first.server(), first.first.at)
        .client(Party::Host(first.client))
        .over(first.first.ends.transport)
        .times(count, begin, end)
        .topics(wants.iter().take(TOPICS_MAX).flat_map(topics));
    let asked =
        wants.iter().any(|want| want.tries().any(|tried| tried.exchange.question.is_some()));
    if !asked {
        // The questions were not captured, so other answers may be missing as well.
        found = found.at_most(Confidence::Likely);
    }
    for want in wants.iter().take(SHOWN_MAX) {
        let (tried, name) = (want.first, want.name);
        found = found.evidence(tried.at, late(move || shown(&tried)));
        if let (1, Some(asked)) = (wants.len(), tried.exchange.question) {
            let note = late(move || format!("the question for {}", words::name(name)));
            found = found.evidence(asked, note);
        }
    }
    for tried in first.more.iter().take(SHOWN_MAX).filter(|_| wants.len() == 1).copied() {
        found = found.evidence(tried.at, late(move || shown(&tried)));
    }
    Some(found)
}

/// `mail.contoso.com`, `7 names`.
pub(super) fn names(wants: &[&Want<'_>]) -> String {
    match wants {
        [one] => words::name(one.name),
        several => words::counted(several.len() as u64, "name"),
    }
}

/// The names in full, where there are several.
pub(super) fn listed(wants: &[&Want<'_>]) -> String {
    match wants {
        [_] => String::new(),
        several => {
            format!(" Names: {}.", words::list(several.iter().map(|want| words::name(want.name))))
        }
    }
}

/// The key of a finding on some names: several are a fault of the resolver.
pub(super) fn key<'a>(wants: &[&Want<'a>]) -> &'a str {
    match wants {
        [one] => one.name,
        _ => "names",
    }
}

/// An error where somebody needed one of the names, else `otherwise`.
pub(super) fn severity(
    wants: &[&Want<'_>],
    resolved: &Resolved<'_>,
    otherwise: Severity,
) -> Severity {
    let needed = wants.iter().any(|want| resolved.is_needed(want));
    if needed { Severity::Error } else { otherwise }
}

/// What the resolver itself says about the error, and the codes of it.
pub(super) fn explained<'a>(found: Found<'a>, wants: &[&Want<'a>]) -> (Found<'a>, String) {
    (coded(found, wants), explanation(wants))
}

/// The codes of what the resolver itself says about the error.
fn coded<'a>(mut found: Found<'a>, wants: &[&Want<'a>]) -> Found<'a> {
    for error in extended(wants) {
        let (name, _) = named(error);
        found = found.code("dns_ede", error.code.into(), name);
    }
    found
}

/// Has the words for some wants made when somebody reads them, with what the resolver itself says of the error.
pub(super) fn put_into_words<'a>(
    found: Found<'a>,
    wants: &[&Want<'a>],
    words: fn(&[&Want<'_>]) -> Told,
) -> Found<'a> {
    let found = coded(found, wants);
    let wants: SmallVec<[Want<'a>; 1]> = wants.iter().map(|want| (*want).clone()).collect();
    found.told(move || words(&wants.iter().collect::<Vec<_>>()))
}

/// What the resolver itself says about the error.
pub(super) fn explanation(wants: &[&Want<'_>]) -> String {
    extended(wants).into_iter().map(sentence).collect()
}

fn extended<'a>(wants: &[&Want<'a>]) -> Vec<&'a ExtendedError> {
    let mut told: Vec<&ExtendedError> = Vec::new();
    for error in wants.iter().flat_map(|want| want.extended()) {
        if told.len() < 3 && !told.contains(&error) {
            told.push(error);
        }
    }
    told
}

fn named(error: &ExtendedError) -> (&'static str, &'static str) {
    codes::extended_dns_error(error.code).unwrap_or(("unassigned", ""))
}

fn sentence(error: &ExtendedError) -> String {
    let (name, meaning) = named(error);
    let meaning = if meaning.is_empty() { String::new() } else { format!(": {meaning}") };
    let text = if error.text.is_empty() {
        String::new()
    } else {
        format!(" (\"{}\")", words::name(&error.text))
    };
    format!(" The server adds the extended error {} {name}{meaning}{text}.", error.code)
}

/// The type that a try asked for, in words of evidence: `mail.contoso.com, type A`.
pub(super) fn question(tried: &Try<'_>) -> String {
    let exchange = tried.exchange;
    format!("{}, type {}", words::name(&exchange.qname), codes::dns_type_name(exchange.qtype))
}

/// IPv4 was asked for.
pub(super) fn asks_v4(want: &Want<'_>) -> bool {
    want.asks(&[kind::A, kind::CNAME])
}
