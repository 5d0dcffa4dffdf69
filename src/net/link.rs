//! What the interfaces deliver, by LINKTYPE_* value.

use super::ether::{self, typed};
use super::layer::{Layer, NOT_IP, Next};
use super::view::{Reason, View};
use super::wlan;

/// A link type that is not known here, or that does not carry IP.
const UNKNOWN: Reason = "unknown_link_type";
/// LINKTYPE_ETHERNET
pub(super) const ETHERNET: u16 = 1;
/// LINKTYPE_RAW
pub(super) const RAW: u16 = 101;
/// LINKTYPE_LINUX_SLL
pub(super) const COOKED: u16 = 113;
/// LINKTYPE_IEEE802_11
pub(super) const WLAN: u16 = 105;

/// Reads the header of a link type.
pub(super) fn read(kind: u16, view: View<'_>) -> Result<Next<'_>, Reason> {
    match kind {
        0 | 108 => null(view),
        ETHERNET => ether::ethernet(view),
        6 => token_ring(view),
        8 => behind(16, Layer::Ip, view),
        9 | 50 => Ok(Next::Header(Layer::Ppp, view)),
        10 => behind(13, Layer::Llc, view),
        // Raw IP, by the names of several systems and with its version announced.
        12 | 14 | RAW | 228 | 229 => Ok(Next::Header(Layer::Ip, view)),
        11 | 19 | 100 | 106 => Ok(Next::Header(Layer::Llc, view)),
        51 => ether::pppoe(view),
        104 => hdlc(view),
        WLAN => wlan::frame(view),
        107 => frame_relay(view),
        109 => behind(12, Layer::Ip, view),
        COOKED => cooked(view),
        117 => packet_filter(view),
        119 => wlan::prism(view),
        122 => behind(16, Layer::Llc, view),
        123 => sun_atm(view),
        127 => wlan::radiotap(view),
        129 => arcnet(view),
        138 => typed_behind(16, view),
        163 => wlan::avs(view),
        // A direction in place of the address, or in front of the frame.
        166 => behind(2, Layer::Ppp, view),
        192 => wlan::ppi(view),
        197 => erf(view),
        204 => behind(1, Layer::Ppp, view),
        205 => behind(1, Layer::Link(104), view),
        206 => behind(1, Layer::Link(107), view),
        226 => behind(24, Layer::Ip, view),
        239 => netfilter_log(view),
        240 => behind(4, Layer::Link(ETHERNET), view),
        241 => behind(12, Layer::Link(ETHERNET), view),
        242 => infiniband(view),
        253 => netlink(view),
        258 => process_tap(view),
        274 => preamble(view),
        276 => cooked2(view),
        // Switch tags of Broadcom and Marvell, within the Ethernet header or before it.
        281 | 284 => typed_behind(16, view),
        282 => behind(4, Layer::Link(ETHERNET), view),
        285 => typed_behind(20, view),
        _ => Err(UNKNOWN),
    }
}

/// A header of fixed length, and what always follows it.
fn behind(header: usize, layer: Layer, mut view: View<'_>) -> Result<Next<'_>, Reason> {
    view.skip(header)?;
    Ok(Next::Header(layer, view))
}

/// A header of fixed length, then an EtherType.
fn typed_behind(header: usize, mut view: View<'_>) -> Result<Next<'_>, Reason> {
    view.skip(header)?;
    typed(view)
}

/// IP over InfiniBand (RFC 4391): global route header, EtherType, two bytes of nothing.
fn infiniband(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    view.skip(40)?;
    let kind = view.u16()?;
    behind(2, Layer::Ether(kind), view)
}

/// BSD loopback: an address family in the byte order of whoever captured.
fn null(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let word = *view.take()?;
    family(u32::from_be_bytes(word).min(u32::from_le_bytes(word)), view)
}

/// AF_INET; AF_INET6 of the BSDs, of Darwin, of Windows, of Linux and of Solaris.
fn family(number: u32, view: View<'_>) -> Result<Next<'_>, Reason> {
    match number {
        2 | 24 | 28 | 30 | 23 | 10 | 26 => Ok(Next::Header(Layer::Ip, view)),
        _ => Err(NOT_IP),
    }
}

/// Access and frame control, addresses, and a source route where the source address says so.
fn token_ring(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [.., source, _, _, _, _, _] = *view.take::<14>()?;
    if source & 0x80 != 0 {
        let [route] = *view.peek()?;
        view.skip(usize::from(route & 0x1f))?;
    }
    Ok(Next::Header(Layer::Llc, view))
}

/// Cisco's HDLC: address, control, EtherType; RFC 1547 puts PPP in the same place.
fn hdlc(view: View<'_>) -> Result<Next<'_>, Reason> {
    match view.peek()? {
        [0xff, 0x03] => Ok(Next::Header(Layer::Ppp, view)),
        _ => typed_behind(2, view),
    }
}

/// RFC 2427: an address whose last byte is odd, control, NLPID; or Cisco's, with an EtherType.
fn frame_relay(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    loop {
        let [byte] = *view.take()?;
        if byte & 1 == 1 {
            break;
        }
    }
    if view.peek()? != &[0x03] {
        return typed(view);
    }
    view.skip(1)?;
    let [padding] = *view.peek()?;
    view.skip(usize::from(padding == 0))?;
    match *view.take()? {
        [0xcc | 0x8e] => Ok(Next::Header(Layer::Ip, view)),
        [0x80] => ether::snap(view),
        _ => Err(NOT_IP),
    }
}

/// Linux cooked capture: packet type, hardware type, address with its length, protocol.
fn cooked(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [_, _, high, low, ..] = *view.take::<14>()?;
    let protocol = view.u16()?;
    cooked_protocol(u16::from_be_bytes([high, low]), protocol, view)
}

/// Linux cooked capture, version 2: protocol, interface, hardware type, packet type, address.
fn cooked2(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [high, low, _, _, _, _, _, _, hardware_high, hardware_low, ..] = *view.take::<20>()?;
    let hardware = u16::from_be_bytes([hardware_high, hardware_low]);
    cooked_protocol(hardware, u16::from_be_bytes([high, low]), view)
}

/// An EtherType, or one of Linux's numbers for what has none.
fn cooked_protocol(hardware: u16, protocol: u16, view: View<'_>) -> Result<Next<'_>, Reason> {
    match (hardware, protocol) {
        // ARPHRD_IEEE80211_RADIOTAP
        (803, _) => wlan::radiotap(view),
        // ETH_P_802_2
        (_, 4) => Ok(Next::Header(Layer::Llc, view)),
        (_, 0..0x0600) => Err(NOT_IP),
        _ => Ok(Next::Header(Layer::Ether(protocol), view)),
    }
}

/// OpenBSD's packet filter: length of the header without its padding, address family.
fn packet_filter(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [length, number] = *view.peek()?;
    view.skip(usize::from(length).next_multiple_of(4))?;
    family(number.into(), view)
}

/// SunATM: the low bits of the flags say what is carried, 2 is LLC.
fn sun_atm(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [flags, ..] = *view.take::<4>()?;
    if flags & 0x0f == 2 { Ok(Next::Header(Layer::Llc, view)) } else { Err(NOT_IP) }
}

/// ARCNET as Linux gives it: addresses, offset, protocol; RFC 1201 adds flags and a sequence number,
/// RFC 1051 does not.
fn arcnet(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [_, _, _, _, protocol] = *view.take()?;
    match protocol {
        0xd4 => {
            let [split, _, _] = *view.take()?;
            if split == 0 { Ok(Next::Header(Layer::Ip, view)) } else { Err("arcnet_fragment") }
        }
        0xf0 => Ok(Next::Header(Layer::Ip, view)),
        _ => Err(NOT_IP),
    }
}

/// Endace's record format: time stamp, type, flags, lengths, then more headers while a bit says so.
fn erf(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [_, _, _, _, _, _, _, _, kind, ..] = *view.take::<16>()?;
    let mut more = kind;
    while more & 0x80 != 0 {
        [more, ..] = *view.take::<8>()?;
    }
    match kind & 0x7f {
        // HDLC, with a colour, with a channel.
        1 | 10 | 17 => hdlc(view),
        // Ethernet, with a colour, both; two bytes of padding come first.
        2 | 11 | 16 | 20 => behind(2, Layer::Link(ETHERNET), view),
        22 | 23 => Ok(Next::Header(Layer::Ip, view)),
        _ => Err(NOT_IP),
    }
}

/// Netfilter's log: family, version, resource; then attributes.
fn netfilter_log(view: View<'_>) -> Result<Next<'_>, Reason> {
    // NFULA_PAYLOAD
    netfilter(9, view)
}

/// Netlink: a cooked header with its family, a message header; packets occur in two of netfilter's messages.
fn netlink(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [.., family] = *view.take::<16>()?;
    let [_, _, _, _, low, high, ..] = *view.take::<16>()?;
    // One of the bytes is the message, the other the subsystem: the order is the capturing system's.
    match (family, low.max(high), low.min(high)) {
        // NFQA_PAYLOAD of a queue
        (12, 3, 0) => netfilter(10, view),
        (12, 4, 0) => netfilter_log(view),
        _ => Err(NOT_IP),
    }
}

/// Attributes of length and type, padded to four bytes, in the byte order of whoever captured.
fn netfilter(payload: u16, mut view: View<'_>) -> Result<Next<'_>, Reason> {
    view.skip(4)?;
    loop {
        let [a, b, c, d] = *view.take()?;
        let little = u16::from_le_bytes([c, d]);
        let order = if little > 0xff { u16::from_be_bytes } else { u16::from_le_bytes };
        let body = usize::from(order([a, b])).checked_sub(4).ok_or(NOT_IP)?;
        if order([c, d]) == payload {
            view.limit(body);
            return Ok(Next::Header(Layer::Ip, view));
        }
        view.skip(body.next_multiple_of(4))?;
    }
}

/// Apple's: length of the header, type, link type of what follows; little-endian.
fn process_tap(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    let [a, b, c, d, _, _, _, _, low, high, ..] = *view.peek::<12>()?;
    view.skip(u32::from_le_bytes([a, b, c, d]) as usize)?;
    Ok(Next::Header(Layer::Link(u16::from_le_bytes([low, high])), view))
}

/// Ethernet with its preamble, up to and with the start delimiter (IEEE 802.3br).
fn preamble(mut view: View<'_>) -> Result<Next<'_>, Reason> {
    view.skip(8)?;
    ether::ethernet(view)
}
