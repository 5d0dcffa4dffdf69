//! `krb-*` of the error codes: what a KDC, or a service, refused, and why.

mod crowd;
mod judge;
mod reason;
mod table;
mod told;

use super::after::After;
use super::failure::{Failure, Group, grouped};
use crate::facts::Facts;
use crate::rules::{Episodes, Rule};
use table::Row;

/// All codes that are failures of their own.
pub(crate) const RULE: Rule = Rule {
    ids: &table::IDS,
    manual: include_str!("../manual/krb-error.md"),
    explains: &[
        "krb-delegation",
        "krb-ntlm-fallback",
        "spnego-reject",
        "http-neg-fallback",
        "http-401-loop",
        "http-401-noscheme",
        "http-5xx-auth",
        "eas-unauthorized",
    ],
    check,
};

const ETYPE_NOSUPP: i32 = 14;
const PREAUTH_REQUIRED: i32 = 25;

/// The row of a failure. RESPONSE_TOO_BIG, PREAUTH_REQUIRED and MORE_PREAUTH_DATA_REQUIRED have none: they are normal.
/// SKEW has its own rule.
fn row(failure: &Failure<'_>) -> Option<&'static Row> {
    table::row_of(row_code(failure))
}

fn row_code(failure: &Failure<'_>) -> i32 {
    if lacks_etype(failure) { ETYPE_NOSUPP } else { failure.code }
}

/// The KDC asks for a proof under types that the client did not offer: the client says 14 to itself.
fn lacks_etype(failure: &Failure<'_>) -> bool {
    if failure.code != PREAUTH_REQUIRED {
        return false;
    }
    let (offered, hints) = (&failure.asked.exchange.etypes, &failure.error.hints);
    let common = hints.iter().any(|hint| offered.contains(&hint.etype));
    let known = !offered.is_empty() && !hints.is_empty();
    known && !common
}

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let failures = episodes.failures();
    let groups = grouped(failures.iter().filter(|failure| row(failure).is_some()));
    let after = After::new(facts, &failures, groups.iter().map(|group| &group.first.asked));
    let judged =
        groups.into_iter().filter_map(|group| Some((judge::judge(&group, &after)?, group)));
    for (judged, group) in crowd::gathered(judged) {
        let found = told::found(group, judged, &after);
        found.into_iter().for_each(|found| episodes.add(found));
    }
}

/// Users of a group: more than one where the same befell many.
fn users(group: &Group<'_>) -> Vec<String> {
    let mut users: Vec<String> =
        group.all().filter_map(|failure| failure.asked.full_user()).collect();
    users.sort_unstable();
    users.dedup();
    users
}

#[cfg(test)]
mod tests;
