//! Certificates and chains already parsed, found by hash and compared byte for byte; bounded, shared by threads.

use super::generations::Generations;
use super::{Certificate, Chain};
use foldhash::quality::RandomState;
use ring::digest::{Context, SHA256};
use std::hash::{BuildHasher, Hasher};
use std::mem::size_of;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the short texts of a certificate take beyond its bytes, each in a piece of its own.
const TEXTS: usize = 512;

/// Certificates of one message that are parsed; real chains have fewer than ten.
const CERTIFICATES_MAX: usize = 100;

/// Certificates and chains already parsed, found by hash and compared byte for byte; bounded. What it holds shows in no
/// result: a chain's id follows from its bytes.
#[derive(Debug)]
pub struct Store {
    hasher: RandomState,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    chains: Generations<Arc<Chain>>,
    certificates: Generations<Arc<Certificate>>,
}

impl Store {
    /// Keeps about `bytes_max` bytes of certificates.
    pub fn new(bytes_max: usize) -> Self {
        let held = Held {
            chains: Generations::new(bytes_max / 2, |chain| chain.weight()),
            certificates: Generations::new(bytes_max / 2, |held| held.weight()),
        };
        Self { hasher: RandomState::default(), held: Mutex::new(held) }
    }

    /// Nobody waits for a parser: two threads that meet the same bytes for the first time both parse them.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The chain whose certificates are `ders`, parsed once while it is kept.
    pub fn chain(&self, ders: &[&[u8]]) -> Arc<Chain> {
        let hash = self.hash(ders);
        let known = self.held().chains.find(hash, |chain| is(chain, ders));
        known.unwrap_or_else(|| {
            let chain = Arc::new(self.parse(ders));
            self.held().chains.insert(hash, Arc::clone(&chain));
            chain
        })
    }

    fn parse(&self, ders: &[&[u8]]) -> Chain {
        let kept = ders.iter().take(CERTIFICATES_MAX);
        let certificates: Vec<_> = kept.map(|der| self.certificate(der)).collect();
        let left_out = ders.len().saturating_sub(CERTIFICATES_MAX);
        Chain { id: id(&certificates, left_out), certificates, left_out }
    }

    /// The certificate with these bytes; one and the same for all chains that hold it.
    fn certificate(&self, der: &[u8]) -> Arc<Certificate> {
        let hash = self.hash(&[der]);
        let known = self.held().certificates.find(hash, |held| *held.der == *der);
        known.unwrap_or_else(|| {
            let certificate = Arc::new(Certificate::parse(der));
            self.held().certificates.insert(hash, Arc::clone(&certificate));
            certificate
        })
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

/// See [`Chain::id`]: as hard to make twice as a fingerprint of 128 bits.
fn id(certificates: &[Arc<Certificate>], left_out: usize) -> u128 {
    let mut context = Context::new(&SHA256);
    context.update(&left_out.to_le_bytes());
    certificates.iter().for_each(|certificate| context.update(&certificate.sha256));
    let digest = context.finish();
    digest.as_ref().first_chunk().map_or(0, |start| u128::from_be_bytes(*start))
}

fn is(chain: &Chain, ders: &[&[u8]]) -> bool {
    let held = &chain.certificates;
    held.len() + chain.left_out == ders.len()
        && held.iter().zip(ders).all(|(held, der)| *held.der == **der)
}

impl Chain {
    /// About what it takes: a chain keeps its certificates alive, whether they are shared or not.
    pub fn weight(&self) -> usize {
        size_of::<Self>() + self.certificates.iter().map(|held| held.weight()).sum::<usize>()
    }
}

impl Certificate {
    /// About what it takes: names, key and strings are copied out of its bytes.
    pub fn weight(&self) -> usize {
        size_of::<Self>() + 2 * self.der.len() + TEXTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots() -> Vec<&'static [u8]> {
        webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|root| root.as_ref()).collect()
    }

    #[test]
    fn same_chain_is_parsed_once_and_certificates_are_shared() {
        let store = Store::new(1 << 20);
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
        let store = Store::new(1 << 20);
        let (one, two) = (store.chain(&[b"ab", b"c"]), store.chain(&[b"a", b"bc"]));
        assert_ne!(one.id, two.id);
    }

    #[test]
    fn garbage_of_256_kib_is_bounded() {
        let store = Store::new(1 << 20);
        let garbage: Vec<u8> = (0..=255).cycle().take(256 << 10).collect();
        assert!(store.chain(&[&garbage]).certificates[0].flaw.is_some());
        let ders: Vec<&[u8]> = garbage.chunks(4).collect();
        let chain = store.chain(&ders);
        assert_eq!((chain.certificates.len(), chain.left_out), (100, (64 << 10) - 100));
        assert!(Arc::ptr_eq(&chain, &store.chain(&ders)));
    }
}
