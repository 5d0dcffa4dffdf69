//! Authentication exchanges: those that went well are not kept.

use super::Facts;
use crate::proto::auth::{Fact, Ntlm};

impl Facts {
    /// Whether the fact is kept.
    pub(super) fn fold_auth(fact: &Fact) -> bool {
        match fact {
            Fact::Ntlm(ntlm) => !is_healthy(ntlm),
            Fact::Spnego(_) => true,
        }
    }
}

/// All three messages in one conversation, and the server let the client in.
fn is_healthy(ntlm: &Ntlm) -> bool {
    ntlm.accepted == Some(true) && ntlm.challenge.is_some()
}
