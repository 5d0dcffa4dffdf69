//! Tickets that were issued, folded.

use super::fold::entry;
use super::{Facts, Spans};
use crate::proto::krb5::{Exchange, Fact, KrbError, Outcome};
use crate::units::{At, Endpoint, Ends};
use std::collections::BTreeMap;

/// Users kept a principal.
const USERS_MAX: usize = 8;
/// Kinds of encryption counted a principal.
const ETYPES_MAX: usize = 16;
/// KDC_ERR_PREAUTH_REQUIRED and KDC_ERR_MORE_PREAUTH_DATA_REQUIRED: the normal beginning of a logon.
const BEGINNINGS: [i32; 2] = [25, 91];
/// Ticket-granting services.
const GRANTING: &str = "krbtgt/";

/// Tickets that one client got for one principal (a service, or a ticket-granting service).
#[derive(Clone, Debug, Default)]
pub struct Tickets {
    /// When.
    pub issued: Spans,
    /// Encryption types of ticket and reply, with how often.
    pub etypes: BTreeMap<(i32, i32), u64>,
    /// The first of them, and the KDC.
    pub first: Option<(At, Endpoint)>,
    /// For whom (`user@REALM`, in lower case) and when, at most 8.
    pub users: Vec<(Box<str>, Spans)>,
}

impl Facts {
    /// Folds tickets; whether the fact is kept: what was refused, and requests to a KDC or to kpasswd that were not
    /// answered.
    pub(super) fn fold_krb5(&mut self, fact: &Fact, at: At, ends: &Ends) -> bool {
        let Fact::Exchange(exchange) = fact else { return true };
        match &exchange.outcome {
            Outcome::Ticket { issued, ticket_etype, enc_part_etype, .. } => {
                let issued = issued.as_deref().filter(|issued| issued.starts_with(GRANTING));
                if let Some(principal) = issued.or(exchange.sname.as_deref()) {
                    let etypes = (*ticket_etype, *enc_part_etype);
                    self.fold_ticket(principal, etypes, exchange, at, ends);
                }
                false
            }
            Outcome::Accepted => false,
            Outcome::Error(error) => !is_beginning(exchange, error),
            Outcome::Unanswered => true,
        }
    }

    fn fold_ticket(
        &mut self,
        principal: &str,
        etypes: (i32, i32),
        exchange: &Exchange,
        at: At,
        ends: &Ends,
    ) {
        let key = (ends.client.addr, principal.to_lowercase().into());
        match entry(&mut self.tickets, key, self.limits.aggregates) {
            Some(tickets) => tickets.add(etypes, exchange, at, ends),
            None => *self.lost.entry("tickets").or_default() += 1,
        }
    }
}

/// The KDC only asks for a proof, and the client can give one: they have an encryption type in common.
fn is_beginning(exchange: &Exchange, error: &KrbError) -> bool {
    let common = error.hints.iter().any(|hint| exchange.etypes.contains(&hint.etype));
    let unknown = error.hints.is_empty() || exchange.etypes.is_empty();
    BEGINNINGS.contains(&error.code) && (common || unknown)
}

impl Tickets {
    fn add(&mut self, etypes: (i32, i32), exchange: &Exchange, at: At, ends: &Ends) {
        self.issued.add(at.time);
        if self.etypes.len() < ETYPES_MAX || self.etypes.contains_key(&etypes) {
            *self.etypes.entry(etypes).or_default() += 1;
        }
        self.first.get_or_insert((at, ends.server));
        if let Some(spans) = user(exchange).and_then(|user| self.of_user(user)) {
            spans.add(at.time);
        }
    }

    /// When `user` got one; `None` when there is no room for him.
    fn of_user(&mut self, user: Box<str>) -> Option<&mut Spans> {
        let place = self.users.iter().position(|(known, _)| *known == user);
        let place = place.unwrap_or(self.users.len());
        if place == self.users.len() && place < USERS_MAX {
            self.users.push((user, Spans::default()));
        }
        self.users.get_mut(place).map(|(_, spans)| spans)
    }
}

/// `user@REALM`, in lower case.
fn user(exchange: &Exchange) -> Option<Box<str>> {
    let cname = exchange.cname.as_deref()?;
    let realm = exchange.crealm.as_deref().unwrap_or_default();
    Some(format!("{cname}@{realm}").to_lowercase().into())
}
