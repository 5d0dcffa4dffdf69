//! Pass one: goes through a batch and keeps a descriptor for each packet that carries IP.

use super::fragments::Fragments;
use super::ip::{Ip, Place};
use super::layer::{Layer, Next};
use super::segments::Segments;
use super::view::{Reason, View};
use super::{IcmpError, Segment, fast, transport};
use crate::limits::Limits;
use crate::source::{Batch, LINK_NONE, Packet};
use crate::units::Time;
use std::collections::BTreeMap;

/// More headers than any network stacks; counts what is built to keep us busy.
const HEADERS_MAX: usize = 64;
/// Tunnels within tunnels.
const TUNNELS_MAX: usize = 8;
/// A packet with more headers than that.
const NESTED: Reason = "too_many_headers";

/// Decodes packets; what it gives is valid until the next batch.
#[derive(Debug)]
pub struct Decoder {
    seed: u64,
    segments: Segments,
    icmp: Vec<IcmpError>,
    spill: Vec<u8>,
    /// None where fragments are left for later.
    fragments: Option<Fragments>,
    /// Fragments were left.
    fragmented: bool,
    undecoded: BTreeMap<Reason, u64>,
}

/// Which packet is being decoded, and how much work it may still make.
#[derive(Clone, Copy)]
struct Walk {
    index: usize,
    time: Time,
    headers: usize,
    tunnels: usize,
    /// The bytes lie in the decoder's own buffer rather than in the batch.
    reassembled: bool,
    /// Where the end of the way is described.
    segment: Segment,
    /// The innermost tunnel so far, kept when its content cannot be read.
    outer: Option<Segment>,
}

impl Walk {
    /// The end of the way, or a tunnel.
    fn described(&self) -> Segment {
        Segment { reassembled: self.reassembled, ..self.segment }
    }
}

impl Decoder {
    /// `seed` goes into every hash: whoever writes a capture must not choose who collides.
    pub fn new(limits: &Limits, seed: u64) -> Self {
        Self {
            seed,
            segments: Segments::default(),
            icmp: Vec::new(),
            spill: Vec::new(),
            fragments: Some(Fragments::new(limits.fragment_bytes, seed)),
            fragmented: false,
            undecoded: BTreeMap::new(),
        }
    }

    /// For blocks that several threads decode, each on its own. Fragments have to meet in the order of the file:
    /// a block with some is decoded once more, see [`Self::follow`].
    pub fn for_blocks(limits: &Limits, seed: u64) -> Self {
        Self { fragments: None, ..Self::new(limits, seed) }
    }

    /// Forgets what the block counted: it is decoded anew.
    pub fn forget(&mut self) {
        self.undecoded.clear();
        self.fragmented = false;
    }

    /// Joins a block to those before it: `whole` has their fragments and counts, and takes those of this one. True
    /// when the block had to be decoded again.
    pub fn follow(&mut self, whole: &mut Self, batch: &Batch<'_>) -> bool {
        let again = self.fragmented;
        if again {
            self.forget();
            std::mem::swap(&mut self.fragments, &mut whole.fragments);
            self.decode(batch);
            std::mem::swap(&mut self.fragments, &mut whole.fragments);
        }
        for (reason, count) in std::mem::take(&mut self.undecoded) {
            *whole.undecoded.entry(reason).or_default() += count;
        }
        again
    }

    /// Forgets the segments of the batch before and decodes all packets of this one.
    pub fn decode(&mut self, batch: &Batch<'_>) {
        self.segments.clear();
        self.icmp.clear();
        self.spill.clear();
        self.segments.reserve(batch.packets.len());
        for (index, packet) in batch.packets.iter().enumerate() {
            self.packet(batch.bytes, packet, index);
        }
    }

    /// Decodes one packet of the batch and adds what it gives to the segments.
    #[inline]
    pub fn decode_one(&mut self, batch: &Batch<'_>, index: usize) {
        if let Some(packet) = batch.packets.get(index) {
            self.segments.reserve(1);
            self.packet(batch.bytes, packet, index);
        }
    }

    #[inline(always)]
    fn packet(&mut self, bytes: &[u8], packet: &Packet, index: usize) {
        let at = packet.at as usize;
        let Some(frame) = bytes.get(at..at + packet.captured as usize) else {
            return self.count("packet_outside_batch");
        };
        if let Some(place) = self.segments.place()
            && fast::packet(packet.link, frame, at, place).is_some()
        {
            place.hash = place.key.hash(self.seed);
            place.packet = index as u32;
            return self.segments.keep();
        }
        self.general(packet, frame, index);
    }

    /// The segments of the batch, in the order of its packets.
    pub fn segments(&self) -> &[Segment] {
        self.segments.all()
    }

    /// The ICMP errors of the batch; `Segment::seq` of [`super::Kind::IcmpError`] is an index into them.
    pub fn icmp(&self) -> &[IcmpError] {
        &self.icmp
    }

    /// The captured payload of a segment; `batch_bytes` is the buffer of its batch.
    pub fn payload<'a>(&'a self, batch_bytes: &'a [u8], segment: &Segment) -> &'a [u8] {
        let at = segment.at as usize;
        self.buffer(batch_bytes, segment).get(at..at + segment.len as usize).unwrap_or_default()
    }

    /// The TCP options of a segment, for [`super::tcp_options`].
    pub fn options<'a>(&'a self, batch_bytes: &'a [u8], segment: &Segment) -> &'a [u8] {
        let end = segment.at as usize;
        let begin = end.saturating_sub(usize::from(segment.options_len));
        self.buffer(batch_bytes, segment).get(begin..end).unwrap_or_default()
    }

    fn buffer<'a>(&'a self, batch_bytes: &'a [u8], segment: &Segment) -> &'a [u8] {
        if segment.reassembled { &self.spill } else { batch_bytes }
    }

    /// Packets of the whole run that gave no segment, by reason.
    pub fn undecoded(&self) -> &BTreeMap<&'static str, u64> {
        &self.undecoded
    }

    /// IP fragments of the whole run that came to nothing: given up for want of room or of time, cut, or
    /// still waiting for the rest of their packet.
    pub fn fragments_lost(&self) -> u64 {
        self.fragments.as_ref().map_or(0, Fragments::lost)
    }

    #[cold]
    #[inline(never)]
    fn count(&mut self, reason: Reason) {
        *self.undecoded.entry(reason).or_default() += 1;
    }

    fn keep(&mut self, segment: Segment, index: usize) {
        let hash = segment.key.hash(self.seed);
        self.segments.push(Segment { hash, packet: index as u32, ..segment });
    }

    #[inline(never)]
    fn general(&mut self, packet: &Packet, frame: &[u8], index: usize) {
        // Frames that hold no packet, or one that was left out: nothing is lost with them.
        if packet.link == LINK_NONE {
            return;
        }
        let view = View::new(frame, packet.at as usize, packet.wire as usize);
        let mut walk = Walk {
            index,
            time: packet.time,
            headers: HEADERS_MAX,
            tunnels: TUNNELS_MAX,
            reassembled: false,
            segment: Segment::default(),
            outer: None,
        };
        if let Err(reason) = self.walk(&mut walk, Next::Header(Layer::Link(packet.link), view)) {
            match walk.outer {
                Some(segment) => self.keep(segment, index),
                None => self.count(reason),
            }
        }
    }

    /// Goes from header to header.
    fn walk(&mut self, walk: &mut Walk, mut next: Next<'_>) -> Result<(), Reason> {
        loop {
            next = match next {
                Next::Header(layer, view) => {
                    walk.headers = walk.headers.checked_sub(1).ok_or(NESTED)?;
                    layer.read(view, &mut walk.segment)?
                }
                Next::Several(layer, first, (behind, rest)) => {
                    if let Err(reason) = self.walk(walk, Next::Header(layer, first)) {
                        self.count(reason);
                    }
                    Next::Header(behind, rest)
                }
                Next::Tunnel(layer, view) => {
                    walk.outer = Some(walk.described());
                    walk.tunnels = walk.tunnels.checked_sub(1).ok_or(NESTED)?;
                    Next::Header(layer, view)
                }
                Next::Fragment(ip, place, view) => return self.fragment(walk, ip, place, view),
                Next::Segment => {
                    self.keep(walk.described(), walk.index);
                    return Ok(());
                }
                Next::IcmpError(error) => {
                    walk.segment.seq = self.icmp.len() as u32;
                    self.icmp.push(error);
                    self.keep(walk.described(), walk.index);
                    return Ok(());
                }
            }
        }
    }

    /// The fragment that completes a packet stands for all of it.
    fn fragment(
        &mut self,
        walk: &mut Walk,
        ip: Ip,
        place: Place,
        view: View<'_>,
    ) -> Result<(), Reason> {
        let Some(fragments) = &mut self.fragments else {
            self.fragmented = true;
            return Ok(());
        };
        let Some((ip, whole)) = fragments.add(ip, place, view, walk.time)? else {
            return Ok(());
        };
        walk.tunnels = walk.tunnels.checked_sub(1).ok_or(NESTED)?;
        let view = View::new(&whole, self.spill.len(), whole.len());
        self.spill.extend_from_slice(&whole);
        let within = std::mem::replace(&mut walk.reassembled, true);
        let read = transport::read(&ip, view, &mut walk.segment);
        let walked = read.and_then(|next| self.walk(walk, next));
        walk.reassembled = within;
        walked
    }
}
