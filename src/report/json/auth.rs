//! The keys of `ntlm.auth`.

use crate::proto::auth::Fact;
use serde::Serialize;

/// Keys.
#[derive(Serialize)]
pub(super) struct Ntlm<'a> {
    user: &'a str,
    domain: &'a str,
}

/// The keys of an NTLM exchange; others are no fact of the report.
pub(super) fn keys(_fact: &Fact) -> Option<Ntlm<'_>> {
    None
}
