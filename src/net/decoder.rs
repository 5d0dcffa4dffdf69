//! Pass one: goes through a batch and keeps a descriptor for each packet that carries IP.

use super::layer::{Layer, Next};
use super::view::{Reason, View};
use super::{IcmpError, Segment, fast, link};
use crate::limits::Limits;
use crate::source::{Batch, Packet};
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
    segments: Vec<Segment>,
    icmp: Vec<IcmpError>,
    spill: Vec<u8>,
    undecoded: BTreeMap<Reason, u64>,
}

impl Decoder {
    /// `seed` goes into every hash: whoever writes a capture must not choose who collides.
    pub fn new(limits: &Limits, seed: u64) -> Self {
        let _ = limits;
        Self {
            seed,
            segments: Vec::new(),
            icmp: Vec::new(),
            spill: Vec::new(),
            undecoded: BTreeMap::new(),
        }
    }

    /// Forgets the segments of the batch before and decodes all packets of this one.
    pub fn decode(&mut self, batch: &Batch<'_>) {
        self.segments.clear();
        self.icmp.clear();
        self.spill.clear();
        self.segments.reserve(batch.packets.len());
        for index in 0..batch.packets.len() {
            self.decode_one(batch, index);
        }
    }

    /// Decodes one packet of the batch and adds what it gives to the segments.
    #[inline]
    pub fn decode_one(&mut self, batch: &Batch<'_>, index: usize) {
        let Some(packet) = batch.packets.get(index) else { return };
        let at = packet.at as usize;
        let frame = batch.bytes.get(at..).and_then(|rest| rest.get(..packet.captured as usize));
        let Some(frame) = frame else { return self.count("packet_outside_batch") };
        if packet.link == link::ETHERNET
            && let Some(segment) = fast::ethernet(frame, at)
        {
            return self.keep(segment, index);
        }
        self.general(packet, frame, index);
    }

    /// The segments of the batch, in the order of its packets.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
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

    #[cold]
    #[inline(never)]
    fn count(&mut self, reason: Reason) {
        *self.undecoded.entry(reason).or_default() += 1;
    }

    #[inline(always)]
    fn keep(&mut self, segment: Segment, index: usize) {
        let hash = segment.key.hash(self.seed);
        self.segments.push(Segment { hash, packet: index as u32, ..segment });
    }

    #[inline(never)]
    fn general(&mut self, packet: &Packet, frame: &[u8], index: usize) {
        let view = View::new(frame, packet.at as usize, packet.wire as usize);
        if let Err(reason) = self.walk(Layer::Link(packet.link), view, index) {
            self.count(reason);
        }
    }

    /// Goes from header to header; where a tunnel's content cannot be read, the tunnel is kept.
    fn walk(&mut self, layer: Layer, view: View<'_>, index: usize) -> Result<(), Reason> {
        let (mut layer, mut view) = (layer, view);
        let mut outer = None;
        let mut tunnels = 0;
        for _ in 0..HEADERS_MAX {
            match layer.read(view) {
                Ok(Next::Header(next, inside)) => (layer, view) = (next, inside),
                Ok(Next::Tunnel(segment, next, inside)) if tunnels < TUNNELS_MAX => {
                    (layer, view, outer) = (next, inside, Some(segment));
                    tunnels += 1;
                }
                Ok(Next::Segment(segment) | Next::Tunnel(segment, ..)) => {
                    self.keep(segment, index);
                    return Ok(());
                }
                Ok(Next::IcmpError(segment, error)) => {
                    self.keep(Segment { seq: self.icmp.len() as u32, ..segment }, index);
                    self.icmp.push(error);
                    return Ok(());
                }
                Err(reason) => return self.keep_outer(outer, reason, index),
            }
        }
        self.keep_outer(outer, NESTED, index)
    }

    fn keep_outer(
        &mut self,
        outer: Option<Segment>,
        reason: Reason,
        index: usize,
    ) -> Result<(), Reason> {
        self.keep(outer.ok_or(reason)?, index);
        Ok(())
    }
}
