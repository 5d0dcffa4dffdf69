//! All facts of a run: failures kept one by one in frame order, healthy exchanges folded into aggregates; both bounded.

mod auth;
mod clocks;
mod dns;
mod few;
mod fold;
mod heap;
mod http;
mod kinds;
mod krb5;
mod numbers;
mod pair;
mod room;
mod server;
mod spans;
mod walk;

pub use clocks::{Clock, Offset};
pub use dns::Lookup;
pub use few::{Counts, Few};
pub use fold::judge;
pub use http::Web;
pub use kinds::{Kind, Places};
pub use krb5::Tickets;
pub use numbers::Numbers;
pub use pair::{Pair, Success};
pub use room::Room;
pub use spans::Spans;

use crate::limits::Limits;
use crate::proto::Emitted;
use crate::trust::Verdict;
use crate::units::{At, Endpoint, Time};
pub use crate::units::{Presence, Tally};
use crate::wire::x509::Chain;
use hashbrown::HashSet;
use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// A hash map with a fast, seeded hash. Its order is not stable: whoever reports from it goes through [`sorted`].
pub type Map<K, V> = hashbrown::HashMap<K, V, foldhash::fast::RandomState>;

/// The entries of a map in the order of their keys.
pub fn sorted<K: Ord, V>(map: &Map<K, V>) -> Vec<(&K, &V)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}

/// A fact that is kept for the rules.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The fact.
    pub emitted: Emitted,
    /// The verdict on the certificates of a `tls.certificate`, or on the server's chain of a `tls.handshake`.
    pub verdict: Option<Arc<Verdict>>,
    /// The verdict on the client's chain of a `tls.handshake`.
    pub client_verdict: Option<Arc<Verdict>>,
}

/// What a TLS server (address and port) showed in healthy exchanges of the whole run, whoever the client.
#[derive(Clone, Debug, Default)]
pub struct Server {
    /// TLS handshakes that completed.
    pub completed: Spans,
    /// TLS versions chosen in completed handshakes, with how often.
    pub versions: Counts,
    /// Cipher suites chosen.
    pub ciphers: Counts,
    /// Groups chosen.
    pub groups: Counts,
    /// Signature schemes of its ServerKeyExchange.
    pub schemes: Counts,
    /// ALPN protocols chosen in clear.
    pub alpn: Few<String, u64, 1>,
    /// Server names with which a handshake completed (at most 64).
    pub names: Few<String, u64, 1>,
    /// The longest ClientHello that was answered with a ServerHello, bytes.
    pub hello_length_max: u32,
    /// Extensions (numbers) of ClientHellos that were answered with a ServerHello.
    pub extensions_accepted: Numbers,
    /// Handshakes that completed without resuming an earlier session.
    pub full: u64,
    /// Distinct chains that it showed, the first ones first (at most 64).
    pub chains: Vec<ChainSeen>,
}

/// A chain that a server showed.
#[derive(Clone, Debug)]
pub struct ChainSeen {
    /// The certificates.
    pub chain: Arc<Chain>,
    /// The verdict at the first time.
    pub verdict: Arc<Verdict>,
    /// Where it was seen first, and last.
    pub first: At,
    /// See `first`.
    pub last: At,
    /// How often.
    pub count: u64,
    /// The first name asked for that the chain does not cover, and where.
    pub mismatch: Option<(Arc<str>, At)>,
    /// A name asked for (the first).
    pub sni: Option<Arc<str>>,
    /// The first few clients (at most 8) that were shown it.
    pub clients: Vec<IpAddr>,
}

/// What one capture file was, and what it could not show.
#[derive(Clone, Debug, Default)]
pub struct Capture {
    /// The path as given or walked, `-` for standard input.
    pub path: String,
    /// `pcap`, `pcapng`, …
    pub format: &'static str,
    /// `gzip`, …
    pub compression: Option<&'static str>,
    /// LINKTYPE_* values.
    pub link_types: Vec<u16>,
    /// Packets read.
    pub packets: u64,
    /// Bytes captured.
    pub bytes: u64,
    /// Smallest and largest time stamps.
    pub first: Option<Time>,
    /// See `first`.
    pub last: Option<Time>,
    /// The first file of the rotated set that the file belongs to; its own number where it stands alone.
    pub timeline: u16,
    /// The largest time stamp of the rotated set that the file belongs to.
    pub timeline_end: Option<Time>,
    /// Where and why reading stopped early.
    pub truncated: Option<String>,
    /// Packets that could not be decoded, by reason.
    pub undecoded: BTreeMap<&'static str, u64>,
    /// What was lost, by name: what the capturing system says, and what our bounds cost.
    pub lost: BTreeMap<&'static str, u64>,
    /// Conversations.
    pub flows: u64,
    /// TCP conversations of which one direction only was seen.
    pub one_sided: Tally,
    /// TCP conversations seen in both directions.
    pub two_sided: u64,
    /// Acknowledged bytes that are not in the capture.
    pub gaps: Tally,
    /// Packets cut by the snap length.
    pub snapped: Tally,
    /// Packets captured twice.
    pub duplicates: Tally,
    /// Packets out of order, and time stamps that step back.
    pub reordered: Tally,
    /// TCP conversations whose beginning is not in the capture.
    pub midstream: Tally,
    /// Segments larger than a network carries.
    pub oversized: Tally,
    /// Names from Name Resolution Blocks.
    pub names: BTreeMap<IpAddr, String>,
}

/// Handshakes by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Completed
    pub completed: u64,
    /// Failed
    pub failed: u64,
    /// Abandoned
    pub abandoned: u64,
    /// Unknown
    pub unknown: u64,
}

/// Everything the rules may look at.
#[derive(Debug, Default)]
pub struct Facts {
    /// Failures and notable facts, in frame order. Boxed, so that the list can grow without moving them.
    pub kept: Vec<Box<Kept>>,
    /// Where those of each kind stand, once asked for.
    pub places: OnceCell<Places>,
    /// Healthy aggregates by server.
    pub servers: Map<Endpoint, Box<Server>>,
    /// Healthy aggregates by client and server.
    pub pairs: Map<(IpAddr, Endpoint), Pair>,
    /// Who is in the capture.
    pub hosts: Map<IpAddr, Presence>,
    /// Names that resolved, by who asked and name (lower case, no last dot).
    pub lookups: Map<(IpAddr, Box<str>), Lookup>,
    /// What addresses are called (at most 4 names each), from answers of DNS.
    pub names: Map<IpAddr, Vec<Box<str>>>,
    /// Requests that went well, by client and web server.
    pub web: Map<(IpAddr, Endpoint), Web>,
    /// Tickets that were issued, by client and principal (lower case, no realm).
    pub tickets: Map<(IpAddr, Box<str>), Tickets>,
    /// Clocks of hosts, by the timeline of captures ([`Capture::timeline`]) beside which they were read.
    pub clocks: Map<(u16, IpAddr), Clock>,
    /// The input files.
    pub captures: Vec<Capture>,
    /// Handshakes by outcome.
    pub tls: Outcomes,
    /// Facts and aggregates that were dropped for want of room, by name.
    pub lost: BTreeMap<&'static str, u64>,
    /// How much may be kept.
    pub limits: Limits,
    /// What `kept` takes.
    pub kept_bytes: usize,
    /// Certificates that something kept refers to, by the first half of their SHA-256.
    pub certificates: HashSet<u128, foldhash::fast::RandomState>,
    /// What the aggregates take.
    pub room: Room,
    /// Failed attempts that are in no finding for want of room; the rules note them here.
    pub left_out: Cell<u64>,
}

impl Facts {
    /// Keeps within `limits`.
    pub fn new(limits: Limits) -> Self {
        let room = Room::new(limits.aggregate_bytes);
        Self { limits, room, ..Self::default() }
    }

    /// Counts something that was dropped for want of room.
    pub fn lose(&mut self, what: &'static str) {
        *self.lost.entry(what).or_default() += 1;
    }

    /// The end of the capture that `at` lies in: of the whole set where files were rotated.
    pub fn capture_end(&self, at: At) -> Option<Time> {
        self.captures
            .get(usize::from(at.frame.file()))
            .and_then(|capture| capture.timeline_end.or(capture.last))
    }
}
