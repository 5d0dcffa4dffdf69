//! Ethernet and what its EtherTypes announce: VLAN tags, LLC/SNAP, PPPoE, PPP, MPLS.

use super::layer::{Layer, NOT_IP, Next};
use super::view::{CUT, Reason, View};

/// IPv4
pub(super) const IPV4: u16 = 0x0800;
/// IPv6
pub(super) const IPV6: u16 = 0x86dd;
/// IEEE 802.1Q customer tag.
pub(super) const VLAN: u16 = 0x8100;
/// IEEE 802.1ad service tag.
pub(super) const QINQ: u16 = 0x88a8;
/// Service tag before it was standardised.
pub(super) const QINQ_OLD: u16 = 0x9100;
/// Transparent Ethernet bridging: an Ethernet header follows (GRE, GENEVE).
pub(super) const BRIDGING: u16 = 0x6558;
/// PPP
pub(super) const PPP: u16 = 0x880b;
/// MPLS
pub(super) const MPLS: u16 = 0x8847;
const MPLS_UPSTREAM: u16 = 0x8848;
const PPPOE_SESSION: u16 = 0x8864;
/// IEEE 802.1ah: a service identifier, then the customer's Ethernet header.
const PROVIDER_BRIDGE: u16 = 0x88e7;
/// Cisco's VN-Tag.
const VN_TAG: u16 = 0x8926;
/// IEEE 802.1BR
const PORT_EXTENDER: u16 = 0x893f;
/// IEEE 802.1AE
const MACSEC: u16 = 0x88e5;
/// Its content is taken for encrypted.
const ENCRYPTED: Reason = "macsec";
/// IEEE 802.3 has a length where Ethernet II has a type up to this.
const LENGTH_MAX: u16 = 1500;

/// An Ethernet header.
pub(super) fn ethernet(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    view.skip(12)?;
    typed(view)
}

/// An EtherType and what it announces.
pub(super) fn typed(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    Ok(match view.u16()? {
        IPV4 | IPV6 => Next::Header(Layer::Ip, view),
        kind => Next::Header(Layer::Ether(kind), view),
    })
}

/// What an EtherType announces.
pub(super) fn read(kind: u16, mut view: View<'_>) -> Result<Next<'_>, Reason> {
    match kind {
        IPV4 | IPV6 => Ok(Next::Header(Layer::Ip, view)),
        VLAN | QINQ | QINQ_OLD => {
            view.skip(2)?;
            typed(view)
        }
        BRIDGING => ethernet(view),
        PPP => Ok(Next::Header(Layer::Ppp, view)),
        PPPOE_SESSION => pppoe(view),
        PROVIDER_BRIDGE => {
            view.skip(4)?;
            ethernet(view)
        }
        VN_TAG => {
            view.skip(4)?;
            typed(view)
        }
        PORT_EXTENDER => {
            view.skip(6)?;
            typed(view)
        }
        MACSEC => Err(ENCRYPTED),
        MPLS | MPLS_UPSTREAM => mpls(view),
        0..=LENGTH_MAX => {
            view.bound(usize::from(kind));
            Ok(Next::Header(Layer::Llc, view))
        }
        _ => Err(NOT_IP),
    }
}

/// IEEE 802.2: IP by its own SAP (RFC 948), or SNAP (RFC 1042).
pub(super) fn llc(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    match view.take()? {
        [0x06, 0x06, 0x03] => Ok(Next::Header(Layer::Ip, view)),
        [0xaa, 0xaa, 0x03] => snap(view),
        _ => Err(NOT_IP),
    }
}

/// An organisation and its protocol; EtherTypes belong to two of them.
pub(super) fn snap(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    match *view.take()? {
        // RFC 1042, and the bridge-tunnel encapsulation of IEEE 802.1H.
        [0, 0, 0] | [0, 0, 0xf8] => typed(view),
        // RFC 2684: bridged Ethernet frames, behind two bytes of padding.
        [0x00, 0x80, 0xc2] if matches!(view.u16()?, 1 | 7) => {
            view.skip(2)?;
            ethernet(view)
        }
        _ => Err(NOT_IP),
    }
}

/// A PPPoE session packet (RFC 2516): version and type, code, session, length.
pub(super) fn pppoe(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [_, code, _, _, high, low] = *view.take()?;
    if code != 0 {
        return Err(NOT_IP);
    }
    view.bound(usize::from(u16::from_be_bytes([high, low])));
    Ok(Next::Header(Layer::Ppp, view))
}

/// PPP (RFC 1661, RFC 1662); the first octets may say that it is Cisco's HDLC instead.
pub(super) fn ppp(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    match view.peek()? {
        [0x0f | 0x8f, 0x00] => {
            view.skip(2)?;
            return typed(view);
        }
        [0xff, 0x03] => view.skip(2)?,
        _ => {}
    }
    let protocol = match view.bytes().first().ok_or(CUT)? {
        // The high octet, zero, is compressed away.
        low if low & 1 == 1 => {
            let [low] = *view.take()?;
            u16::from(low)
        }
        _ => view.u16()?,
    };
    match protocol {
        0x0021 | 0x0057 => Ok(Next::Header(Layer::Ip, view)),
        0x0281 | 0x0283 => Ok(Next::Header(Layer::Ether(MPLS), view)),
        _ => Err(NOT_IP),
    }
}

/// A stack of MPLS labels. What follows is not announced: its first nibble has to tell (RFC 4385).
fn mpls(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    while view.u32()? & 0x100 == 0 {}
    match view.nibble() {
        Some(4 | 6) => Ok(Next::Header(Layer::Ip, view)),
        Some(0) => {
            view.skip(4)?;
            ethernet(view)
        }
        _ => Err(NOT_IP),
    }
}
