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

use crate::facts::Facts;
use crate::rules::Topic;
use crate::units::{At, Ends};

/// What a proxy or a gateway tells its own clients when it cannot connect to the server behind it.
const BEHIND: &[&str] = &["http-connect-fail", "http-5xx-auth"];

/// The name of the server that was not reached, to find what failed because of it elsewhere.
fn topic<'a>(facts: &'a Facts, ends: &Ends, at: At) -> Option<Topic<'a>> {
    let name = facts.name_for(ends.client.addr, ends.server.addr, at.time);
    name.map(Topic::name_of_anybody)
}
