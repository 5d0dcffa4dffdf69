//! Captures in, batches of whole packets out: formats and compression are told apart by their first bytes.

use crate::units::Time;
use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;

/// One captured packet: where its bytes lie in the batch and what the capture says of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// Offset of the first byte in [`Batch::bytes`].
    pub at: u32,
    /// Bytes captured; all of them lie in the batch.
    pub captured: u32,
    /// Bytes on the wire; more than `captured` when a snap length cut the packet.
    pub wire: u32,
    /// LINKTYPE_* value of its interface.
    pub link: u16,
    /// Interface within the section (pcapng), else 0.
    pub interface: u16,
    /// Time stamp; a packet without one (Simple Packet Block) has that of the packet before it.
    pub time: Time,
}

/// Whole packets in one buffer, in the order of the file.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// The buffer; it may hold other bytes (record headers) beside the packets.
    pub bytes: &'a [u8],
    /// The packets.
    pub packets: &'a [Packet],
    /// Wireshark's number of the first of them, 1-based within the file.
    pub first: u64,
}

/// Gives the packets of one capture, batch by batch.
pub trait Source: Send {
    /// The next packets, valid until the next call; `None` at the end, where [`Source::about`] is complete.
    ///
    /// # Errors
    /// The operating system's read errors only: a damaged capture ends early and says so in [`About::truncated`].
    fn next_batch(&mut self) -> io::Result<Option<Batch<'_>>>;

    /// What is known of the capture so far.
    fn about(&self) -> &About;
}

/// The container of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The classic format of libpcap, all its variants.
    Pcap,
    /// The block format of Wireshark.
    Pcapng,
}

impl Format {
    /// The name in machine-readable reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pcap => "pcap",
            Self::Pcapng => "pcapng",
        }
    }
}

/// What a capture says of itself, beside its packets.
#[derive(Clone, Debug)]
pub struct About {
    /// Container.
    pub format: Format,
    /// `gzip`, `zstd`, `lz4` or `xz` around it; the outermost only.
    pub compression: Option<&'static str>,
    /// LINKTYPE_* values in order of appearance, each once.
    pub link_types: Vec<u16>,
    /// Where and why reading stopped early, in words that name the byte.
    pub truncated: Option<String>,
    /// What the capturing system lost (`interface_drops`, `os_drops`), above zero only.
    pub lost: BTreeMap<&'static str, u64>,
    /// Names from Name Resolution Blocks.
    pub names: BTreeMap<IpAddr, String>,
    /// TLS secrets from Decryption Secrets Blocks, as they stand (never printed).
    pub secrets: Vec<Vec<u8>>,
}

impl About {
    /// Nothing known yet but the format.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            compression: None,
            link_types: Vec::new(),
            truncated: None,
            lost: BTreeMap::new(),
            names: BTreeMap::new(),
            secrets: Vec::new(),
        }
    }
}
