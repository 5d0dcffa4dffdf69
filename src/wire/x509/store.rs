//! Certificates and chains already parsed, found by hash and compared byte for byte; bounded.

use super::{Certificate, Chain};
use foldhash::quality::RandomState;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hasher};
use std::mem::{size_of, take};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Certificates of one message that are parsed; real chains have fewer than ten.
const CERTIFICATES_MAX: usize = 100;

/// Ids are unique over all stores, as judgements are remembered by them.
static NEXT_ID: AtomicU32 = AtomicU32::new(0);

/// Certificates and chains already parsed. Two generations: what is asked for moves to the young one; when
/// that is full it becomes the old one, and what nobody asked for since is dropped.
#[derive(Debug)]
pub struct Store {
    hasher: RandomState,
    young: Generation,
    old: Generation,
    /// Bytes that one generation may hold.
    bytes_max: usize,
}

#[derive(Debug, Default)]
struct Generation {
    chains: HashTable<(u64, Arc<Chain>)>,
    certificates: HashTable<(u64, Arc<Certificate>)>,
    bytes: usize,
}

impl Store {
    /// Keeps about `bytes_max` bytes of certificates.
    pub fn new(bytes_max: usize) -> Self {
        Self {
            hasher: RandomState::default(),
            young: Generation::default(),
            old: Generation::default(),
            bytes_max: bytes_max / 2,
        }
    }

    /// The chain whose certificates are `ders`, parsed at most once while it is kept.
    pub fn chain(&mut self, ders: &[&[u8]]) -> Arc<Chain> {
        let hash = self.hash(ders);
        if let Some(chain) = self.young.chain(hash, ders) {
            return chain;
        }
        let chain = match self.old.chain(hash, ders) {
            Some(chain) => {
                chain.certificates.iter().for_each(|held| self.keep(held));
                chain
            }
            None => self.parse(ders),
        };
        self.keep_chain(hash, &chain);
        chain
    }

    fn parse(&mut self, ders: &[&[u8]]) -> Arc<Chain> {
        let kept = ders.iter().take(CERTIFICATES_MAX);
        let certificates = kept.map(|der| self.certificate(der)).collect();
        let left_out = ders.len().saturating_sub(CERTIFICATES_MAX);
        Arc::new(Chain { id: NEXT_ID.fetch_add(1, Ordering::Relaxed), certificates, left_out })
    }

    /// The certificate with these bytes; one and the same for all chains that hold it.
    fn certificate(&mut self, der: &[u8]) -> Arc<Certificate> {
        let hash = self.hash(&[der]);
        let known =
            || self.young.certificate(hash, der).or_else(|| self.old.certificate(hash, der));
        let certificate = known().unwrap_or_else(|| Arc::new(Certificate::parse(der)));
        self.keep(&certificate);
        certificate
    }

    fn keep(&mut self, certificate: &Arc<Certificate>) {
        let hash = self.hash(&[&certificate.der]);
        if self.young.certificate(hash, &certificate.der).is_none() {
            self.make_room(weight(certificate));
            let entry = (hash, Arc::clone(certificate));
            self.young.certificates.insert_unique(hash, entry, |entry| entry.0);
        }
    }

    fn keep_chain(&mut self, hash: u64, chain: &Arc<Chain>) {
        self.make_room(size_of::<Chain>() + 16 * chain.certificates.len());
        self.young.chains.insert_unique(hash, (hash, Arc::clone(chain)), |entry| entry.0);
    }

    /// Takes `bytes` off the young generation's share; when it is spent, the young grow old.
    fn make_room(&mut self, bytes: usize) {
        if self.young.bytes + bytes > self.bytes_max {
            self.old = take(&mut self.young);
        }
        self.young.bytes += bytes;
    }

    fn hash(&self, ders: &[&[u8]]) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        for der in ders {
            hasher.write_usize(der.len());
            hasher.write(der);
        }
        hasher.finish()
    }
}

impl Generation {
    fn chain(&self, hash: u64, ders: &[&[u8]]) -> Option<Arc<Chain>> {
        let same = |(held_hash, chain): &(u64, Arc<Chain>)| {
            let held = &chain.certificates;
            *held_hash == hash
                && held.len() + chain.left_out == ders.len()
                && held.iter().zip(ders).all(|(held, der)| *held.der == **der)
        };
        self.chains.find(hash, same).map(|(_, chain)| Arc::clone(chain))
    }

    fn certificate(&self, hash: u64, der: &[u8]) -> Option<Arc<Certificate>> {
        let found = self.certificates.find(hash, |(_, held)| *held.der == *der);
        found.map(|(_, certificate)| Arc::clone(certificate))
    }
}

/// About what a parsed certificate takes: names, key and strings are copied out of its bytes.
fn weight(certificate: &Certificate) -> usize {
    size_of::<Certificate>() + 2 * certificate.der.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots() -> Vec<&'static [u8]> {
        webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|root| root.as_ref()).collect()
    }

    #[test]
    fn same_chain_is_parsed_once_and_certificates_are_shared() {
        let mut store = Store::new(1 << 20);
        let roots = roots();
        let (first, again) = (store.chain(&roots[..2]), store.chain(&roots[..2]));
        assert!(Arc::ptr_eq(&first, &again));
        let other = store.chain(&roots[1..3]);
        assert_ne!(first.id, other.id);
        assert!(Arc::ptr_eq(&first.certificates[1], &other.certificates[0]));
        assert!(store.chain(&[]).certificates.is_empty());
    }

    #[test]
    fn how_the_bytes_are_cut_into_certificates_tells_chains_apart() {
        let mut store = Store::new(1 << 20);
        let (one, two) = (store.chain(&[b"ab", b"c"]), store.chain(&[b"a", b"bc"]));
        assert_ne!(one.id, two.id);
    }

    #[test]
    fn what_is_in_use_outlives_what_is_not() {
        let mut store = Store::new(40_000);
        let roots = roots();
        let used = store.chain(&roots[..1]);
        for other in &roots[1..] {
            store.chain(&[other]);
            assert!(Arc::ptr_eq(&used, &store.chain(&roots[..1])));
            assert!(store.young.bytes <= 20_000 && store.old.bytes <= 20_000);
        }
        assert!(store.young.certificates.len() + store.old.certificates.len() < 20);
    }

    #[test]
    fn garbage_of_256_kib_is_bounded() {
        let mut store = Store::new(1 << 20);
        let garbage: Vec<u8> = (0..=255).cycle().take(256 << 10).collect();
        assert!(store.chain(&[&garbage]).certificates[0].flaw.is_some());
        let ders: Vec<&[u8]> = garbage.chunks(4).collect();
        let chain = store.chain(&ders);
        assert_eq!((chain.certificates.len(), chain.left_out), (100, (64 << 10) - 100));
        assert!(Arc::ptr_eq(&chain, &store.chain(&ders)));
    }
}
