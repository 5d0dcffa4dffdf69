//! RSA signatures that ring does not take (RFC 8017 section 8.2): short keys, TLS 1.0's pair of hashes, loose padding.

use crate::wire::x509::RsaKey;
use num_bigint::BigUint;

/// Longest modulus that is worked with, bytes: bounds the time that a hostile key can take.
const MODULUS_MAX: usize = 512;
/// Longest public exponent, bytes; nearly all keys have 65537.
const EXPONENT_MAX: usize = 4;

/// Whether `signature` holds `digest` under this RSAPublicKey, in PKCS #1 v1.5 padding; `None` when the key cannot be used.
///
/// Only the end of the padded block is compared, where the digest stands: so DigestInfo with or without NULL is
/// taken, and the SHA-1 half of the pair of hashes that TLS 1.0 signs.
pub(super) fn ends_with_digest(key: &[u8], signature: &[u8], digest: &[u8]) -> Option<bool> {
    let key = RsaKey::parse(key)?;
    let len = key.modulus.len();
    let odd = key.modulus.last().is_some_and(|last| last & 1 == 1);
    if !odd || len > MODULUS_MAX || key.exponent.is_empty() || key.exponent.len() > EXPONENT_MAX {
        return None;
    }
    let block = public_operation(&key, signature);
    Some(signature.len() <= len && padded(&block, len).is_some_and(|data| data.ends_with(digest)))
}

/// signature ^ e mod n, without leading zeros.
fn public_operation(key: &RsaKey<'_>, signature: &[u8]) -> Vec<u8> {
    let modulus = BigUint::from_bytes_be(key.modulus);
    let exponent = BigUint::from_bytes_be(key.exponent);
    let signature = BigUint::from_bytes_be(signature.get(..MODULUS_MAX).unwrap_or(signature));
    signature.modpow(&exponent, &modulus).to_bytes_be()
}

/// What stands behind `00 01 FF … FF 00` in a block of `len` bytes, whose leading zero is gone.
fn padded(block: &[u8], len: usize) -> Option<&[u8]> {
    let rest = block.strip_prefix(&[0x01]).filter(|_| block.len() + 1 == len)?;
    let filled = rest.iter().take_while(|byte| **byte == 0xFF).count();
    if filled < 8 {
        return None;
    }
    rest.get(filled..)?.strip_prefix(&[0x00])
}
