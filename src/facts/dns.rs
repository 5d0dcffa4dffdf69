//! Names that resolved, folded: who learned what, and what addresses are called.

use super::{Facts, Spans};
use crate::proto::dns::Exchange;
use crate::units::{At, Ends};
use std::net::IpAddr;

/// What one client learned of one name.
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    /// Times at which the name was found: with an address, or with a record of the type asked for.
    pub found: Spans,
    /// Addresses that it was told (at most 8), with the first answer that had each.
    pub addresses: Vec<(IpAddr, At)>,
}

impl Facts {
    /// Folds what was found; whether the exchange is kept.
    pub(super) fn fold_dns(&mut self, _exchange: &Exchange, _at: At, _ends: &Ends) -> bool {
        true
    }
}
