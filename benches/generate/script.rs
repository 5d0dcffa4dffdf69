//! What is said in a large transfer: how it opens, what it is filled with, how it ends.

use super::case::Case;
use super::random::Random;
use super::tally::Tally;
use etherparse::{SlicedPacket, TcpSlice, TransportSlice};
use finwhale::units::Side;
use std::io;

/// Bytes of data in one segment: an Ethernet frame of 1514 bytes without TCP options.
pub(crate) const SEGMENT: usize = 1460;

/// The case whose first conversation opens and ends a transfer in TLS.
const TLS_CASE: &str = "healthy-complete-chain-12";

/// Bytes of one SMB2 READ.
const READ: usize = 64 << 10;

/// What a transfer is filled with repeats itself after about so many bytes.
const FILLING: usize = 1 << 20;

/// Bytes that one side sends, at most a segment.
pub(crate) type Turn = (Side, Vec<u8>);

/// A kind of transfer: the server sends much to the client.
pub(crate) struct Script {
    /// `tls`, `http` or `smb2`.
    pub(crate) name: &'static str,
    /// The server's port.
    pub(crate) port: u16,
    /// Bytes of one record: transfers consist of whole ones.
    pub(crate) record: u64,
    /// What is to be found in it.
    pub(crate) tally: Tally,
    opening: Vec<Turn>,
    closing: Vec<Turn>,
    /// Whole records that the server sends over and over.
    filling: Filling,
}

/// Bytes without an end.
struct Filling {
    /// The bytes until they begin again, and a segment more.
    bytes: Vec<u8>,
    /// After so many bytes they begin again.
    cycle: usize,
}

impl Filling {
    fn new(mut bytes: Vec<u8>) -> Self {
        let cycle = bytes.len();
        bytes.extend_from_within(..SEGMENT);
        Self { bytes, cycle }
    }
}

impl Script {
    /// Data of the transfer, at most a segment.
    pub(crate) fn data(&self, at: u64, length: usize) -> &[u8] {
        let from = (at % self.filling.cycle as u64) as usize;
        &self.filling.bytes[from..from + length]
    }

    /// What both sides send before a transfer of so many bytes.
    pub(crate) fn opening(&self, length: u64) -> Vec<Turn> {
        if self.name == "http" { http_opening(length) } else { self.opening.clone() }
    }

    /// What both sides send after it.
    pub(crate) fn closing(&self) -> &[Turn] {
        &self.closing
    }
}

/// All kinds of transfers.
///
/// # Errors
/// The case that lends its handshake is missing, or not a single connection in order.
pub(crate) fn scripts(cases: &[Case], random: &mut Random) -> io::Result<Vec<Script>> {
    Ok(vec![tls(cases, random)?, http(random), smb2(random)])
}

/// The handshake of a case, and application data of the largest record size.
fn tls(cases: &[Case], random: &mut Random) -> io::Result<Script> {
    let case = cases.iter().find(|case| case.name == TLS_CASE);
    let case = case.ok_or_else(|| io::Error::other(format!("{TLS_CASE} is missing")))?;
    let mut opening = first_connection(case);
    let closing = opening.split_off(opening.len().saturating_sub(1));
    // Ciphertext of 2^14 bytes: an explicit nonce and a tag are added (RFC 5288).
    let mut one = || [&[23, 3, 3, 0x40, 24][..], &random.bytes((1 << 14) + 24)].concat();
    let (record, filling) = records(&mut one);
    let tally = Tally::of_flow(&case.report, 1)?;
    Ok(Script { name: "tls", port: 443, record, tally, opening, closing, filling })
}

/// Records of equal length: that length, and a filling of them.
fn records(one: &mut dyn FnMut() -> Vec<u8>) -> (u64, Filling) {
    let mut bytes = one();
    let length = bytes.len();
    while bytes.len() < FILLING {
        bytes.extend(one());
    }
    (length as u64, Filling::new(bytes))
}

/// What both sides of a case's first connection send, segment by segment.
fn first_connection(case: &Case) -> Vec<Turn> {
    let Some(first) = case.packets.first() else { return Vec::new() };
    let [client, server] = first.ends;
    let mut turns = Vec::new();
    for packet in &case.packets {
        let side = match packet.ends {
            ends if ends == [client, server] => Side::Client,
            ends if ends == [server, client] => Side::Server,
            _ => continue,
        };
        if let Some(payload) = payload(&packet.bytes) {
            turns.push((side, payload));
        }
    }
    turns
}

/// The data of a TCP segment that has any.
fn payload(frame: &[u8]) -> Option<Vec<u8>> {
    let packet = SlicedPacket::from_ethernet(frame).ok()?;
    let Some(TransportSlice::Tcp(tcp)) = packet.transport else { return None };
    Some(tcp).map(|tcp: TcpSlice<'_>| tcp.payload().to_vec()).filter(|data| !data.is_empty())
}

fn http(random: &mut Random) -> Script {
    let filling = Filling::new(random.bytes(FILLING));
    let (opening, closing) = (Vec::new(), Vec::new());
    let tally = Tally { flows: 1, ..Tally::default() };
    Script { name: "http", port: 80, record: 1, tally, opening, closing, filling }
}

fn http_opening(length: u64) -> Vec<Turn> {
    let request = "GET /images/disk.iso HTTP/1.1\r\nHost: files.contoso.example\r\n\
        User-Agent: generate/1.0\r\nAccept: */*\r\n\r\n";
    let response = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {length}\r\n\r\n"
    );
    vec![(Side::Client, request.into()), (Side::Server, response.into())]
}

/// A negotiation, a request, and its answers: enough for what looks at lengths, no more.
fn smb2(random: &mut Random) -> Script {
    let negotiate = [&[36, 0, 1, 0, 1][..], &[0; 31], &[0x02, 0x02]].concat();
    let dialect = [&[65, 0, 1, 0, 0x02, 0x02][..], &[0; 59]].concat();
    let read = [&[49, 0, 0x50][..], &[0; 46]].concat();
    let size = (READ as u32).to_le_bytes();
    let mut one = || {
        let data = [&[17, 0, 80, 0][..], &size, &[0; 8], &random.bytes(READ)].concat();
        smb2_message(8, 1, &data)
    };
    let (record, filling) = records(&mut one);
    let opening = vec![
        (Side::Client, smb2_message(0, 0, &negotiate)),
        (Side::Server, smb2_message(0, 1, &dialect)),
        (Side::Client, smb2_message(8, 0, &read)),
    ];
    let closing = Vec::new();
    let tally = Tally { flows: 1, ..Tally::default() };
    Script { name: "smb2", port: 445, record, tally, opening, closing, filling }
}

/// A message with its header (MS-SMB2 2.2.1.2) and length (2.1), little of it filled in.
fn smb2_message(command: u8, flags: u8, body: &[u8]) -> Vec<u8> {
    let header =
        [&[0xfe, b'S', b'M', b'B', 64, 0][..], &[0; 6], &[command, 0, 1, 0, flags], &[0; 47]];
    let message = [&header.concat(), body].concat();
    let length = (message.len() as u32).to_be_bytes();
    [&length[..], &message].concat()
}
