//! The words for a capture that ends early.

use super::buffer::Buffer;

/// What ended a capture before its end; the input stands at the record or block in question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    /// The header of the file is not whole.
    FileHeader,
    /// The input ends in the middle of this packet.
    Cut {
        /// Number of the packet that is not whole.
        packet: u64,
    },
    /// The input ends in the middle of a pcapng block that holds no packet.
    CutBlock {
        /// Packets before it.
        packets: u64,
    },
    /// A length that no record has.
    Absurd {
        /// Number of the packet.
        packet: u64,
        /// What the record claims, bytes.
        len: u32,
        /// The bound, bytes.
        max: usize,
    },
    /// A pcapng block that contradicts itself or its section.
    Block {
        /// Packets before it.
        packets: u64,
        /// What is wrong with it.
        what: String,
    },
}

impl Damage {
    /// One sentence that names the packet and the byte.
    pub(super) fn text(&self, input: &Buffer) -> String {
        let from = input.offset();
        let end = from + input.unread().len() as u64;
        let of = if input.is_unpacked() { " of the unpacked data" } else { "" };
        let text = match self {
            Self::FileHeader => format!("cut in the middle of the file header at byte {end}{of}"),
            Self::Cut { packet } if end == from => {
                format!("cut before packet {packet} at byte {end}{of}")
            }
            Self::Cut { packet } => {
                format!("cut in the middle of packet {packet} at byte {end}{of}")
            }
            Self::CutBlock { packets } => {
                format!("cut in the middle of a block after packet {packets} at byte {end}{of}")
            }
            Self::Absurd { packet, len, max } => format!(
                "the record of packet {packet} at byte {from}{of} claims {len} bytes, \
                 more than the {max} allowed"
            ),
            Self::Block { packets, what } => {
                format!("the block at byte {from}{of}, after packet {packets}, {what}")
            }
        };
        match input.fault() {
            Some(fault) => format!("{text}: {fault}"),
            None => text,
        }
    }
}
