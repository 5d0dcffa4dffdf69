//! ICMP and ICMPv6 errors, which quote the packet that caused them.

use super::ip::{self, Ip};
use super::layer::Next;
use super::view::{Reason, View};
use super::{IcmpError, Kind, Segment, protocol};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An error that quotes an IP packet becomes an [`IcmpError`], all else a conversation of two hosts.
pub(super) fn read<'a>(ip: &Ip, view: View<'a>, segment: &mut Segment) -> Next<'a> {
    match error(ip, view, segment) {
        Ok(Some(error)) => Next::IcmpError(error),
        Ok(None) | Err(_) => {
            ip.fill(segment, Kind::Other, (0, 0), view);
            Next::Segment
        }
    }
}

/// RFC 792, RFC 1191, RFC 4443
fn error(ip: &Ip, mut view: View<'_>, segment: &mut Segment) -> Result<Option<IcmpError>, Reason> {
    let [kind, code, _, _, a, b, c, d] = *view.take()?;
    if !(if ip.v6 { matches!(kind, 1..=4) } else { matches!(kind, 3 | 4 | 5 | 11 | 12) }) {
        return Ok(None);
    }
    let mtu = match (ip.v6, kind, code) {
        (false, 3, 4) => u32::from(u16::from_be_bytes([c, d])),
        (true, 2, _) => u32::from_be_bytes([a, b, c, d]),
        _ => 0,
    };
    let quoted = Quoted::read(view)?;
    quoted.ip.fill(segment, Kind::IcmpError, quoted.ports, view);
    (segment.ip_id, segment.ttl, segment.dont_fragment) = (ip.id, ip.ttl, ip.dont_fragment);
    let (seq, flags) = (quoted.seq, quoted.flags);
    Ok(Some(IcmpError { v6: ip.v6, kind, code, sender: sender(ip), mtu, seq, flags }))
}

fn sender(ip: &Ip) -> IpAddr {
    if ip.v6 {
        Ipv6Addr::from_bits(ip.from).into()
    } else {
        Ipv4Addr::from_bits(ip.from as u32).into()
    }
}

/// What an ICMP error tells of the packet that caused it.
struct Quoted {
    ip: Ip,
    ports: (u16, u16),
    seq: Option<u32>,
    flags: Option<u8>,
}

impl Quoted {
    /// Eight bytes of the transport header are promised (RFC 792), more are usual.
    fn read(view: View<'_>) -> Result<Self, Reason> {
        let (ip, place, view) = ip::header(view)?;
        let mut quoted = Self { ip, ports: (0, 0), seq: None, flags: None };
        let first = place.is_none_or(|place| place.offset == 0);
        let has_ports = matches!(ip.protocol, protocol::TCP | protocol::UDP);
        let Ok(&[a, b, c, d, e, f, g, h]) = view.peek() else { return Ok(quoted) };
        if first && has_ports {
            quoted.ports = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        }
        if first && ip.protocol == protocol::TCP {
            quoted.seq = Some(u32::from_be_bytes([e, f, g, h]));
            quoted.flags = view.bytes().get(13).copied();
        }
        Ok(quoted)
    }
}
