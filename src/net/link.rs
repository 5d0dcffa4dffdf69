//! What the interfaces deliver, by LINKTYPE_* value.

use super::ether;
use super::layer::{Layer, NOT_IP, Next};
use super::view::{Reason, View};

/// A link type that is not known here.
const UNKNOWN: Reason = "unknown_link_type";
/// LINKTYPE_ETHERNET
pub(super) const ETHERNET: u16 = 1;

/// Reads the header of a link type.
pub(super) fn read(kind: u16, view: View<'_>) -> Result<Next<'_>, Reason> {
    match kind {
        0 | 108 => null(view),
        ETHERNET => ether::ethernet(view),
        9 | 50 => Ok(Next::Header(Layer::Ppp, view)),
        12 | 14 | 101 | 228 | 229 => Ok(Next::Header(Layer::Ip, view)),
        51 => ether::pppoe(view),
        113 => cooked(view),
        276 => cooked2(view),
        _ => Err(UNKNOWN),
    }
}

/// BSD loopback: an address family in the byte order of whoever captured.
fn null(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let word = *view.take()?;
    match u32::from_be_bytes(word).min(u32::from_le_bytes(word)) {
        // AF_INET; AF_INET6 of the BSDs, of Darwin, of Windows and of Linux.
        2 | 24 | 28 | 30 | 23 | 10 => Ok(Next::Header(Layer::Ip, view)),
        _ => Err(NOT_IP),
    }
}

/// Linux cooked capture: packet type, hardware type, address with its length, protocol.
fn cooked(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    view.skip(14)?;
    let protocol = view.u16()?;
    cooked_protocol(protocol, view)
}

/// Linux cooked capture, version 2: the protocol comes first.
fn cooked2(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let protocol = view.u16()?;
    view.skip(18)?;
    cooked_protocol(protocol, view)
}

/// An EtherType, or one of Linux's numbers for what has none.
fn cooked_protocol(protocol: u16, view: View<'_>) -> Result<Next<'_>, Reason> {
    match protocol {
        // ETH_P_802_2
        4 => Ok(Next::Header(Layer::Llc, view)),
        0..=0x05ff => Err(NOT_IP),
        _ => Ok(Next::Header(Layer::Ether(protocol), view)),
    }
}
