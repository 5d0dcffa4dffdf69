//! IP fragments put together again, within bounds of bytes and of capture time.

use super::ip::{Ip, Place};
use super::view::{Reason, View};
use crate::units::{SECOND, Time};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::collections::{BTreeMap, VecDeque};

/// Less of the fragment was captured than its header says.
const CUT: Reason = "ip_fragment_cut";
/// A fragment without content, or one that ends beyond what IP can carry.
const BAD: Reason = "bad_ip_fragment";

/// RFC 8200 lets a receiver give up after 60 s, systems do after 15 to 60.
const AGE_MAX: i64 = 30 * SECOND;
/// The longest packet that fragments can make.
const PACKET_MAX: usize = 65_535;
/// What a packet, and each piece of it, costs beside its bytes: a place in the maps.
const PACKET_COST: usize = 512;
const PIECE_COST: usize = 48;

/// Fragments of the same packet have this in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    from: u128,
    to: u128,
    id: u32,
    /// IPv4 only: in IPv6 each fragment may announce another one (RFC 8200 section 4.5).
    protocol: u8,
    v6: bool,
}

/// Packets of which some fragments have been seen.
#[derive(Debug)]
pub(super) struct Fragments {
    packets: HashMap<Key, Parts, FixedState>,
    /// All packets in the order of their first fragments; also such as are complete by now.
    order: VecDeque<(Key, u64)>,
    next_serial: u64,
    bytes: usize,
    bytes_max: usize,
    lost: u64,
}

impl Fragments {
    /// Holds `bytes_max` bytes of fragments.
    pub(super) fn new(bytes_max: usize, seed: u64) -> Self {
        Self {
            packets: HashMap::with_hasher(FixedState::with_seed(seed)),
            order: VecDeque::new(),
            next_serial: 0,
            bytes: 0,
            bytes_max,
            lost: 0,
        }
    }

    /// Fragments that were given up, and those that wait still.
    pub(super) fn lost(&self) -> u64 {
        self.lost + self.packets.values().map(|parts| parts.fragments).sum::<u64>()
    }

    /// Takes a fragment in; the one that completes a packet gives all that the packet carries.
    ///
    /// # Errors
    /// The fragment is of no use.
    pub(super) fn add(
        &mut self,
        ip: Ip,
        place: Place,
        view: View<'_>,
        time: Time,
    ) -> Result<Option<(Ip, Vec<u8>)>, Reason> {
        let end = place.offset + view.bytes().len();
        if view.is_cut() {
            self.lost += 1;
            return Err(CUT);
        }
        if view.bytes().is_empty() || end > PACKET_MAX {
            self.lost += 1;
            return Err(BAD);
        }
        self.expire(time);
        let protocol = if ip.v6 { 0 } else { ip.protocol };
        let key = Key { from: ip.from, to: ip.to, id: place.id, protocol, v6: ip.v6 };
        let parts = self.parts(key, ip, time);
        let cost = parts.add(ip, place, view.bytes());
        let complete = parts.is_complete();
        self.bytes += cost;
        if complete {
            return Ok(self.take(key).map(|parts| parts.join()));
        }
        while self.bytes > self.bytes_max && self.give_up_oldest() {}
        Ok(None)
    }

    /// The packet's entry, made where there is none.
    fn parts(&mut self, key: Key, ip: Ip, time: Time) -> &mut Parts {
        if !self.packets.contains_key(&key) {
            self.next_serial += 1;
            self.bytes += PACKET_COST;
            self.order.push_back((key, self.next_serial));
            self.forget_complete();
        }
        let serial = self.next_serial;
        self.packets.entry(key).or_insert_with(|| Parts::new(ip, serial, time))
    }

    fn take(&mut self, key: Key) -> Option<Parts> {
        let parts = self.packets.remove(&key)?;
        self.bytes -= parts.cost;
        Some(parts)
    }

    /// Complete packets stay in `order` until they are half of it.
    fn forget_complete(&mut self) {
        if self.order.len() > 2 * self.packets.len() + 64 {
            let packets = &self.packets;
            self.order.retain(|(key, serial)| is_waiting(packets, key, *serial));
        }
    }

    fn expire(&mut self, now: Time) {
        while let Some((key, serial)) = self.order.front() {
            let parts = self.packets.get(key).filter(|parts| parts.serial == *serial);
            if parts.is_some_and(|parts| now.since(parts.first) <= AGE_MAX) {
                return;
            }
            self.give_up_oldest();
        }
    }

    /// False when there is none.
    fn give_up_oldest(&mut self) -> bool {
        let Some((key, serial)) = self.order.pop_front() else { return false };
        if is_waiting(&self.packets, &key, serial)
            && let Some(parts) = self.take(key)
        {
            self.lost += parts.fragments;
        }
        true
    }
}

/// The packet is not complete, and no later one has taken its key.
fn is_waiting(packets: &HashMap<Key, Parts, FixedState>, key: &Key, serial: u64) -> bool {
    packets.get(key).is_some_and(|parts| parts.serial == serial)
}

/// What has been seen of one packet.
#[derive(Debug)]
struct Parts {
    /// Of the fragment at offset 0, once that has been seen.
    ip: Ip,
    serial: u64,
    first: Time,
    fragments: u64,
    /// Contents in the order of arrival.
    bytes: Vec<u8>,
    /// By offset in the packet: where a piece ends, and where it lies in `bytes`. They never overlap.
    pieces: BTreeMap<usize, (usize, usize)>,
    /// Sum of the lengths of all pieces.
    have: usize,
    /// Length by the last fragment.
    length: Option<usize>,
    cost: usize,
}

impl Parts {
    fn new(ip: Ip, serial: u64, first: Time) -> Self {
        Self {
            ip,
            serial,
            first,
            fragments: 0,
            bytes: Vec::new(),
            pieces: BTreeMap::new(),
            have: 0,
            length: None,
            cost: PACKET_COST,
        }
    }

    /// Keeps what is new of a fragment; gives what that costs.
    fn add(&mut self, ip: Ip, place: Place, content: &[u8]) -> usize {
        let end = place.offset + content.len();
        self.fragments += 1;
        if place.offset == 0 {
            self.ip = ip;
        }
        if !place.more && self.length.is_none() {
            self.length = Some(end);
            self.forget_beyond(end);
        }
        let end = end.min(self.length.unwrap_or(end));
        let before = self.cost;
        for (begin, end) in self.holes(place.offset, end) {
            let fresh = content.get(begin - place.offset..end - place.offset).unwrap_or_default();
            self.pieces.insert(begin, (end, self.bytes.len()));
            self.bytes.extend_from_slice(fresh);
            self.have += fresh.len();
            self.cost += fresh.len() + PIECE_COST;
        }
        self.cost - before
    }

    /// What no piece covers between two offsets: the first bytes that were seen are kept.
    fn holes(&self, begin: usize, end: usize) -> Vec<(usize, usize)> {
        let (mut holes, mut until) = (Vec::new(), end);
        if begin >= end {
            return holes;
        }
        for (piece, (piece_end, _)) in self.pieces.range(..end).rev() {
            if *piece_end < until {
                holes.push(((*piece_end).max(begin), until));
            }
            until = until.min(*piece);
            if until <= begin {
                return holes;
            }
        }
        holes.push((begin, until));
        holes
    }

    /// The last fragment has come: pieces that reach beyond it contradict it.
    fn forget_beyond(&mut self, length: usize) {
        let beyond = self.pieces.split_off(&length);
        self.have -= beyond.iter().map(|(begin, (end, _))| end - begin).sum::<usize>();
        if let Some(mut last) = self.pieces.last_entry() {
            let (end, _) = last.get_mut();
            self.have -= end.saturating_sub(length);
            *end = length.min(*end);
        }
    }

    /// Pieces do not overlap, so there is no hole when their lengths add up.
    fn is_complete(&self) -> bool {
        self.length == Some(self.have)
    }

    /// The pieces in order.
    fn join(self) -> (Ip, Vec<u8>) {
        let mut whole = Vec::with_capacity(self.have);
        for (begin, (end, at)) in &self.pieces {
            let piece = self.bytes.get(*at..at + (end - begin));
            whole.extend_from_slice(piece.unwrap_or_default());
        }
        (self.ip, whole)
    }
}
