//! What IP carries: TCP, UDP, ICMP, tunnels; everything else is a conversation of two hosts.

use super::ip::{self, Ip};
use super::layer::{Layer, Next};
use super::view::{Reason, View};
use super::{Kind, Segment, icmp, protocol, tunnel};

/// A TCP header that is too long for its packet or too short for TCP.
const BAD_TCP: Reason = "bad_tcp_header";
/// A UDP length below that of its own header.
const BAD_UDP: Reason = "bad_udp_length";

/// Reads what an IP packet carries.
pub(super) fn read<'a>(ip: &Ip, view: View<'a>, segment: &mut Segment) -> Result<Next<'a>, Reason> {
    match ip.protocol {
        protocol::TCP => tcp(ip, view, segment),
        protocol::UDP => udp(ip, view, segment),
        protocol::ICMP if !ip.v6 => Ok(icmp::read(ip, view, segment)),
        protocol::ICMPV6 if ip.v6 => Ok(icmp::read(ip, view, segment)),
        number if ip::is_extension(number) => ip::extended(ip, view, segment),
        number => {
            ip.fill(segment, Kind::Other, (0, 0), view);
            Ok(tunnel(tunnel::over_ip(number, view)))
        }
    }
}

/// RFC 9293 section 3.1. Options that a snap length cut are given as far as they were captured.
fn tcp<'a>(ip: &Ip, mut view: View<'a>, segment: &mut Segment) -> Result<Next<'a>, Reason> {
    let head = view.take::<20>()?;
    let header = usize::from(head[12] >> 4) * 4;
    let options = header.checked_sub(20).filter(|len| *len <= view.wire()).ok_or(BAD_TCP)?;
    let captured = options.min(view.bytes().len());
    view.skip(captured)?;
    let ports = (u16::from_be_bytes([head[0], head[1]]), u16::from_be_bytes([head[2], head[3]]));
    ip.fill(segment, Kind::Tcp, ports, view);
    segment.wire_len = (view.wire() - (options - captured)) as u32;
    segment.seq = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
    segment.ack = u32::from_be_bytes([head[8], head[9], head[10], head[11]]);
    segment.flags = head[13];
    segment.window = u16::from_be_bytes([head[14], head[15]]);
    segment.checksum = u16::from_be_bytes([head[16], head[17]]);
    segment.options_len = captured as u8;
    Ok(Next::Segment)
}

/// RFC 768
fn udp<'a>(ip: &Ip, mut view: View<'a>, segment: &mut Segment) -> Result<Next<'a>, Reason> {
    let ports = (view.u16()?, view.u16()?);
    let (length, checksum) = (usize::from(view.u16()?), view.u16()?);
    match length {
        // A jumbogram (RFC 2675), or segmentation offload.
        0 => {}
        1..8 => return Err(BAD_UDP),
        _ => view.limit(view.wire().min(length - 8)),
    }
    ip.fill(segment, Kind::Udp, ports, view);
    segment.checksum = checksum;
    Ok(tunnel(tunnel::over_udp(ports, view)))
}

/// What does not look like the tunnel that its number or port announces is an ordinary conversation.
fn tunnel(inside: Option<Result<(Layer, View<'_>), Reason>>) -> Next<'_> {
    match inside {
        Some(Ok((layer, view))) => Next::Tunnel(layer, view),
        Some(Err(_)) | None => Next::Segment,
    }
}
