//! Hostile TCP: floods, holes, headers without an end.

use super::wire::{ACK, End, FIN, PSH, RST, SYN};
use super::{Wire, chance, client};

const SERVER: End = (0x0a01_0203, 443);
const WEB: End = (0x0a01_0203, 80);

fn spoofed(n: u64) -> End {
    (client(n), 1024 + (chance(n) % 60_000) as u16)
}

/// A SYN from everywhere to one server.
pub(crate) fn syn_flood(wire: &mut Wire, n: u64, _: u64) {
    wire.tcp(spoofed(n), SERVER, (chance(n) as u32, 0), SYN, b"");
}

/// A SYN from everywhere to everywhere.
pub(crate) fn syn_flood_many_servers(wire: &mut Wire, n: u64, _: u64) {
    let server = (0x0b00_0000 + (chance(n) >> 40) as u32, (chance(n) >> 20) as u16);
    wire.tcp(spoofed(n), server, (chance(n) as u32, 0), SYN, b"");
}

/// A SYN and its answer, and nothing more.
pub(crate) fn half_open(wire: &mut Wire, n: u64, _: u64) {
    let (from, seq) = (spoofed(n), chance(n) as u32);
    wire.tcp(from, SERVER, (seq, 0), SYN, b"");
    wire.tcp(SERVER, from, (!seq, seq.wrapping_add(1)), SYN | ACK, b"");
}

/// One client tries all ports of a network; all refuse.
pub(crate) fn port_scan(wire: &mut Wire, n: u64, _: u64) {
    let (from, to) = ((0x0a00_0001, 40_000), (0x0a01_0000 + (n >> 16) as u32, n as u16));
    let seq = chance(n) as u32;
    wire.tcp(from, to, (seq, 0), SYN, b"");
    wire.tcp(to, from, (0, seq.wrapping_add(1)), RST | ACK, b"");
}

fn open(wire: &mut Wire, from: End, to: End) {
    wire.tcp(from, to, (999, 0), SYN, b"");
    wire.tcp(to, from, (4999, 1000), SYN | ACK, b"");
    wire.tcp(from, to, (1000, 5000), ACK, b"");
}

/// Connections that are opened and say nothing.
pub(crate) fn open_idle(wire: &mut Wire, n: u64, _: u64) {
    open(wire, spoofed(n), SERVER);
}

/// Connections that are opened and say too little to tell what they speak.
pub(crate) fn open_one_byte(wire: &mut Wire, n: u64, _: u64) {
    open(wire, spoofed(n), SERVER);
    wire.tcp(spoofed(n), SERVER, (1000, 5000), ACK | PSH, b"\x16");
}

/// One connection; its first byte never comes, a million others do, each in a segment of its own, every second one.
pub(crate) fn tiny_early(wire: &mut Wire, n: u64, _: u64) {
    early(wire, n, n);
}

/// The same in no order at all.
pub(crate) fn tiny_early_shuffled(wire: &mut Wire, n: u64, turns: u64) {
    early(wire, n, chance(n) % turns.max(1));
}

fn early(wire: &mut Wire, n: u64, place: u64) {
    let from = (0x0a00_0001, 40_000);
    if n == 0 {
        open(wire, from, SERVER);
    }
    wire.tcp(from, SERVER, (1001 + 2 * place as u32, 5000), ACK, b"x");
}

/// A hundred thousand connections, each with a hole in front of all it says; ten segments each, in turn.
pub(crate) fn early_many(wire: &mut Wire, n: u64, turns: u64) {
    let conns = (turns / 10).max(1);
    let (from, round) = (spoofed(n % conns), (n / conns) as u32);
    if round == 0 {
        open(wire, from, SERVER);
    }
    wire.tcp(from, SERVER, (2000 + round * 2000, 5000), ACK, &[b'x'; 100]);
}

/// Segments that belong to no connection.
pub(crate) fn ack_flood(wire: &mut Wire, n: u64, _: u64) {
    wire.tcp(spoofed(n), SERVER, (chance(n) as u32, 1), ACK, b"");
}

/// Requests whose header sections do not end.
pub(crate) fn http_unfinished(wire: &mut Wire, n: u64, _: u64) {
    open(wire, spoofed(n), WEB);
    let text = format!("GET /{n} HTTP/1.1\r\nHost: www.example.com\r\nX-Long: {:0400}", n);
    wire.tcp(spoofed(n), WEB, (1000, 5000), ACK | PSH, text.as_bytes());
}

/// Requests that are all answered with an error of their own.
pub(crate) fn http_errors(wire: &mut Wire, n: u64, _: u64) {
    let status = 400 + n % 150;
    exchange(
        wire,
        n,
        &format!("HTTP/1.1 {status} No\r\nContent-Length: 0\r\nServer: s{n}\r\n\r\n"),
    );
}

/// Requests that are all served.
pub(crate) fn http_served(wire: &mut Wire, n: u64, _: u64) {
    exchange(wire, n, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

fn exchange(wire: &mut Wire, n: u64, answer: &str) {
    let (from, to) = (spoofed(n), (0x0b00_0000 + (chance(n) >> 44) as u32, 80));
    open(wire, from, to);
    let request = format!("GET /{n}?page=1 HTTP/1.1\r\nHost: www{n}.example.com\r\n\r\n");
    wire.tcp(from, to, (1000, 5000), ACK | PSH, request.as_bytes());
    let behind = 1000 + request.len() as u32;
    wire.tcp(to, from, (5000, behind), ACK | PSH | FIN, answer.as_bytes());
    wire.tcp(from, to, (behind, 5001 + answer.len() as u32), ACK | FIN, b"");
}
