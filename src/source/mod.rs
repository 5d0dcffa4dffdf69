//! Captures in, batches of whole packets out: formats and compression are told apart by their first bytes.

mod ahead;
mod blocks;
mod buffer;
mod clock;
mod damage;
mod detect;
mod fields;
#[cfg(feature = "live")]
pub mod filter;
pub mod inputs;
mod kernel;
pub mod memory;
mod pcap;
mod pcapng;
mod position;
mod section;
pub mod stretch;
pub mod timeline;
mod unpack;
pub mod write;

use self::buffer::Buffer;
use self::detect::Kind;
use self::stretch::{Mark, Stretches};
use crate::limits::Limits;
use crate::units::Time;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::net::IpAddr;
use std::path::PathBuf;
use std::{error, fmt};

/// [`Packet::link`] of a frame that holds no packet (custom, systemd journal and sysdig blocks of pcapng).
///
/// Wireshark gives such frames numbers, so they are given out; no decoder knows this value.
pub const LINK_NONE: u16 = u16::MAX;

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

    /// Bytes of the input that were read so far: compressed ones where it is compressed.
    fn position(&self) -> u64;

    /// Hands over a second handle of the file that is read, when it is a plain one.
    fn lend(&mut self, _: File) {}

    /// How several threads may read on from the end of the last batch; `None` where only batches are to be had.
    fn stretches(&self) -> Option<Stretches> {
        None
    }

    /// Goes on behind what was read of [`Self::stretches`].
    ///
    /// # Errors
    /// The operating system's.
    fn go_on(&mut self, _: Mark) -> io::Result<()> {
        Ok(())
    }
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

/// One capture to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Input {
    /// A file, device or named pipe.
    File(PathBuf),
    /// Standard input.
    Stdin,
}

/// The path as given or walked, `-` for standard input.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("-"),
        }
    }
}

/// Why an input is not read at all.
#[derive(Debug)]
pub struct OpenError {
    /// The input's name.
    pub name: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with an input.
#[derive(Debug)]
pub enum Reason {
    /// The operating system refused.
    Io(io::Error),
    /// It is no capture: what its first bytes look like.
    Looks(&'static str),
    /// It is compressed (with what), and nothing of it can be unpacked: why.
    Packed(&'static str, String),
    /// It is compressed, and this program was built without the cargo feature of that name.
    Feature(&'static str),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.name == "-" { "standard input" } else { &self.name };
        match &self.reason {
            Reason::Io(error) => write!(f, "{name}: {error}"),
            Reason::Looks(what) => {
                write!(f, "{name}: this looks like {what}; finwhale reads pcap and pcapng")
            }
            Reason::Packed(packing, fault) => {
                write!(
                    f,
                    "{name}: this is compressed with {packing}; it cannot be unpacked: {fault}"
                )
            }
            Reason::Feature(feature) => write!(
                f,
                "{name}: this is compressed with {feature}, which this finwhale was built without"
            ),
        }
    }
}

impl error::Error for OpenError {}

/// Opens a capture: its format and compression are told by its first bytes, never by its name.
///
/// # Errors
/// The input cannot be read, or it is no capture.
pub fn open(input: &Input, limits: &Limits) -> Result<Box<dyn Source>, OpenError> {
    let mut second = None;
    let reader: io::Result<Box<dyn Read + Send>> = match input {
        Input::File(path) => File::open(path).map(|file| {
            kernel::read_ahead(&file);
            kernel::widen(&file);
            let plain = file.metadata().is_ok_and(|meta| meta.is_file());
            second = file.try_clone().ok().filter(|_| plain);
            Box::new(file) as _
        }),
        Input::Stdin => {
            kernel::read_ahead(io::stdin());
            kernel::widen(io::stdin());
            Ok(Box::new(io::stdin()))
        }
    };
    let mut source = reader.map_err(Reason::Io).and_then(|reader| read(reader, limits));
    if let (Ok(source), Some(file)) = (&mut source, second) {
        source.lend(file);
    }
    source.map_err(|reason| OpenError { name: input.to_string(), reason })
}

/// Reads a capture out of any stream of bytes.
///
/// # Errors
/// The stream cannot be read, or it is no capture.
pub fn read(reader: Box<dyn Read + Send>, limits: &Limits) -> Result<Box<dyn Source>, Reason> {
    let mut input = Buffer::new(reader);
    let mut kind = tell(&mut input)?;
    let mut compression = None;
    if let Kind::Packed(packing) = kind {
        compression = Some(packing.name());
        let position = input.position().clone();
        input = Buffer::unpacked(unpack::reader(packing, input.into_reader())?, position);
        kind = tell(&mut input)?;
    }
    match kind {
        Kind::Capture(Format::Pcap) => {
            Ok(Box::new(self::pcap::Pcap::new(input, limits, compression)))
        }
        Kind::Capture(Format::Pcapng) => {
            Ok(Box::new(pcapng::Pcapng::new(input, limits, compression)))
        }
        Kind::Packed(_) => Err(Reason::Looks("a compressed file inside a compressed file")),
        Kind::Other(what) => Err(match (compression, input.fault()) {
            (Some(packing), Some(fault)) => Reason::Packed(packing, fault.to_owned()),
            _ => Reason::Looks(what),
        }),
    }
}

/// Tells what the input is, from its first bytes if these are enough: a live capture may have no more yet.
fn tell(input: &mut Buffer) -> Result<Kind, Reason> {
    for need in [detect::HEADER, detect::NEEDED] {
        input.fill(need).map_err(Reason::Io)?;
        let kind = detect::kind(input.unread());
        if !matches!(kind, Kind::Other(_)) {
            return Ok(kind);
        }
    }
    Ok(detect::kind(input.unread()))
}
