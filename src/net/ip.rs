//! IP headers of both versions, with their options and extension headers.

use super::layer::{NOT_IP, Next};
use super::view::{Reason, View};
use super::{Key, Kind, Segment, fast, transport};

/// Lengths in an IP header contradict each other.
const BAD: Reason = "bad_ip_header";

const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AUTHENTICATION: u8 = 51;
const DESTINATION: u8 = 60;
const MOBILITY: u8 = 135;
const HIP: u8 = 139;
const SHIM6: u8 = 140;

/// What the layer above needs of an IP header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ip {
    /// Source; IPv4 as `::ffff:a.b.c.d`.
    pub(super) from: u128,
    /// Destination.
    pub(super) to: u128,
    /// IPv6
    pub(super) v6: bool,
    /// What is carried, behind all extension headers.
    pub(super) protocol: u8,
    /// TTL or hop limit.
    pub(super) ttl: u8,
    /// IPv4 identification, else 0.
    pub(super) id: u16,
    /// IPv4 "don't fragment", true for IPv6.
    pub(super) dont_fragment: bool,
}

impl Ip {
    /// Fills a segment whose payload is all of `view`.
    pub(super) fn fill(
        &self,
        segment: &mut Segment,
        kind: Kind,
        ports: (u16, u16),
        view: View<'_>,
    ) {
        let (from, to) = ((self.from, ports.0), (self.to, ports.1));
        *segment = Segment::default();
        (segment.key, segment.swapped) = Key::new(from, to, self.protocol, self.v6);
        segment.kind = kind;
        segment.at = view.at() as u32;
        segment.len = view.bytes().len() as u32;
        segment.wire_len = view.wire() as u32;
        segment.ip_id = self.id;
        segment.ttl = self.ttl;
        segment.dont_fragment = self.dont_fragment;
    }
}

/// The place of a fragment in its packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Identification.
    pub(super) id: u32,
    /// Offset, bytes.
    pub(super) offset: usize,
    /// More fragments follow.
    pub(super) more: bool,
}

impl Place {
    /// `None` for what is a whole packet after all (RFC 6946).
    fn new(id: u32, offset: usize, more: bool) -> Option<Self> {
        (offset != 0 || more).then_some(Self { id, offset, more })
    }
}

/// An IP header of either version.
pub(super) fn read<'a>(view: View<'a>, segment: &mut Segment) -> Result<Next<'a>, Reason> {
    if !view.is_bounded() && fast::ip(view.bytes(), view.at(), segment).is_some() {
        return Ok(Next::Segment);
    }
    let (ip, place, view) = header(view)?;
    match place {
        None => transport::read(&ip, view, segment),
        Some(place) => Ok(Next::Fragment(ip, place, view)),
    }
}

/// Reads all headers up to the transport's; the view is what they carry.
pub(super) fn header(view: View<'_>) -> Result<(Ip, Option<Place>, View<'_>), Reason> {
    match view.nibble() {
        Some(4) => ipv4(view),
        Some(6) => ipv6(view),
        _ => Err(NOT_IP),
    }
}

/// RFC 791
fn ipv4(mut view: View<'_>) -> Result<(Ip, Option<Place>, View<'_>), Reason> {
    let head = view.peek::<20>()?;
    let header = usize::from(head[0] & 0xf) * 4;
    let total = usize::from(u16::from_be_bytes([head[2], head[3]]));
    // Zero: the network card was to fill it in (segmentation offload).
    let total = if total == 0 { view.wire() } else { total };
    if header < 20 || total < header {
        return Err(BAD);
    }
    view.limit(total);
    view.skip(header)?;
    let mapped = |octets: [u8; 4]| 0xffff_0000_0000 | u128::from(u32::from_be_bytes(octets));
    let bits = u16::from_be_bytes([head[6], head[7]]);
    let id = u16::from_be_bytes([head[4], head[5]]);
    let mut ip = Ip {
        from: mapped([head[12], head[13], head[14], head[15]]),
        to: mapped([head[16], head[17], head[18], head[19]]),
        v6: false,
        protocol: head[9],
        ttl: head[8],
        id,
        dont_fragment: bits & 0x4000 != 0,
    };
    let place = Place::new(id.into(), usize::from(bits & 0x1fff) * 8, bits & 0x2000 != 0);
    if place.is_none() {
        ip.protocol = extensions(ip.protocol, &mut view)?.0;
    }
    Ok((ip, place, view))
}

/// RFC 8200
fn ipv6(mut view: View<'_>) -> Result<(Ip, Option<Place>, View<'_>), Reason> {
    let head = view.take::<40>()?;
    let length = usize::from(u16::from_be_bytes([head[4], head[5]]));
    // Zero: a jumbogram (RFC 2675), or segmentation offload.
    if length != 0 {
        view.limit(length);
    }
    let (_, addrs) = head.split_at(8);
    let (from, to) = addrs.split_at(16);
    let addr = |octets: &[u8]| octets.first_chunk().copied().map_or(0, u128::from_be_bytes);
    let (protocol, place) = extensions(head[6], &mut view)?;
    let ip = Ip {
        from: addr(from),
        to: addr(to),
        v6: true,
        protocol,
        ttl: head[7],
        id: 0,
        dont_fragment: true,
    };
    Ok((ip, place, view))
}

/// What a packet put together from fragments begins with, where that is not the transport header yet.
pub(super) fn extended<'a>(
    ip: &Ip,
    mut view: View<'a>,
    segment: &mut Segment,
) -> Result<Next<'a>, Reason> {
    let (protocol, place) = extensions(ip.protocol, &mut view)?;
    let ip = Ip { protocol, ..*ip };
    match place {
        Some(place) => Ok(Next::Fragment(ip, place, view)),
        None => transport::read(&ip, view, segment),
    }
}

/// A header between IP's own and the transport's.
pub(super) fn is_extension(protocol: u8) -> bool {
    matches!(
        protocol,
        HOP_BY_HOP | ROUTING | FRAGMENT | AUTHENTICATION | DESTINATION | MOBILITY | HIP | SHIM6
    )
}

/// Passes the extension headers of IPv6 (AH also in IPv4); stops behind the header of a real fragment.
fn extensions(mut next: u8, view: &mut View<'_>) -> Result<(u8, Option<Place>), Reason> {
    loop {
        if !is_extension(next) {
            return Ok((next, None));
        }
        let [following, length] = *view.peek()?;
        match next {
            FRAGMENT => {
                let place = fragment(view)?;
                if place.is_some() {
                    return Ok((following, place));
                }
            }
            // RFC 4302: in words of 4 octets, less 2.
            AUTHENTICATION => view.skip((usize::from(length) + 2) * 4)?,
            _ => view.skip((usize::from(length) + 1) * 8)?,
        }
        next = following;
    }
}

/// RFC 8200 section 4.5
fn fragment(view: &mut View<'_>) -> Result<Option<Place>, Reason> {
    view.skip(2)?;
    let bits = view.u16()?;
    let id = view.u32()?;
    Ok(Place::new(id, usize::from(bits & 0xfff8), bits & 1 != 0))
}
