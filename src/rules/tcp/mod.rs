//! Rules about TCP connections and the packets that carry them.

pub(super) mod accept_close;
pub(super) mod halfopen;
pub(super) mod icmp;
mod in_vain;
pub(super) mod mtu_blackhole;
pub(super) mod refused;
pub(super) mod rst_injected;
mod scan;
pub(super) mod syn_timeout;

use crate::facts::{Facts, Kept, Kind};
use crate::proto::{Fact, tcp};

/// The facts of TCP with their places.
fn facts(facts: &Facts) -> impl Iterator<Item = (&Kept, &tcp::Fact)> {
    facts.of(Kind::Tcp).filter_map(|kept| match &kept.emitted.fact {
        Fact::Tcp(fact) => Some((kept, fact)),
        _ => None,
    })
}
