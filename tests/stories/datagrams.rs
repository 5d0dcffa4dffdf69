//! Hostile datagrams: floods of names, errors, hosts, fragments.

use super::wire::End;
use super::{Wire, chance, client};

const RESOLVER: End = (0x0a00_0035, 53);
const KDC: End = (0x0a00_0058, 88);

fn port(n: u64) -> u16 {
    1024 + (chance(n) % 60_000) as u16
}

/// Datagrams that nobody knows, from everywhere.
pub(crate) fn udp_flood(wire: &mut Wire, n: u64, _: u64) {
    wire.udp((client(n), port(n)), (0x0a01_0203, 9999), b"?");
}

/// Distinct names, each from a port of its own, never answered.
pub(crate) fn dns_unanswered(wire: &mut Wire, n: u64, _: u64) {
    wire.udp((0x0a00_0001 + (n >> 15) as u32, port(n)), RESOLVER, &question(n, 0x0100, &[]));
}

/// Distinct names, all from one port, never answered.
pub(crate) fn dns_one_flow(wire: &mut Wire, n: u64, _: u64) {
    wire.udp((0x0a00_0001, 5353), RESOLVER, &question(n, 0x0100, &[]));
}

/// Distinct names, each answered with an address of its own.
pub(crate) fn dns_answered(wire: &mut Wire, n: u64, _: u64) {
    let addr = client(n).to_be_bytes();
    let answer = [&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4][..], &addr].concat();
    asked(wire, n, 0x8180, &answer);
}

/// Distinct names, none of which exists.
pub(crate) fn dns_nxdomain(wire: &mut Wire, n: u64, _: u64) {
    asked(wire, n, 0x8183, &[]);
}

fn asked(wire: &mut Wire, n: u64, flags: u16, answer: &[u8]) {
    let from = (client(n), port(n));
    wire.udp(from, RESOLVER, &question(n, 0x0100, &[]));
    wire.udp(RESOLVER, from, &question(n, flags, answer));
}

fn question(n: u64, flags: u16, answer: &[u8]) -> Vec<u8> {
    let id = chance(n) as u16;
    let answers = u16::from(!answer.is_empty());
    let header = [id, flags, 1, answers, 0, 0].map(u16::to_be_bytes).concat();
    let name = [&b"\x0f"[..], format!("h{n:014}").as_bytes(), b"\x07example\x03com\0"].concat();
    [&header[..], &name, &[0, 1, 0, 1], answer].concat()
}

/// Logons that a KDC refuses, each for a user of its own.
pub(crate) fn krb_errors(wire: &mut Wire, n: u64, _: u64) {
    let from = (client(n), port(n));
    wire.udp(from, KDC, &as_req(n));
    wire.udp(KDC, from, &krb_error(n));
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = vec![tag];
    match length {
        0..=127 => out.push(length as u8),
        128..=255 => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

fn principal(kind: u8, names: &[&str]) -> Vec<u8> {
    let names: Vec<u8> = names.iter().flat_map(|name| der(0x1b, &[name.as_bytes()])).collect();
    let kind = der(0xa0, &[&[2, 1, kind]]);
    der(0x30, &[&kind, &der(0xa1, &[&der(0x30, &[&names])])])
}

const REALM: &[u8] = b"EXAMPLE.COM";
const TIME: &[u8] = b"20231114221320Z";

fn as_req(n: u64) -> Vec<u8> {
    let user = format!("user{n}");
    let body = der(
        0x30,
        &[
            &der(0xa0, &[&[3, 5, 0, 0x50, 0, 0, 0]]),
            &der(0xa1, &[&principal(1, &[&user])]),
            &der(0xa2, &[&der(0x1b, &[REALM])]),
            &der(0xa3, &[&principal(2, &["krbtgt", "EXAMPLE.COM"])]),
            &der(0xa5, &[&der(0x18, &[TIME])]),
            &der(0xa7, &[&der(2, &[&(n as u32 >> 1).to_be_bytes()])]),
            &der(0xa8, &[&der(0x30, &[&[2, 1, 18], &[2, 1, 17]])]),
        ],
    );
    let whole = [&der(0xa1, &[&[2, 1, 5]])[..], &der(0xa2, &[&[2, 1, 10]]), &der(0xa4, &[&body])];
    der(0x6a, &[&der(0x30, &whole)])
}

fn krb_error(n: u64) -> Vec<u8> {
    let user = format!("user{n}");
    let fields = [
        &der(0xa0, &[&[2, 1, 5]])[..],
        &der(0xa1, &[&[2, 1, 30]]),
        &der(0xa4, &[&der(0x18, &[TIME])]),
        &der(0xa5, &[&[2, 1, 0]]),
        &der(0xa6, &[&[2, 1, 6]]),
        &der(0xa7, &[&der(0x1b, &[REALM])]),
        &der(0xa8, &[&principal(1, &[&user])]),
        &der(0xa9, &[&der(0x1b, &[REALM])]),
        &der(0xaa, &[&principal(2, &["krbtgt", "EXAMPLE.COM"])]),
    ];
    der(0x7e, &[&der(0x30, &fields)])
}

/// Routers without a way, each for a connection of its own.
pub(crate) fn icmp_errors(wire: &mut Wire, n: u64, _: u64) {
    let quoted = ((client(n), port(n)), (client(chance(n)), 443));
    wire.icmp(client(!n), (3, 1), quoted);
}

/// Pings between as many hosts as there are.
pub(crate) fn hosts(wire: &mut Wire, n: u64, _: u64) {
    wire.ip(1, client(2 * n), client(2 * n + 1), 0, &[&[8, 0, 0, 0, 0, 0, 0, 0]]);
}

/// First fragments whose rest never comes.
pub(crate) fn fragments(wire: &mut Wire, n: u64, _: u64) {
    wire.ip(17, client(n), 0x0a01_0203, 0x2000, &[&[0; 64]]);
}

/// Packets in the smallest of fragments, every second one left out.
pub(crate) fn fragments_tiny(wire: &mut Wire, n: u64, _: u64) {
    let (packet, piece) = (n / 4000, (n % 4000) as u16);
    wire.refragment(17, client(packet), 0x0a01_0203, packet as u16, 0x2000 | (piece * 2));
}

/// Answers of time servers, as many as there are addresses.
pub(crate) fn ntp_clocks(wire: &mut Wire, n: u64, _: u64) {
    let mut message = [0; 48];
    message[0] = 0x24;
    message[1] = 2;
    message[40..44].copy_from_slice(&0xe8fe_0000_u32.to_be_bytes());
    wire.udp((client(n), 123), (0x0a00_0001, 123), &message);
}
