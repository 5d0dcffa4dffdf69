//! Does a signature verify with a key? `None` wherever that cannot be told: a weak algorithm is no forgery.

use super::rsa;
use crate::wire::tls::KeyExchange;
use crate::wire::x509::{Certificate, Generations, Hash, KeyKind, RsaKey, SignatureKind};
use foldhash::quality::RandomState;
use ring::digest;
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use std::hash::BuildHasher;

/// Signatures already checked, as pairs of certificates by their SHA-256: the same chain is judged for many names.
#[derive(Debug)]
pub(super) struct Signatures {
    hasher: RandomState,
    checked: Generations<Checked>,
}

#[derive(Clone, Copy, Debug)]
struct Checked {
    certificate: [u8; 32],
    issuer: [u8; 32],
    verified: Option<bool>,
}

impl Signatures {
    /// Remembers up to `pairs_max`.
    pub(super) fn new(pairs_max: usize) -> Self {
        Self { hasher: RandomState::default(), checked: Generations::new(pairs_max, |_| 1) }
    }

    /// Whether the signature of `certificate` verifies with the key of `issuer`; `None` when it cannot be told.
    pub(super) fn issued(
        &mut self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Option<bool> {
        let hash = self.hasher.hash_one((certificate.sha256, issuer.sha256));
        let same =
            |pair: &Checked| pair.certificate == certificate.sha256 && pair.issuer == issuer.sha256;
        if let Some(pair) = self.checked.find(hash, same) {
            return pair.verified;
        }
        let verified = issued(certificate, issuer);
        let pair = Checked { certificate: certificate.sha256, issuer: issuer.sha256, verified };
        self.checked.insert(hash, pair);
        verified
    }
}

fn issued(certificate: &Certificate, issuer: &Certificate) -> Option<bool> {
    if certificate.signature_value.is_empty() {
        return None;
    }
    let signature = certificate.signature_value();
    verifies(certificate.signature_kind, issuer, &[certificate.signed()], signature)
}

/// Whether the signature of a ServerKeyExchange (RFC 5246 section 7.4.3, RFC 4346 section 7.4.3) verifies with the
/// leaf's key; `None` when the algorithm is unknown, as ECDSA with SHA-1 and P-521 are here.
pub fn key_exchange_verifies(exchange: &KeyExchange, leaf: &Certificate) -> Option<bool> {
    if exchange.signature.is_empty() {
        return None;
    }
    let signed = [&exchange.client_random, &exchange.server_random, &exchange.params[..]];
    match (exchange.scheme, leaf.key_kind) {
        (Some(scheme), _) => verifies(kind(scheme), leaf, &signed, &exchange.signature),
        // MD5 and SHA-1, one behind the other, without DigestInfo: the SHA-1 at the end decides.
        (None, KeyKind::Rsa) => {
            let digest = hash(Hash::Sha1, &signed)?;
            rsa::ends_with_digest(leaf.public_key(), &exchange.signature, digest.as_ref())
        }
        (None, _) => None,
    }
}

/// The algorithm of a TLS SignatureScheme (RFC 8446 section 4.2.3), or SignatureAndHashAlgorithm of TLS 1.2.
fn kind(scheme: u16) -> SignatureKind {
    match scheme {
        0x0804 | 0x0809 => return SignatureKind::RsaPss(Hash::Sha256),
        0x0805 | 0x080A => return SignatureKind::RsaPss(Hash::Sha384),
        0x0806 | 0x080B => return SignatureKind::RsaPss(Hash::Sha512),
        0x0807 => return SignatureKind::Ed25519,
        _ => (),
    }
    let hash = match scheme >> 8 {
        1 => Hash::Md5,
        2 => Hash::Sha1,
        3 => Hash::Sha224,
        4 => Hash::Sha256,
        5 => Hash::Sha384,
        6 => Hash::Sha512,
        _ => return SignatureKind::Other,
    };
    match scheme & 0xFF {
        1 => SignatureKind::RsaPkcs1(hash),
        2 => SignatureKind::Dsa(hash),
        3 => SignatureKind::Ecdsa(hash),
        _ => SignatureKind::Other,
    }
}

fn verifies(
    kind: SignatureKind,
    signer: &Certificate,
    message: &[&[u8]],
    signature: &[u8],
) -> Option<bool> {
    if !fits(kind, signer.key_kind)? {
        return Some(false);
    }
    let key = signer.public_key();
    match kind {
        SignatureKind::RsaPkcs1(hash) => pkcs1(hash, signer, message, signature),
        SignatureKind::RsaPss(hash) => {
            let algorithm = pss(hash).filter(|_| usual_rsa(signer, 2048))?;
            Some(ring_verifies(algorithm, key, message, signature))
        }
        SignatureKind::Ecdsa(hash) => {
            // ring takes points in the uncompressed form only.
            let algorithm = ecdsa(hash, signer.key_kind).filter(|_| key.first() == Some(&4))?;
            Some(ring_verifies(algorithm, key, message, signature))
        }
        SignatureKind::Ed25519 => Some(ring_verifies(&signature::ED25519, key, message, signature)),
        SignatureKind::Dsa(_) | SignatureKind::Other => None,
    }
}

/// Whether a key of this kind can have made such a signature; `None` when one of them is unknown.
fn fits(signature: SignatureKind, key: KeyKind) -> Option<bool> {
    let family = match key {
        KeyKind::Rsa => 0,
        KeyKind::P256 | KeyKind::P384 | KeyKind::OtherCurve => 1,
        KeyKind::Ed25519 => 2,
        KeyKind::Dsa => 3,
        KeyKind::Other => return None,
    };
    Some(match signature {
        SignatureKind::RsaPkcs1(_) | SignatureKind::RsaPss(_) => family == 0,
        SignatureKind::Ecdsa(_) => family == 1,
        SignatureKind::Ed25519 => family == 2,
        SignatureKind::Dsa(_) => family == 3,
        SignatureKind::Other => return None,
    })
}

/// ring first; where it declines, the bare RSA operation has the last word, so that a short key, an odd
/// exponent or loose padding is never called a forgery.
fn pkcs1(
    hash_kind: Hash,
    signer: &Certificate,
    message: &[&[u8]],
    signature: &[u8],
) -> Option<bool> {
    let algorithm = match hash_kind {
        Hash::Sha1 => Some(&signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY),
        Hash::Sha256 => Some(&signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
        Hash::Sha384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        Hash::Sha512 => Some(&signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
        Hash::Md2 | Hash::Md5 | Hash::Sha224 => None,
    };
    let key = signer.public_key();
    if algorithm.is_some_and(|algorithm| ring_verifies(algorithm, key, message, signature)) {
        return Some(true);
    }
    rsa::ends_with_digest(key, signature, hash(hash_kind, message)?.as_ref())
}

/// An RSA key that ring takes: at least this long, with one of the exponents in use.
fn usual_rsa(signer: &Certificate, bits_min: u32) -> bool {
    let key = RsaKey::parse(signer.public_key());
    (bits_min..=8192).contains(&signer.key_bits)
        && key.is_some_and(|key| matches!(key.exponent, [3] | [17] | [1, 0, 1]))
}

fn pss(hash: Hash) -> Option<&'static dyn VerificationAlgorithm> {
    match hash {
        Hash::Sha256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        Hash::Sha384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        Hash::Sha512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

fn ecdsa(hash: Hash, key: KeyKind) -> Option<&'static dyn VerificationAlgorithm> {
    match (key, hash) {
        (KeyKind::P256, Hash::Sha256) => Some(&signature::ECDSA_P256_SHA256_ASN1),
        (KeyKind::P256, Hash::Sha384) => Some(&signature::ECDSA_P256_SHA384_ASN1),
        (KeyKind::P384, Hash::Sha256) => Some(&signature::ECDSA_P384_SHA256_ASN1),
        (KeyKind::P384, Hash::Sha384) => Some(&signature::ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}

fn ring_verifies(
    algorithm: &'static dyn VerificationAlgorithm,
    key: &[u8],
    message: &[&[u8]],
    signature: &[u8],
) -> bool {
    let key = UnparsedPublicKey::new(algorithm, key);
    match message {
        [whole] => key.verify(whole, signature).is_ok(),
        parts => key.verify(&parts.concat(), signature).is_ok(),
    }
}

/// The digest of all parts, where ring has the hash function.
fn hash(kind: Hash, parts: &[&[u8]]) -> Option<digest::Digest> {
    let algorithm = match kind {
        Hash::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => &digest::SHA256,
        Hash::Sha384 => &digest::SHA384,
        Hash::Sha512 => &digest::SHA512,
        Hash::Md2 | Hash::Md5 | Hash::Sha224 => return None,
    };
    let mut context = digest::Context::new(algorithm);
    parts.iter().for_each(|part| context.update(part));
    Some(context.finish())
}
