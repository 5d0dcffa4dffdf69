//! What Kerberos refused, and what happened in spite of it.

mod access;
mod after;
pub(super) mod delegation;
pub(super) mod error;
mod failure;
mod issued;
mod kdc_tries;
pub(super) mod kpasswd;
mod moments;
pub(super) mod no_kdc;
pub(super) mod ntlm_fallback;
pub(super) mod ok_but_denied;
mod principal;
mod said;
pub(super) mod skew;
pub(super) mod tcp_blocked;
pub(super) mod weak_etype;

pub(super) use failure::{Failure, failures};

use super::{Found, Topic};
use crate::finding::late;
use after::After;
use failure::{Asked, Group};

/// Answers after the first that one finding shows.
const FURTHER_MAX: usize = 6;

/// What a request is about, for the findings that it causes.
fn topics<'a>(asked: &Asked<'a>, after: &After<'a>) -> impl Iterator<Item = Topic<'a>> + use<'a> {
    let client = asked.client();
    let service = asked.service().filter(|name| !principal::is_granting(name));
    let user = asked.user().or(asked.exchange.for_user.as_deref());
    let only = || after.issued.only_user(client).and_then(|user| user.split('@').next());
    let user = if asked.is_logon() { user.or_else(only) } else { None };
    let topics = [
        service.map(|service| Topic::ticket(client, service)),
        user.map(|user| Topic::user(client, user)),
        asked.realm().map(|realm| Topic::realm(client, realm)),
    ];
    topics.into_iter().flatten()
}

/// `found` with the packets of `group`: the first answer, its request, later answers.
fn evidence<'a>(mut found: Found<'a>, group: &Group<'a>) -> Found<'a> {
    let asked = group.first.asked;
    let request = said::request(asked.exchange.request);
    let error = group.first.error;
    let note = late(move || format!("{} answers: {}", asked.server(), said::error(error)));
    found = found.evidence(asked.at, note);
    if let Some(question) = asked.exchange.question {
        found = found.evidence(question, late(move || format!("the {request} that it answers")));
    }
    for failure in group.further.iter().take(FURTHER_MAX) {
        let asked = failure.asked;
        found = found.evidence(asked.at, late(move || format!("again, from {}", asked.server())));
    }
    found
}
