//! Tickets that were issued, folded.

use super::{Facts, Spans};
use crate::proto::krb5::Fact;
use crate::units::{At, Endpoint, Ends};
use std::collections::BTreeMap;

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
    /// Folds tickets; whether the fact is kept.
    pub(super) fn fold_krb5(&mut self, _fact: &Fact, _at: At, _ends: &Ends) -> bool {
        true
    }
}
