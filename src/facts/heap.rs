//! What facts keep on the heap, as an allocator counts it: pieces have a head and are rounded.

mod aggregates;
mod failures;

use crate::units::{At, Endpoint};
use crate::wire::x509::Certificate;
use smallvec::{Array, SmallVec};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Says what a value keeps on the heap, in bytes beyond its own size.
pub(super) trait Heap {
    fn heap(&self) -> usize;
}

/// Changes a value; by how many bytes that made it grow.
pub(super) fn grown<T: Heap>(value: &mut T, change: impl FnOnce(&mut T)) -> usize {
    let before = value.heap();
    change(value);
    value.heap().saturating_sub(before)
}

/// What the allocator takes for `bytes`.
pub(super) fn piece(bytes: usize) -> usize {
    if bytes == 0 { 0 } else { (bytes + 8).next_multiple_of(16).max(32) }
}

impl Heap for Box<str> {
    fn heap(&self) -> usize {
        piece(self.len())
    }
}

impl Heap for Arc<str> {
    fn heap(&self) -> usize {
        piece(self.len() + 16)
    }
}

impl Heap for String {
    fn heap(&self) -> usize {
        piece(self.capacity())
    }
}

impl<T: Heap> Heap for Option<T> {
    fn heap(&self) -> usize {
        self.as_ref().map_or(0, Heap::heap)
    }
}

impl<T: Heap> Heap for Box<T> {
    fn heap(&self) -> usize {
        piece(size_of::<T>()) + (**self).heap()
    }
}

impl<T: Heap> Heap for Vec<T> {
    fn heap(&self) -> usize {
        piece(self.capacity() * size_of::<T>()) + self.iter().map(Heap::heap).sum::<usize>()
    }
}

impl<A: Array<Item: Heap>> Heap for SmallVec<A> {
    fn heap(&self) -> usize {
        let spilled = self.spilled().then(|| piece(self.capacity() * size_of::<A::Item>()));
        let spilled = spilled.unwrap_or(0);
        spilled + self.iter().map(Heap::heap).sum::<usize>()
    }
}

/// Nodes of a B-tree have room for eleven entries and are half full at worst.
impl<K, V> Heap for BTreeMap<K, V> {
    fn heap(&self) -> usize {
        match self.len() {
            0 => 0,
            len => len.div_ceil(6) * piece(11 * size_of::<(K, V)>() + 32),
        }
    }
}

impl<A: Heap, B: Heap> Heap for (A, B) {
    fn heap(&self) -> usize {
        self.0.heap() + self.1.heap()
    }
}

/// Values that keep nothing on the heap.
macro_rules! flat {
    ($($name:ty),*) => { $(impl Heap for $name { fn heap(&self) -> usize { 0 } })* };
}
use flat;

/// A certificate that something kept refers to, and its place among them.
pub(super) fn of_certificate(certificate: &Certificate) -> usize {
    3 * size_of::<u128>() + piece(certificate.weight())
}

flat!(u8, u16, u32, i32, u64, IpAddr, At, Endpoint);
