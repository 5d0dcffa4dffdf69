//! NTLM logons that went well, folded.

use super::fold::entry;
use super::{Facts, Spans};
use crate::proto::auth::{Fact, Ntlm};
use crate::units::{At, Ends};

/// NTLM logons of one client with one server that went well.
#[derive(Clone, Debug, Default)]
pub struct Logons {
    /// When.
    pub accepted: Spans,
    /// Message 3 of the first.
    pub first: Option<At>,
}

impl Facts {
    /// Folds what went well; whether the fact is kept.
    pub(super) fn fold_auth(&mut self, fact: &Fact, at: At, ends: &Ends) -> bool {
        match fact {
            Fact::Ntlm(ntlm) if is_healthy(ntlm) => {
                self.fold_logon(at, ends);
                false
            }
            Fact::Ntlm(_) | Fact::Spnego(_) => true,
        }
    }

    fn fold_logon(&mut self, at: At, ends: &Ends) {
        let key = (ends.client.addr, ends.server);
        match entry(&mut self.logons, key, self.limits.aggregates) {
            Some(logons) => {
                logons.accepted.add(at.time);
                logons.first.get_or_insert(at);
            }
            None => *self.lost.entry("ntlm_logons").or_default() += 1,
        }
    }
}

/// All three messages in one conversation, and the server let the client in.
fn is_healthy(ntlm: &Ntlm) -> bool {
    ntlm.accepted == Some(true) && ntlm.challenge.is_some()
}
