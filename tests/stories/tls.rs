//! Hostile TLS: handshakes that do not end, certificates that are never the same.

use super::wire::{ACK, End, FIN, PSH, SYN};
use super::{Wire, chance, client};

fn ends(n: u64) -> (End, End) {
    let port = 1024 + (chance(n) % 60_000) as u16;
    ((client(n), port), (0x0b00_0000 + (chance(n) >> 44) as u32, 443))
}

/// Both sides of an open connection: who says what next.
struct Talk<'a> {
    wire: &'a mut Wire,
    ends: [End; 2],
    next: [u32; 2],
}

impl<'a> Talk<'a> {
    fn open(wire: &'a mut Wire, n: u64) -> Self {
        let (from, to) = ends(n);
        wire.tcp(from, to, (999, 0), SYN, b"");
        wire.tcp(to, from, (4999, 1000), SYN | ACK, b"");
        wire.tcp(from, to, (1000, 5000), ACK, b"");
        Self { wire, ends: [from, to], next: [1000, 5000] }
    }

    /// `side` (0: client) sends `bytes`, in segments of 1400.
    fn say(&mut self, side: usize, flags: u8, bytes: &[u8]) {
        let mut pieces = bytes.chunks(1400).peekable();
        while let Some(piece) = pieces.next() {
            let last = if pieces.peek().is_none() { flags } else { 0 };
            self.send(side, ACK | PSH | last, piece);
        }
        if bytes.is_empty() {
            self.send(side, ACK | flags, b"");
        }
    }

    fn send(&mut self, side: usize, flags: u8, piece: &[u8]) {
        let (seq, ack) = (self.next[side], self.next[1 - side]);
        self.wire.tcp(self.ends[side], self.ends[1 - side], (seq, ack), flags, piece);
        self.next[side] += piece.len() as u32 + u32::from(flags & FIN);
    }
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u16).to_be_bytes();
    [&[kind, 3, 3][..], &length, body].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &(body.len() as u32).to_be_bytes()[1..], body].concat()
}

fn hello(n: u64) -> Vec<u8> {
    let name = format!("www{n}.example.com");
    let length = name.len() as u16;
    let names = [&[0][..], &length.to_be_bytes(), name.as_bytes()].concat();
    let mut extensions = Vec::new();
    let list = [&(names.len() as u16).to_be_bytes()[..], &names].concat();
    extend(&mut extensions, 0, &list);
    extend(&mut extensions, 10, &[0, 4, 0, 29, 0, 23]);
    extend(&mut extensions, 13, &[0, 4, 4, 3, 8, 4]);
    // A key share of the size of a post-quantum one.
    extend(&mut extensions, 51, &[&[4, 0xc4, 0x11, 0xec, 4, 0xc0][..], &[7; 1216]].concat());
    hello_message(n, &extensions)
}

fn extend(extensions: &mut Vec<u8>, kind: u16, body: &[u8]) {
    extensions.extend(kind.to_be_bytes());
    extensions.extend((body.len() as u16).to_be_bytes());
    extensions.extend(body);
}

fn hello_message(n: u64, extensions: &[u8]) -> Vec<u8> {
    let mut body = vec![3, 3];
    (0..4).for_each(|word| body.extend(chance(n ^ word << 60).to_be_bytes()));
    body.extend([0, 0, 4, 0xc0, 0x2f, 0xc0, 0x30, 1, 0]);
    body.extend((extensions.len() as u16).to_be_bytes());
    body.extend(extensions);
    message(1, &body)
}

fn server_hello(n: u64) -> Vec<u8> {
    let mut body = vec![3, 3];
    (0..4).for_each(|word| body.extend(chance(!n ^ word << 60).to_be_bytes()));
    body.extend([0, 0xc0, 0x2f, 0]);
    message(2, &body)
}

/// Handshakes that all stop at the last byte of their certificates, and stay open.
pub(crate) fn unfinished(wire: &mut Wire, n: u64, _: u64) {
    let mut talk = Talk::open(wire, n);
    talk.say(0, 0, &record(22, &hello(n)));
    let chain = certificate_message(&[&certificate(n), &certificate(!n), &[0; 3000]]);
    let flight = [server_hello(n), chain].concat();
    let cut = &record(22, &flight)[..];
    talk.say(1, 0, &cut[..cut.len() - 1]);
}

/// Hellos whose last byte never comes.
pub(crate) fn unfinished_hello(wire: &mut Wire, n: u64, _: u64) {
    let mut talk = Talk::open(wire, n);
    let hello = record(22, &hello(n));
    talk.say(0, 0, &hello[..hello.len() - 1]);
}

/// Handshakes that fail, each of another client with another server.
pub(crate) fn failing(wire: &mut Wire, n: u64, _: u64) {
    let mut talk = Talk::open(wire, n);
    talk.say(0, 0, &record(22, &hello(n)));
    talk.say(1, 0, &record(21, &[2, 40]));
    talk.say(1, FIN, b"");
    talk.say(0, FIN, b"");
}

/// Servers with certificates that nobody has seen before; the clients do not trust them.
pub(crate) fn certificates(wire: &mut Wire, n: u64, _: u64) {
    let mut talk = Talk::open(wire, n);
    talk.say(0, 0, &record(22, &hello(n)));
    let chain = certificate_message(&[&certificate(n)]);
    talk.say(1, 0, &record(22, &[server_hello(n), chain, message(14, &[])].concat()));
    talk.say(0, 0, &record(21, &[2, 48]));
    talk.say(0, FIN, b"");
    talk.say(1, FIN, b"");
}

fn certificate_message(certificates: &[&[u8]]) -> Vec<u8> {
    let mut list = Vec::new();
    for der in certificates {
        list.extend(&(der.len() as u32).to_be_bytes()[1..]);
        list.extend(*der);
    }
    let length = (list.len() as u32).to_be_bytes();
    message(11, &[&length[1..], &list].concat())
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = vec![tag, 0x82, (length >> 8) as u8, length as u8];
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

/// A certificate as a server shows it: its own name and serial number, a key and a signature of noise.
fn certificate(n: u64) -> Vec<u8> {
    let name = |text: &str| {
        let value = der(0x30, &[&[6, 3, 85, 4, 3], &der(0x0c, &[text.as_bytes()])]);
        der(0x30, &[&der(0x31, &[&value])])
    };
    let algorithm =
        |last: u8| der(0x30, &[&[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, last], &[5, 0]]);
    let modulus: Vec<u8> =
        (0..32).flat_map(|word| (chance(n ^ word << 50) | 1).to_be_bytes()).collect();
    let key = der(0x30, &[&der(2, &[&[0], &[0x80 | modulus[0]], &modulus[1..]]), &[2, 3, 1, 0, 1]]);
    let own = format!("www{n}.example.com");
    let names = der(0x30, &[&der(0x82, &[own.as_bytes()])]);
    let alt = der(0x30, &[&[6, 3, 85, 29, 17], &der(4, &[&names])]);
    let dates = [der(0x17, &[b"230101000000Z"]), der(0x17, &[b"240601000000Z"])].concat();
    let body = der(
        0x30,
        &[
            &[0xa0, 3, 2, 1, 2],
            &der(2, &[&(n >> 1).to_be_bytes()]),
            &algorithm(11),
            &name("Example CA"),
            &der(0x30, &[&dates]),
            &name(&own),
            &der(0x30, &[&algorithm(1), &der(3, &[&[0], &key])]),
            &der(0xa3, &[&der(0x30, &[&alt])]),
        ],
    );
    let signature: Vec<u8> =
        (0..32).flat_map(|word| chance(!n ^ word << 50).to_be_bytes()).collect();
    der(0x30, &[&body, &algorithm(11), &der(3, &[&[0], &signature])])
}
