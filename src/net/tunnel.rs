//! Tunnels: packets within GRE, ERSPAN, VXLAN, GENEVE, GTP-U, L2TP, Teredo and IP itself.

use super::ether::{BRIDGING, MPLS};
use super::layer::{Layer, NOT_IP};
use super::view::{CUT, Reason, View};
use super::{link, protocol};

/// What a tunnel carries.
type Inside<'a> = Result<(Layer, View<'a>), Reason>;

/// EtherType-like numbers that occur in GRE only.
const ERSPAN: u16 = 0x88be;
const ERSPAN3: u16 = 0x22eb;
const WCCP: u16 = 0x883e;
/// Aruba's access points: IEEE 802.11, by traffic class.
const ARUBA: u16 = 0x8200;
const ARUBA_LAST: u16 = 0x827f;

/// The content of an IP protocol that is a tunnel; `None` for all others.
pub(super) fn over_ip(number: u8, view: View<'_>) -> Option<Inside<'_>> {
    match number {
        protocol::IPIP | protocol::IPV6 => Some(ip(view)),
        protocol::GRE => Some(gre(view)),
        protocol::ETHERIP => Some(etherip(view)),
        protocol::MPLS => Some(Ok((Layer::Ether(MPLS), view))),
        _ => None,
    }
}

/// The content of a datagram to or from a port of a tunnel; `None` for all other ports.
pub(super) fn over_udp(ports: (u16, u16), view: View<'_>) -> Option<Inside<'_>> {
    udp_port(ports.1, view).or_else(|| udp_port(ports.0, view))
}

fn udp_port(port: u16, view: View<'_>) -> Option<Inside<'_>> {
    Some(match port {
        1701 => l2tp(view),
        2152 => gtp(view),
        3544 => teredo(view),
        4789 | 8472 => vxlan(view),
        4790 => vxlan_gpe(view),
        5247 => capwap(view),
        6081 => geneve(view),
        6635 => Ok((Layer::Ether(MPLS), view)),
        _ => return None,
    })
}

/// Some port of [`over_udp`].
#[inline(always)]
pub(super) fn is_port(port: u16) -> bool {
    matches!(port, 1701 | 2152 | 3544 | 4789 | 4790 | 5247 | 6081 | 6635 | 8472)
}

fn ip(view: View<'_>) -> Inside<'_> {
    match view.nibble() {
        Some(4 | 6) => Ok((Layer::Ip, view)),
        _ => Err(NOT_IP),
    }
}

/// RFC 3378
fn etherip(mut view: View<'_>) -> Inside<'_> {
    match view.u16()? {
        0x3000 => Ok((Layer::Ether(BRIDGING), view)),
        _ => Err(NOT_IP),
    }
}

/// RFC 2784, RFC 2890, and version 1 of RFC 2637 (PPTP).
fn gre(mut view: View<'_>) -> Inside<'_> {
    let flags = view.u16()?;
    let kind = view.u16()?;
    let has = |bit: u16| flags & bit != 0;
    let (checksum, routing, key, sequence) = (has(0x8000), has(0x4000), has(0x2000), has(0x1000));
    // The acknowledgement number is there in version 1 only.
    let acknowledged = flags & 7 == 1 && has(0x0080);
    let words = [checksum || routing, key, sequence, acknowledged];
    view.skip(words.into_iter().filter(|present| *present).count() * 4)?;
    if routing {
        source_route(&mut view)?;
    }
    match kind {
        ERSPAN if sequence => erspan(8, view),
        // Type I has no header of its own.
        ERSPAN => Ok((Layer::Ether(BRIDGING), view)),
        ERSPAN3 => erspan3(view),
        WCCP if view.nibble() != Some(4) => {
            view.skip(4)?;
            ip(view)
        }
        WCCP => ip(view),
        ARUBA..=ARUBA_LAST => Ok((Layer::Link(link::WLAN), view)),
        _ => Ok((Layer::Ether(kind), view)),
    }
}

/// Source route entries (RFC 1701): family, offset, length; a null entry ends them.
fn source_route(view: &mut View<'_>) -> Result<(), Reason> {
    loop {
        let [family_high, family_low, _, length] = *view.take()?;
        if [family_high, family_low, length] == [0; 3] {
            return Ok(());
        }
        view.skip(length.into())?;
    }
}

fn erspan(header: usize, mut view: View<'_>) -> Inside<'_> {
    view.skip(header)?;
    Ok((Layer::Ether(BRIDGING), view))
}

/// Twelve bytes, and eight more when the last bit announces them; the frame type says what follows.
fn erspan3(view: View<'_>) -> Inside<'_> {
    let [.., kind, last] = *view.peek::<12>()?;
    let (bridged, inside) = erspan(if last & 1 == 1 { 20 } else { 12 }, view)?;
    match (kind >> 2) & 0x1f {
        2 => Ok((Layer::Ip, inside)),
        _ => Ok((bridged, inside)),
    }
}

/// RFC 7348: the flag I is set.
fn vxlan(mut view: View<'_>) -> Inside<'_> {
    let [flags, ..] = *view.take::<8>()?;
    if flags & 0x08 == 0 { Err(NOT_IP) } else { Ok((Layer::Ether(BRIDGING), view)) }
}

/// VXLAN with a next protocol (draft-ietf-nvo3-vxlan-gpe).
fn vxlan_gpe(mut view: View<'_>) -> Inside<'_> {
    let [flags, _, _, next, ..] = *view.take::<8>()?;
    match next {
        _ if flags & 0x08 == 0 => Err(NOT_IP),
        1 | 2 => Ok((Layer::Ip, view)),
        3 => Ok((Layer::Ether(BRIDGING), view)),
        5 => Ok((Layer::Ether(MPLS), view)),
        _ => Err(NOT_IP),
    }
}

/// RFC 8926
fn geneve(mut view: View<'_>) -> Inside<'_> {
    let [version_options, _, high, low, ..] = *view.take::<8>()?;
    if version_options >> 6 != 0 {
        return Err(NOT_IP);
    }
    view.skip(usize::from(version_options & 0x3f) * 4)?;
    Ok((Layer::Ether(u16::from_be_bytes([high, low])), view))
}

/// GTP-U (3GPP TS 29.281): version 1, G-PDU messages, extension headers.
fn gtp(mut view: View<'_>) -> Inside<'_> {
    let [flags, message, high, low, ..] = *view.take::<8>()?;
    if flags & 0xf0 != 0x30 || message != 255 {
        return Err(NOT_IP);
    }
    view.limit(usize::from(u16::from_be_bytes([high, low])));
    if flags & 0x07 != 0 {
        let [_, _, _, mut next] = *view.take()?;
        while flags & 0x04 != 0 && next != 0 {
            next = gtp_extension(&mut view)?;
        }
    }
    ip(view)
}

/// Passes a header whose length counts words of four bytes; its last byte is the next one's type.
fn gtp_extension(view: &mut View<'_>) -> Result<u8, Reason> {
    let [words] = *view.peek()?;
    let length = usize::from(words) * 4;
    let last = length.checked_sub(1).and_then(|last| view.bytes().get(last).copied());
    view.skip(length)?;
    last.ok_or(CUT)
}

/// CAPWAP data that is neither encrypted nor in fragments (RFC 5415 section 4.3): 802.3 or 802.11.
fn capwap(mut view: View<'_>) -> Inside<'_> {
    let [preamble, length, native, flags, ..] = *view.peek::<8>()?;
    if preamble != 0 || flags & 0x80 != 0 {
        return Err(NOT_IP);
    }
    view.skip(usize::from(length >> 3) * 4)?;
    let native = native & 1 == 1;
    Ok((if native { Layer::Link(link::WLAN) } else { Layer::Ether(BRIDGING) }, view))
}

/// L2TP version 2 (RFC 2661): data messages, which carry PPP.
fn l2tp(mut view: View<'_>) -> Inside<'_> {
    let flags = view.u16()?;
    let has = |bit: u16| flags & bit != 0;
    if has(0x8000) || flags & 0xf != 2 {
        return Err(NOT_IP);
    }
    // Length; tunnel and session; Ns and Nr.
    view.skip(if has(0x4000) { 6 } else { 4 } + if has(0x0800) { 4 } else { 0 })?;
    if has(0x0200) {
        let padding = view.u16()?;
        view.skip(padding.into())?;
    }
    Ok((Layer::Ppp, view))
}

/// Teredo (RFC 4380 section 5.1.1): authentication and origin may come before the IPv6 header.
fn teredo(mut view: View<'_>) -> Inside<'_> {
    if let [0, 1, client, secret] = *view.peek()? {
        view.skip(13 + usize::from(client) + usize::from(secret))?;
    }
    if let [0, 0] = *view.peek()? {
        view.skip(8)?;
    }
    match view.nibble() {
        Some(6) => Ok((Layer::Ip, view)),
        _ => Err(NOT_IP),
    }
}
